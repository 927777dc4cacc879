/** What comes together in gradients: shared variables, branches, upstream gradients, what is kept. Values by hand. */
import {
  add,
  andThen,
  backward,
  cast,
  constant,
  detach,
  exp,
  greater,
  gradientOf,
  type Gradients,
  memory,
  mul,
  nested,
  parameter,
  read,
  referenceKernels,
  release,
  type Result,
  type Run,
  select,
  shapesKernels,
  square,
  sum,
  type Tape,
  trace,
  type Traced,
  type Variable
} from 'gradfold'
import { isNone } from 'fp-ts/Option'
import { pipe } from 'fp-ts/function'
import { namedKernels } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { gradientFor } from '../support/numbers'
import { refused } from '../support/refused'
import { leftOf, rightOf } from '../support/results'

const numbers = (gradients: Gradients, variable: Variable): ReadonlyArray<number> =>
  Array.from(gradientFor(gradients, variable).values)

describe.each(namedKernels())('backward on %s', (_name, kernels) => {
  it('adds up what a shared variable gets: x^2 + 3 x + x', () => {
    onTape(kernels, (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const x = yield* run(parameter, [1, -2])
          const squares = yield* run(mul, x, x)
          const more = yield* run(add, squares, yield* run(mul, x, 3))
          return { x, loss: yield* run(sum, yield* run(add, more, x)) }
        })
      )
      // 2 x + 4.
      expect(numbers(rightOf(backward(tape, value.loss)), value.x)).toEqual([6, 0])
    })
  })

  it('goes round a diamond once: each of two ways, and what is shared above them', () => {
    onTape(kernels, (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const x = yield* run(parameter, 3)
          const shared = yield* run(square, x) // x^2
          const left = yield* run(mul, shared, 2) // 2 x^2
          const right = yield* run(mul, shared, shared) // x^4
          return { x, shared, loss: yield* run(mul, left, right) } // 2 x^6
        })
      )
      const gradients = rightOf(backward(tape, value.loss, { keep: [value.shared] }))
      // 12 x^5, and of 2 s^3: 6 s^2.
      expect(numbers(gradients, value.x)).toEqual([12 * 3 ** 5])
      expect(numbers(gradients, value.shared)).toEqual([6 * 9 ** 2])
    })
  })

  it('starts from an upstream gradient where the loss has many numbers', () => {
    onTape(kernels, (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const x = yield* run(parameter, [1, 2, 3])
          return { x, y: yield* run(square, x), upstream: yield* run(constant, [1, 10, 0]) }
        })
      )
      const { x, y, upstream } = value
      expect(numbers(rightOf(backward(tape, y, { upstream })), x)).toEqual([2, 40, 0])
      // It is still there, and its gradient is a tensor of its own.
      const kept = rightOf(backward(tape, y, { upstream, keep: [y] }))
      release(kept)
      expect(rightOf(nested(upstream))).toEqual([1, 10, 0])
    })
  })

  it('gives parameters, in rows and columns of which numbers were repeated, their sums', () => {
    onTape(kernels, (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const bias = yield* run(parameter, [1, 2])
          const scale = yield* run(parameter, 2)
          const y = yield* run(
            mul,
            yield* run(
              add,
              yield* run(constant, [
                [1, 1],
                [2, 2]
              ]),
              bias
            ),
            scale
          )
          return { bias, scale, loss: yield* run(sum, y) }
        })
      )
      const gradients = rightOf(backward(tape, value.loss))
      expect(numbers(gradients, value.bias)).toEqual([4, 4])
      expect(numbers(gradients, value.scale)).toEqual([2 + 3 + 3 + 4])
      expect(gradientFor(gradients, value.scale).shape).toEqual([])
    })
  })
})

/** A parameter, a constant, what is computed from them, and the loss, sum((x c)^2). */
const network = function* (run: Run) {
  const unused = yield* run(parameter, [5])
  const x = yield* run(parameter, [1, 2])
  const c = yield* run(constant, [3, 4])
  const product = yield* run(mul, x, c)
  const other = yield* run(exp, c)
  return { unused, x, c, product, other, loss: yield* run(sum, yield* run(square, product)) }
}

