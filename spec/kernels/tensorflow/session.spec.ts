/** The session on a binding that only keeps its books; the real one is met by the generated specs. */
import { KernelFailure } from 'gradfold'
import type { Binding } from '../../../src/kernels/tensorflow/binding'
import { Session } from '../../../src/kernels/tensorflow/session'

/** Ids count up from `first` and start again at 0 after `last`, and a taken id is handed out again, as the addon's map does. */
const booksOf = (first: number, last: number) => {
  const live = new Set<number>()
  let next = first
  const made = (): number => {
    const id = next
    next = next === last ? 0 : next + 1
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
    tensorDataSync: () => new Float32Array(),
    executeOp: (_operation, _attributes, _inputs, outputs) => Array.from({ length: outputs }, () => ({ id: made() }))
  }
  return { live, binding }
}
const sessionOn = (binding: Binding): Session => new Session(binding, 1, 'books')

describe('ids that start again', () => {
  it('never name two tensors, whatever made them', () => {
    const { live, binding } = booksOf(0, 9)
    const session = sessionOn(binding)
    const kept = [session.create([], 1, new Float32Array(1)), session.execute('Relu', [], [])]
    expect(kept).toEqual([0, 1])
    // Up to the last id, each released at once.
    for (let id = 2; id <= 9; id++) session.delete(session.execute('Relu', [], []))
    const later = [
      session.execute('Relu', [], []),
      session.create([], 1, new Float32Array(1)),
      session.executeForFirst('Both', [], [])
    ]
    expect(new Set([...kept, ...later]).size).toBe(5)
    expect(session.tensors).toBe(5)
    for (const id of [...kept, ...later]) session.delete(id)
    expect([live.size, session.tensors]).toEqual([0, 0])
  })

  it('never name a second output after a tensor that lives', () => {
    const { live, binding } = booksOf(0, 3)
    const session = sessionOn(binding)
    const kept = session.execute('Relu', [], [])
    session.delete(session.execute('Relu', [], []))
    session.delete(session.execute('Relu', [], []))
    // 3 and then 0, which is kept: its number must stay alive.
    const both = session.executeForFirst('Both', [], [])
    expect(both).toBe(3)
    expect([...live].sort()).toEqual([kept, both])
  })
})

describe('constants', () => {
  it('are made once for the same numbers and the same shape', () => {
    const { binding } = booksOf(0, 2 ** 31)
    const session = sessionOn(binding)
    const vector = session.ints([1, 2])
    expect(session.ints([1, 2])).toBe(vector)
    expect(
      new Set([vector, session.ints([1, 2], [1, 2]), session.ints([12]), session.int(12), session.ints([])]).size
    ).toBe(5)
    expect(session.tensors).toBe(0)
  })

  it('are at most 4,096, and the one that was used last is still there', () => {
    const { live, binding } = booksOf(0, 2 ** 31)
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
  const session = sessionOn(booksOf(0, 9).binding)
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
      expect(() => session.create(shape, 1, new Float32Array())).toThrow(/takes no sizes like/)
      expect(() => session.ints(shape)).toThrow(/takes no sizes like/)
    }
  })
})
