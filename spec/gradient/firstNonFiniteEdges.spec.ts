/** What firstNonFinite makes of ties, of what cannot be read, and of entries that no gradient comes back from. */
import { isNone, isSome } from 'fp-ts/Option'
import {
  add,
  backward,
  cast,
  constant,
  detach,
  exp,
  firstNonFinite,
  type Gradients,
  greater,
  KernelFailure,
  mul,
  type NonFinite,
  parameter,
  referenceKernels,
  release,
  sqrt,
  square,
  startTape,
  sum,
  type Tape,
  trace
} from 'gradfold'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'

const foundOn = (tape: Tape, gradients?: Gradients): NonFinite => {
  const found = rightOf(firstNonFinite(tape, gradients))
  if (!isSome(found)) throw new Error('all is finite')
  return found.value
}

const filled = (tape: Tape, value: number) => tape.kernels.fill([], value, 'float32')

describe('of gradients that are complete at the same entry', () => {
  it('the newest is named, in whatever order they are given', () => {
    onTape(referenceKernels(), (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const x = yield* run(parameter, 1, { name: 'x' })
          const y = yield* run(parameter, 1, { name: 'y' })
          yield* run(mul, x, y)
          return [x, y] as const
        })
      )
      const both = value.map((variable) => [variable, filled(tape, NaN)] as const)
      expect(foundOn(tape, new Map(both)).path).toBe('y')
      expect(foundOn(tape, new Map(both.toReversed())).path).toBe('y')
    })
  })
})

describe('what was released', () => {
  it('and could not hold NaN is not missed', () => {
    onTape(referenceKernels(), (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          return [yield* run(constant, Int32Array.of(1)), yield* run(constant, { shape: [0], values: [] })]
        })
      )
      release(value)
      expect(isNone(rightOf(firstNonFinite(tape)))).toBe(true)
    })
  })

  it('of two inputs leaves unknown where infinity came from', () => {
    onTape(referenceKernels(), (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const [x, y] = [yield* run(constant, 1e300), yield* run(constant, 1e300)]
          yield* run(mul, x, y)
          return x
        })
      )
      release(value)
      expect(foundOn(tape)).toMatchObject({ operation: 'mul', origin: 'unknown' })
    })
  })
})

describe('of a gradient', () => {
  it('one user whose gradient was not kept leaves unknown where it came from', () => {
    onTape(referenceKernels(), (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const x = yield* run(parameter, 0)
          const [root, twice] = [yield* run(sqrt, x), yield* run(square, x)]
          return { root, loss: yield* run(add, root, twice) }
        })
      )
      const gradients = rightOf(backward(tape, value.loss, { keep: [value.root] }))
      expect(foundOn(tape, gradients)).toMatchObject({ pass: 'backward', index: 0, origin: 'unknown', sources: [1, 2] })
    })
  })

  it('of a parameter that nothing uses it is unknown, too', () => {
    onTape(referenceKernels(), (start) => {
      const { tape, value } = rightOf(parameter(start, 1))
      expect(foundOn(tape, new Map([[value, filled(tape, NaN)]]))).toMatchObject({ origin: 'unknown', sources: [] })
    })
  })

  it('the sources are entries that a gradient comes back from', () => {
    onTape(referenceKernels(), (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const x = yield* run(parameter, 1)
          yield* run(greater, x, x)
          yield* run(detach, x)
          yield* run((at: Tape) => cast(at, x, 'int32'))
          yield* run(exp, x)
          return x
        })
      )
      expect(foundOn(tape, new Map([[value, filled(tape, Infinity)]])).sources).toEqual([4])
    })
  })

  it('that cannot be read the error is returned', () => {
    const kernels = referenceKernels()
    const { tape, value } = rightOf(parameter(startTape(kernels), 1))
    const gradient = filled(tape, 1)
    const read = kernels.read.bind(kernels)
    const failing = jest.spyOn(kernels, 'read').mockImplementation((tensor) => {
      if (tensor === gradient) throw new KernelFailure('lost', 'the device is gone')
      return read(tensor)
    })
    expect(leftOf(firstNonFinite(tape, new Map([[value, gradient]])))).toMatchObject({ _tag: 'KernelError' })
    failing.mockRestore()
    kernels.allocations.releaseAll()
  })
})

describe('an error in a derivative', () => {
  it('says of which entry it was', () => {
    onTape(referenceKernels(), (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const x = yield* run(parameter, [1, 2])
          return { x, loss: yield* run(sum, yield* run(square, x)) }
        })
      )
      release(value.x)
      const { message } = leftOf(backward(tape, value.loss))
      expect(message).toMatch(/^In the derivative of square, entry 1: /)
    })
  })
})
