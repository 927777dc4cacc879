/** Linear functions and their adjoints, and the same program on two kernel sets. */
import fc from 'fast-check'
import { isNone, isSome } from 'fp-ts/Option'
import {
  add,
  broadcast,
  gather,
  type Kernels,
  mean,
  mul,
  pad,
  referenceKernels,
  scatterAdd,
  slice,
  square,
  sum,
  type Tape,
  tanh,
  trace,
  transpose,
  type Variable
} from 'gradfold'
import {
  checkAdjoint,
  checkKernels,
  checkLinear,
  compareKernels,
  KernelsDiffer,
  LinearityError,
  Misuse,
  programs,
  tensors
} from 'gradfold/testing'
import { float32Sets } from '../support/kernelSets'
import { runs } from '../support/runs'

const matrices = tensors({ shape: [2, 3] })

describe('checkLinear', () => {
  it.each<readonly [string, (tape: Tape, x: Variable) => ReturnType<typeof sum>]>([
    ['sum', sum],
    ['mean', mean],
    ['transpose', transpose],
    ['pad', (tape, x) => pad(tape, x, [1, 0], [0, 2])],
    ['slice', (tape, x) => slice(tape, x, [0, 1], [2, 1])],
    ['gather', (tape, x) => gather(tape, x, [1, 1, 0])],
    ['broadcast', (tape, x) => broadcast(tape, x, [4, 2, 3])]
  ])('confirms %s', (_, f) => {
    fc.assert(fc.property(matrices, matrices, checkLinear(f)), { numRuns: runs(20) })
  })

  it('refuses what is affine, what is curved, and what has another gradient', () => {
    const x = [1, 2]
    const y = [3, 5]
    expect(() => checkLinear((tape, z) => add(tape, z, 1))(x, y)).toThrow(LinearityError)
    expect(() => checkLinear(square)(x, y)).toThrow(LinearityError)
    expect(() => checkLinear((tape, z) => mul(tape, z, Math.random()))(x, y)).toThrow(Misuse)
  })
})

describe('checkAdjoint', () => {
  it('confirms pairs, and refuses what is none', () => {
    const gathered = (tape: Tape, x: Variable) => gather(tape, x, [2, 0, 2])
    const scattered = (tape: Tape, y: Variable) => scatterAdd(tape, y, [2, 0, 2], 3)
    const three = tensors({ shape: [3] })
    fc.assert(fc.property(three, three, checkAdjoint(gathered, scattered)), { numRuns: runs(20) })
    const other = (tape: Tape, y: Variable) => scatterAdd(tape, y, [2, 0, 1], 3)
    expect(() => checkAdjoint(gathered, other)([1, 2, 3], [4, 5, 7])).toThrow(LinearityError)
    expect(() => checkAdjoint(gathered, scattered)([1, 2, 3], [4, 5])).toThrow(Misuse)
  })
})

/** The kernels, whose tanh is off by a part in a thousand. */
const withWrongTanh = (kernels: Kernels): Kernels =>
  new Proxy(kernels, {
    get: (target, key): unknown => {
      if (key === 'withOwnAllocations') return () => withWrongTanh(target.withOwnAllocations())
      const member: unknown = Reflect.get(target, key, target)
      if (key !== 'tanh') return typeof member === 'function' ? member.bind(target) : member
      return (x: Parameters<Kernels['tanh']>[0]) => target.mul(target.tanh(x), target.fill([], 1.001, 'float32'))
    }
  })

describe.each(float32Sets)('$name', ({ create }) => {
  it('computes each entry of random programs as the reference does, up to rounding', () => {
    const [reference, kernels] = [referenceKernels(), create()]
    fc.assert(
      fc.property(programs(), ({ run, inputs }) => {
        checkKernels(run, reference, kernels)(...inputs)
      }),
      { numRuns: runs(100) }
    )
  })

  it('is told where it first differs, however far the difference has come', () => {
    const f = (tape: Tape, x: Variable) =>
      trace(tape, function* (run) {
        return yield* run(sum, yield* run(square, yield* run(tanh, yield* run(square, x))))
      })
    const found = compareKernels(f, referenceKernels(), withWrongTanh(create()))([0.5, 1])
    expect(isSome(found) && found.value).toMatchObject({ entry: 2, operation: 'tanh', position: 0 })
    expect(isNone(compareKernels(f, referenceKernels(), create())([0.5, 1]))).toBe(true)
    expect(() => checkKernels(f, referenceKernels(), withWrongTanh(create()))([0.5, 1])).toThrow(KernelsDiffer)
  })
})
