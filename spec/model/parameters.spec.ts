import {
  activation,
  constant,
  linear,
  type Linear,
  parameter,
  parameterCount,
  parameters,
  referenceKernels,
  sequential,
  shapesKernels,
  square,
  type Tape,
  trace
} from 'gradfold'
import { onTape } from '../support/leaks'
import { rightOf } from '../support/results'

const pathsOf = (model: unknown): ReadonlyArray<string> => parameters(model).map(({ path }) => path)

const layers = (tape: Tape): readonly [Linear, Linear] =>
  rightOf(
    trace(tape, function* (run) {
      return [yield* run(linear, 2, 3), yield* run(linear, 3, 1, { bias: false })] as const
    })
  ).value

describe('parameters', () => {
  it('are found in records, arrays, maps and sets, in the order of the fields', () => {
    onTape(referenceKernels(), (tape) => {
      const [first, second] = layers(tape)
      expect(pathsOf(first)).toEqual(['weight', 'bias'])
      expect(pathsOf({ decoder: second, encoder: [first] })).toEqual([
        'decoder.weight',
        'encoder.0.weight',
        'encoder.0.bias'
      ])
      const byName = new Map<string | number, Linear>([
        ['head', second],
        [7, first]
      ])
      expect(pathsOf({ byName })).toEqual(['byName.head.weight', 'byName.7.weight', 'byName.7.bias'])
      expect(pathsOf(new Set([second, first]))).toEqual(['0.weight', '1.weight', '1.bias'])
      expect(pathsOf(first.weight)).toEqual([''])
    })
  })

  it('are the variables themselves', () => {
    onTape(referenceKernels(), (tape) => {
      const [first] = layers(tape)
      const [weight, bias] = parameters({ first })
      expect(weight?.variable).toBe(first.weight)
      expect(bias?.variable).toBe(first.bias)
    })
  })

  it('that are shared come once, under the first path', () => {
    onTape(referenceKernels(), (tape) => {
      const [first, second] = layers(tape)
      expect(pathsOf({ encoder: first, tied: first.weight, decoder: second })).toEqual([
        'encoder.weight',
        'encoder.bias',
        'decoder.weight'
      ])
    })
  })

  it('are not the constants, nor anything else that is there', () => {
    onTape(referenceKernels(), (tape) => {
      const { value } = rightOf(
        trace(tape, function* (run) {
          const data = yield* run(constant, [1])
          const labels = yield* run(parameter, [1], { dtype: 'int32' })
          const scale = yield* run(parameter, 2, { name: 'scale' })
          return { data, labels, scale, name: 'model', none: null, nothing: undefined, rate: 0.5, f: () => 1 }
        })
      )
      expect(pathsOf(value)).toEqual(['scale'])
      for (const nothing of [null, undefined, 3, 'text', [], {}, activation('relu'), () => 1]) {
        expect(parameters(nothing)).toEqual([])
      }
    })
  })

  it('are what training replaces: instances of classes are opaque to both', () => {
    class Model {
      constructor(readonly layer: Linear) {}
    }
    onTape(referenceKernels(), (tape) => {
      expect(parameters(new Model(layers(tape)[0]))).toEqual([])
    })
  })

  it('are variables that need a gradient, so what is computed from one is among them', () => {
    onTape(referenceKernels(), (tape) => {
      const { value } = rightOf(
        trace(tape, function* (run) {
          const scale = yield* run(parameter, 2)
          return { scale, squared: yield* run(square, scale) }
        })
      )
      expect(pathsOf(value)).toEqual(['scale', 'squared'])
    })
  })
})

describe('parameterCount', () => {
  it.each([
    { sizes: [784, 10], count: 7850 },
    { sizes: [784, 128, 10], count: 101770 },
    { sizes: [784, 128, 64, 10], count: 109386 }
  ])('of $sizes is $count', ({ sizes, count }) => {
    onTape(shapesKernels(), (tape) => {
      const makers = sizes.slice(1).map((size, i) => (at: Tape) => linear(at, sizes[i]!, size))
      expect(parameterCount(rightOf(sequential(tape, ...makers)).value)).toBe(count)
    })
  })

  it('counts a scalar as one, a shared variable once, and nothing as 0', () => {
    onTape(referenceKernels(), (tape) => {
      const { value } = rightOf(parameter(tape, 2))
      expect(parameterCount([value, value])).toBe(1)
      expect(parameterCount({})).toBe(0)
    })
  })
})
