/** The session on a binding that only keeps its books; the real one is met by the generated specs. */
import { KernelFailure } from 'gradfold'
import type { Binding } from '../../../src/kernels/tensorflow/binding'
import { Session } from '../../../src/kernels/tensorflow/session'

/**
 * Ids count up from 0 to `last`, go on at -3 and come to 0 again, as 32 bits do. For an id that is taken the older tensor
 * stays, as in the addon's map. The session takes the first id, to see whether arrays are copied.
 */
const booksOf = (last: number) => {
  const live = new Set<number>()
  let next = 0
  const made = (): number => {
    const id = next
    next = next === last ? -3 : next + 1
    live.add(id)
    return id
  }
  const binding: Binding = {
    TF_Version: '0',
    isUsingGpuDevice: () => false,
    createTensor: made,
    deleteTensor: (id) => {
      if (!live.delete(id)) throw new Error(`Delete called on a Tensor not referenced (tensor_id: ${id})`)
    },
    tensorDataSync: () => new Float32Array([1]),
    getNumOfTensors: () => live.size,
    executeOp: (_operation, _attributes, _inputs, outputs) => Array.from({ length: outputs }, () => ({ id: made() }))
  }
  return { live, binding }
}
const sessionOn = (binding: Binding): Session => new Session(binding, 1, 'books')

describe('ids that start again', () => {
  const spend = (session: Session, calls: number): void => {
    for (let i = 0; i < calls; i++) session.delete(session.execute('Relu', []))
  }

  it('never name two tensors, whatever made them', () => {
    const { live, binding } = booksOf(9)
    const session = sessionOn(binding)
    const kept = [session.number(0), session.execute('Relu', []), session.int(7)]
    expect(kept).toEqual([1, 2, 3])
    // 4 to 9, -3 to -1.
    spend(session, 9)
    const later = [session.execute('Relu', []), session.number(0), session.execute('Relu', [])]
    expect(later).toEqual([0, 4, 5])
    expect(session.tensors).toBe(5)
    for (const id of [1, 2, ...later]) session.delete(id)
    expect([live.size, session.tensors]).toEqual([1, 0])
  })

  it('never name one of two outputs after a tensor that lives', () => {
    const { live, binding } = booksOf(3)
    const session = sessionOn(binding)
    const kept = session.execute('Relu', [])
    expect(kept).toBe(1)
    // 2, 3, -3 to -1.
    spend(session, 5)
    // 0 and 1, which is kept; then 2 and 3.
    expect(session.executeForTwo('Both', [])).toEqual([2, 3])
    expect(live.has(kept)).toBe(true)
  })
})

describe('constants', () => {
  it('are made once for the same numbers and the same shape', () => {
    const { binding } = booksOf(2 ** 31)
    const session = sessionOn(binding)
    const vector = session.ints([1, 2])
    expect(session.ints([1, 2])).toBe(vector)
    expect(
      new Set([vector, session.ints([1, 2], [1, 2]), session.ints([12]), session.int(12), session.ints([])]).size
    ).toBe(5)
    expect(session.tensors).toBe(0)
  })

  it('of floats are told from whole numbers, and variables are no tensors of a user', () => {
    const { live, binding } = booksOf(2 ** 31)
    const session = sessionOn(binding)
    expect(session.float(1)).toBe(session.float(1))
    expect(session.float(1)).not.toBe(session.int(1))
    const three = session.variables(3)
    expect([session.variables(2), session.variables(3)]).toEqual([three.slice(0, 2), three])
    expect([live.size, session.tensors]).toEqual([5, 0])
  })

  it('are at most 4,096, and the one that was used last is still there', () => {
    const { live, binding } = booksOf(2 ** 31)
    const session = sessionOn(binding)
    const often = session.int(-1)
    for (let value = 0; value < 10_000; value++) {
      session.int(value)
      expect(session.int(-1)).toBe(often)
    }
    expect([live.size, session.tensors]).toEqual([4096, 0])
  })
})

describe('what TensorFlow reports', () => {
  const session = sessionOn(booksOf(9).binding)
  const reported = (code: number, text: string): KernelFailure | undefined =>
    session.failure(new Error(`Invalid TF_Status: ${code}\nMessage: ${text}`))

  it('is a KernelFailure with its text, without the signature of the node', () => {
    const failure = reported(
      3,
      "Value for attr 'T' of bool is not allowed: float\n\t; NodeDef: {{node Less}}; Op<name=Less>"
    )
    expect(failure).toBeInstanceOf(KernelFailure)
    expect(failure).toMatchObject({ reason: 'failed' })
    expect(failure?.message).toBe("TensorFlow reported: Value for attr 'T' of bool is not allowed: float.")
  })

  it('is "out of memory" with a way out, where that is what it is', () => {
    const failure = reported(8, 'OOM when allocating tensor with shape[1048576,1048576] and type float')
    expect(failure).toMatchObject({ reason: 'outOfMemory' })
    expect(failure?.message).toContain('OOM when allocating tensor with shape[1048576,1048576]')
    expect(failure?.message).toContain('scope(')
  })

  it('is known in another realm, too, and a defect is not taken for it', () => {
    expect(session.failure({ message: 'Invalid TF_Status: 3\nMessage: text' })).toMatchObject({ reason: 'failed' })
    expect([new TypeError('a defect'), 'text', null, undefined].map((thrown) => session.failure(thrown))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined
    ])
  })

  it('is not even asked about sizes that would end the process', () => {
    for (const shape of [
      [2 ** 31, 0],
      [2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1, 0]
    ]) {
      expect(() => session.create(shape, 'float32', new Float32Array())).toThrow(/takes no sizes like/)
      expect(() => session.ints(shape)).toThrow(/takes no sizes like/)
    }
  })
})
