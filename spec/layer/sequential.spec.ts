import {
  type Activation,
  activation,
  constant,
  forward,
  type Linear,
  linear,
  named,
  parameters,
  referenceKernels,
  relu,
  linearForward,
  sequential,
  type Sequential,
  trace
} from 'gradfold'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { leftOf, rightOf } from '../support/results'

describe('sequential', () => {
  it('takes layers and what makes layers, and knows the type of each', () => {
    onTape(referenceKernels(), (tape) => {
      const first = rightOf(linear(tape, 3, 4))
      const { value } = rightOf(sequential(first.tape, first.value, activation('relu'), (at) => linear(at, 4, 2)))
      const typed: Sequential<readonly [Linear, Activation, Linear]> = value
      const { layers } = typed
      expect(layers.map(({ _tag }) => _tag)).toEqual(['Linear', 'Activation', 'Linear'])
      expect([layers[0].outFeatures, layers[1].activation, layers[2].inFeatures]).toEqual([4, 'relu', 4])
      expect(layers[0]).toBe(first.value)
      // @ts-expect-error: an activation has no weight
      expect(layers[1].weight).toBeUndefined()
      // @ts-expect-error: there are three layers
      expect(layers[3]).toBeUndefined()
    })
  })

  it('knows the types inside another', () => {
    onTape(referenceKernels(), (tape) => {
      const { value } = rightOf(
        sequential(tape, (at) => sequential(at, activation('relu'), (below) => linear(below, 4, 2)), activation('tanh'))
      )
      const typed: Sequential<readonly [Sequential<readonly [Activation, Linear]>, Activation]> = value
      expect(typed.layers[0].layers[1].outFeatures).toBe(2)
    })
  })

  it('refuses what is no layer when it is compiled', () => {
    onTape(referenceKernels(), (tape) => {
      // @ts-expect-error: a number is no layer
      const wrong = (): unknown => sequential(tape, 3)
      // @ts-expect-error: a constant is no layer
      const noLayer = (): unknown => sequential(tape, (at) => constant(at, [1]))
      expect([wrong, noLayer]).toHaveLength(2)
    })
  })

  it('names parameters by the places of their layers', () => {
    onTape(referenceKernels(), (tape) => {
      const { value } = rightOf(
        named(tape, 'encoder', (inner) =>
          sequential(
            inner,
            (at) => linear(at, 3, 4),
            activation('tanh'),
            (at) => sequential(at, activation('relu'), (below) => linear(below, 4, 2, { bias: false }))
          )
        )
      )
      const own = parameters(value)
      expect(own.map(({ path }) => path)).toEqual(['0.weight', '0.bias', '2.1.weight'])
      expect(own.map(({ variable }) => variable.path)).toEqual([
        'encoder.0.weight',
        'encoder.0.bias',
        'encoder.2.1.weight'
      ])
    })
  })

  it('says which layer could not be made', () => {
    onTape(referenceKernels(), (tape) => {
      const error = leftOf(
        sequential(tape, activation('relu'), (at) => sequential(at, activation('relu'), (below) => linear(below, 0, 2)))
      )
      expect(error).toMatchObject({ _tag: 'InvalidArgument', operation: 'linear', path: '1.1' })
    })
  })

  it('says which layer failed', () => {
    onTape(referenceKernels(), (tape) => {
      const error = leftOf(
        trace(tape, function* (run) {
          const inner = yield* run(
            sequential,
            activation('relu'),
            (at) => linear(at, 4, 2),
            (at) => linear(at, 3, 2)
          )
          const model = yield* run(sequential, activation('tanh'), inner)
          const x = yield* run(constant, [[1, 2, 3, 4]])
          return yield* run((at) => named(at, 'encoder', (below) => forward(below, model, x)))
        })
      )
      expect(error).toMatchObject({ _tag: 'ShapeMismatch', operation: 'linearForward', path: 'encoder.1.2' })
    })
  })

  it('leaves the path of the tape as it was', () => {
    onTape(referenceKernels(), (tape) => {
      const { value } = rightOf(
        trace(tape, function* (run) {
          const model = yield* run(sequential, (at) => linear(at, 2, 2))
          const y = yield* run(forward, model, yield* run(constant, [1, 2]))
          return { y, after: yield* run(relu, y) }
        })
      )
      expect([value.y.path, value.after.path]).toEqual(['0', ''])
    })
  })

  it('of no layers gives what it takes', () => {
    onTape(referenceKernels(), (tape) => {
      const { value: model, tape: next } = rightOf(sequential(tape))
      const x = rightOf(constant(next, [1, 2]))
      expect(rightOf(forward(x.tape, model, x.value)).value).toBe(x.value)
    })
  })

  it('may hold one layer twice', () => {
    onTape(referenceKernels(), (tape) => {
      const { value } = rightOf(
        trace(tape, function* (run) {
          const layer = yield* run(linear, 2, 2)
          const model = yield* run(sequential, layer, layer)
          const x = yield* run(constant, [1, 2])
          const once = yield* run(linearForward, layer, x)
          return { model, y: yield* run(forward, model, x), twice: yield* run(linearForward, layer, once) }
        })
      )
      expect(parameters(value.model).map(({ path }) => path)).toEqual(['0.weight', '0.bias'])
      expect(numbersOf(value.y)).toEqual(numbersOf(value.twice))
    })
  })
})
