import { pipe } from 'fp-ts/function'
import {
  activation,
  add,
  andThen,
  backward,
  constant,
  custom,
  forward,
  lift,
  linear,
  map,
  mul,
  type Linear,
  linearForward,
  named,
  parameter,
  parameters,
  referenceKernels,
  reshape,
  sequential,
  sigmoid,
  sum,
  type Tape,
  trace,
  type Variable
} from 'gradfold'
import { onTape } from '../support/leaks'
import { gradientFor, numbersOf } from '../support/numbers'
import { leftOf, rightOf } from '../support/results'

/** y = x sigmoid(factor x): a layer of ten lines (Ramachandran, Zoph, Le 2017, "Searching for activation functions"). */
const swish = (tape: Tape, start: number) =>
  pipe(
    parameter(tape, start, { name: 'factor' }),
    map((factor) =>
      custom('Swish', { factor }, (at, own, x) =>
        pipe(
          mul(at, own.factor, x),
          andThen(sigmoid),
          andThen((later, gate) => mul(later, x, gate))
        )
      )
    )
  )

describe('custom', () => {
  it('is a layer among the others: forward, gradients, paths', () => {
    onTape(referenceKernels(), (tape) => {
      const { value } = rightOf(
        trace(tape, function* (run) {
          const model = yield* run((at) =>
            sequential(
              at,
              (below) => linear(below, 2, 2),
              (below) => swish(below, 0)
            )
          )
          const x = yield* run(constant, [3, -4])
          const hidden = yield* run(linearForward, model.layers[0], x)
          const y = yield* run(forward, model, x)
          const total = yield* run(sum, y)
          return { model, hidden, y, gradients: yield* run((at) => lift(at, backward(at, total))) }
        })
      )
      const { model, hidden, y, gradients } = value
      expect(parameters(model).map(({ path }) => path)).toEqual(['0.weight', '0.bias', '1.factor'])
      const [first, second] = numbersOf(hidden)
      expect(numbersOf(y)).toEqual([first! / 2, second! / 2])
      // d(x sigmoid(f x))/df = x^2 sigmoid'(f x), and sigmoid'(0) = 1/4.
      const { factor } = model.layers[1].parameters
      expect(gradientFor(gradients, factor).values[0]).toBeCloseTo((first! ** 2 + second! ** 2) / 4, 12)
    })
  })

  it('may hold layers, and nothing at all', () => {
    onTape(referenceKernels(), (tape) => {
      const { value } = rightOf(
        trace(tape, function* (run) {
          const inner = yield* run(linear, 2, 2)
          const residual = custom('Residual', { inner }, (at, own: { readonly inner: Linear }, x) =>
            pipe(
              named(at, 'inner', (below) => linearForward(below, own.inner, x)),
              andThen((later, y) => add(later, x, y))
            )
          )
          const twice = custom('Twice', undefined, (at, _, x) => add(at, x, x))
          const x = yield* run(constant, [1, 2])
          const y = yield* run(linearForward, inner, x)
          const model = yield* run(sequential, residual, twice)
          return { model, y, z: yield* run(forward, model, x) }
        })
      )
      expect(parameters(value.model).map(({ path }) => path)).toEqual(['0.inner.weight', '0.inner.bias'])
      const [a, b] = numbersOf(value.y)
      expect(numbersOf(value.z)).toEqual([2 * (1 + a!), 2 * (2 + b!)])
    })
  })

  it('gives its errors with its path', () => {
    onTape(referenceKernels(), (tape) => {
      const wrong = custom('Wrong', {}, (at, _, x: Variable) => reshape(at, x, [3]))
      const error = leftOf(
        trace(tape, function* (run) {
          const model = yield* run(sequential, activation('relu'), activation('relu'), wrong)
          return yield* run(forward, model, yield* run(constant, [1, 2]))
        })
      )
      expect(error).toMatchObject({ _tag: 'InvalidShape', operation: 'reshape', path: '2' })
    })
  })
})