describe('the map', () => {
  it('holds the parameters that the loss depends on, and nothing else', () => {
    onTape(referenceKernels(), (start) => {
      const { tape, value } = rightOf(trace(start, network))
      const gradients = rightOf(backward(tape, value.loss))
      expect([...gradients.keys()]).toEqual([value.x])
      // 2 x c^2.
      expect(numbers(gradients, value.x)).toEqual([18, 64])
      const { unused, c, product, other, loss } = value
      for (const variable of [unused, c, product, other, loss])
        expect(isNone(gradientOf(gradients, variable))).toBe(true)
    })
  })

  it('holds what is kept besides: activations, constants, the loss', () => {
    onTape(referenceKernels(), (start) => {
      const { tape, value } = rightOf(trace(start, network))
      const { x, c, product, other, loss } = value
      const gradients = rightOf(backward(tape, loss, { keep: [c, product, loss, other] }))
      expect(new Set(gradients.keys())).toEqual(new Set([x, c, product, loss]))
      expect(numbers(gradients, product)).toEqual([6, 16])
      // 2 c x^2.
      expect(numbers(gradients, c)).toEqual([6, 32])
      expect(numbers(gradients, loss)).toEqual([1])
      expect(isNone(gradientOf(gradients, other))).toBe(true)
    })
  })

  it('holds what is kept of a run without parameters', () => {
    onTape(referenceKernels(), (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const x = yield* run(constant, [1, 2])
          return { x, loss: yield* run(sum, yield* run(square, x)) }
        })
      )
      expect(numbers(rightOf(backward(tape, value.loss, { keep: [value.x] })), value.x)).toEqual([2, 4])
    })
  })

  it('is the same of an empty loss as of any: nothing adds up to 0', () => {
    onTape(referenceKernels(), (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const bias = yield* run(parameter, [1, 2])
          const y = yield* run(add, yield* run(constant, { shape: [0, 2], values: [] }), bias)
          return { bias, loss: yield* run(sum, y) }
        })
      )
      expect(numbers(rightOf(backward(tape, value.loss)), value.bias)).toEqual([0, 0])
    })
  })

  it('of a parameter that is the loss has 1', () => {
    onTape(referenceKernels(), (start) => {
      const { tape, value } = rightOf(parameter(start, [[7]]))
      const gradients = rightOf(backward(tape, value))
      expect(gradientFor(gradients, value)).toMatchObject({ shape: [1, 1], values: Float64Array.of(1) })
    })
  })
})

describe('tapes', () => {
  it('of 100,000 entries do not overflow the stack', () => {
    onTape(referenceKernels(), (start) => {
      const { tape: first, value: x } = rightOf(parameter(start, 1))
      let [tape, y] = [first, x]
      for (let i = 0; i < 100_000; i++) ({ tape, value: y } = rightOf(add(tape, y, x)))
      expect(numbers(rightOf(backward(tape, y)), x)).toEqual([100_001])
    })
  })
})

it('follows shapes where there are no numbers', () => {
  onTape(shapesKernels(), (start) => {
    const { tape, value } = rightOf(trace(start, network))
    const before = memory(tape.kernels).tensors
    const gradients = rightOf(backward(tape, value.loss, { keep: [value.product] }))
    expect([...gradients.values()].map(({ shape }) => shape)).toEqual([[2], [2]])
    expect(memory(tape.kernels).tensors).toBe(before + 2)
    expect(leftOf(read(gradients.get(value.x)!))).toMatchObject({ _tag: 'KernelError', reason: 'noNumbers' })
  })
})

describe('no gradient flows', () => {
  type Body = (tape: Tape, x: Variable) => Result<Traced<Variable>>
  it.each<[string, Body]>([
    ['through detach', detach],
    ['from constants', (tape) => constant(tape, [1, 2])],
    [
      'through whole numbers and back',
      (tape, x) =>
        pipe(
          cast(tape, x, 'int32'),
          andThen((next, y) => cast(next, y, 'float32'))
        )
    ],
    [
      'through a comparison',
      (tape, x) =>
        pipe(
          greater(tape, x, 0),
          andThen((next, condition) => select(next, condition, 1, 0))
        )
    ],
    [
      'from whole numbers',
      (tape) =>
        pipe(
          parameter(tape, Int32Array.of(1, 2)),
          andThen((next, y) => cast(next, y, 'float32'))
        )
    ]
  ])('%s', (_name, body) => {
    onTape(referenceKernels(), (start) => {
      const { tape, value: x } = rightOf(parameter(start, [1, 2]))
      const loss = rightOf(pipe(body(tape, x), andThen(sum)))
      expect(loss.value.needsGradient).toBe(false)
      const error = refused(loss.tape, (at) => backward(at, loss.value))
      expect(error).toMatchObject({ _tag: 'NoGradientPath', operation: 'backward' })
      expect(error.message).toMatch(/^The loss depends on no parameter\. .*Is the variable a parameter, and is it used/)
    })
  })
})
