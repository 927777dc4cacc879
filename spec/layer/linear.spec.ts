import fc from 'fast-check'
import {
  constant,
  heNormal,
  heUniform,
  type Initializer,
  lecunNormal,
  lecunUniform,
  linear,
  linearForward,
  named,
  ones,
  parameters,
  referenceKernels,
  release,
  type Shape,
  shapesKernels,
  startTape,
  trace,
  xavierNormal,
  xavierUniform,
  zeros
} from 'gradfold'
import { shapes } from '../../src/testing/generators/shapes'
import { anyTensor } from '../support/arbitraryTensors'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'
import { momentsOf } from '../support/statistics'

describe('linear', () => {
  it('makes a weight [out, in], a bias [out] of zeros, and says its sizes', () => {
    onTape(referenceKernels(), (tape) => {
      const { value, tape: next } = rightOf(linear(tape, 4, 3))
      expect(value).toMatchObject({ _tag: 'Linear', inFeatures: 4, outFeatures: 3 })
      expect([value.weight.shape, value.bias?.shape]).toEqual([[3, 4], [3]])
      expect([value.weight.dtype, value.bias?.dtype]).toEqual(['float32', 'float32'])
      expect(value.bias && numbersOf(value.bias)).toEqual([0, 0, 0])
      expect([tape.length, next.length]).toEqual([0, 2])
    })
  })

  it('leaves the bias out where it is not wanted', () => {
    onTape(referenceKernels(), (tape) => {
      const { value, tape: next } = rightOf(linear(tape, 4, 3, { bias: false }))
      expect('bias' in value).toBe(false)
      expect(next.length).toBe(1)
    })
  })

  it('names its parameters under the path of the tape', () => {
    onTape(referenceKernels(), (tape) => {
      const { value } = rightOf(named(tape, 'encoder', (inner) => linear(inner, 2, 2)))
      expect([value.weight.path, value.bias?.path]).toEqual(['encoder.weight', 'encoder.bias'])
    })
  })

  it.each([0, -1, 1.5, NaN, Infinity, 2 ** 53])('refuses %d features', (size) => {
    onTape(referenceKernels(), (tape) => {
      const refused = { _tag: 'InvalidArgument', operation: 'linear', path: 'head', value: size }
      const ofInputs = leftOf(named(tape, 'head', (inner) => linear(inner, size, 3)))
      const ofOutputs = leftOf(named(tape, 'head', (inner) => linear(inner, 3, size)))
      expect(ofInputs).toMatchObject({ ...refused, argument: 'inFeatures' })
      expect(ofOutputs).toMatchObject({ ...refused, argument: 'outFeatures' })
      expect(ofInputs.message).toContain(`not ${size}`)
    })
  })

  it.each(kernelSets)('refuses on $name a weight that no tensor can hold, before it draws', ({ create }) => {
    onTape(create(), (tape) => {
      const error = leftOf(linear(tape, 2 ** 31, 2 ** 31))
      expect(error).toMatchObject({ _tag: 'InvalidShape', operation: 'linear', shape: [2 ** 31, 2 ** 31] })
    })
  })

  it('draws nothing on kernels without numbers', () => {
    onTape(shapesKernels(), (tape) => {
      expect(rightOf(linear(tape, 1e6, 1e6)).value.weight.shape).toEqual([1e6, 1e6])
    })
  })

  it('takes one feature', () => {
    onTape(referenceKernels(), (tape) => {
      const { value, tape: next } = rightOf(linear(tape, 1, 1, { init: ones }))
      const y = trace(next, function* (run) {
        return yield* run(linearForward, value, yield* run(constant, [[2], [-3]]))
      })
      expect(numbersOf(rightOf(y).value)).toEqual([2, -3])
    })
  })
})

describe('the first weight', () => {
  const inFeatures = 300
  const outFeatures = 100
  const drawn = (init?: Initializer): ReadonlyArray<number> =>
    onTape(referenceKernels(), (tape) =>
      numbersOf(rightOf(linear(tape, inFeatures, outFeatures, init && { init })).value.weight)
    )

  it.each([
    { name: 'the default', init: undefined, bound: Math.sqrt(6 / 400) },
    { name: 'xavierUniform', init: xavierUniform, bound: Math.sqrt(6 / 400) },
    { name: 'heUniform', init: heUniform, bound: Math.sqrt(6 / 300) },
    { name: 'lecunUniform', init: lecunUniform, bound: Math.sqrt(3 / 300) }
  ])('is uniform in +-$bound by $name', ({ init, bound }) => {
    const weight = drawn(init)
    const { mean, variance } = momentsOf(weight)
    expect(Math.max(...weight.map(Math.abs))).toBeLessThanOrEqual(bound)
    expect(Math.max(...weight)).toBeGreaterThan(0.99 * bound)
    expect(Math.min(...weight)).toBeLessThan(-0.99 * bound)
    expect(Math.abs(mean)).toBeLessThan(0.02 * bound)
    expect(variance / (bound ** 2 / 3)).toBeCloseTo(1, 1)
  })

  it.each([
    { name: 'xavierNormal', init: xavierNormal, deviation: Math.sqrt(2 / 400) },
    { name: 'heNormal', init: heNormal, deviation: Math.sqrt(2 / 300) },
    { name: 'lecunNormal', init: lecunNormal, deviation: Math.sqrt(1 / 300) }
  ])('has the deviation $deviation by $name', ({ init, deviation }) => {
    const { mean, variance } = momentsOf(drawn(init))
    expect(Math.abs(mean)).toBeLessThan(0.03 * deviation)
    expect(Math.sqrt(variance) / deviation).toBeCloseTo(1, 1)
  })

  it('is 0 by zeros and 1 by ones', () => {
    expect(new Set(drawn(zeros))).toEqual(new Set([0]))
    expect(new Set(drawn(ones))).toEqual(new Set([1]))
  })

  it('is not drawn by an initialiser without a number', () => {
    onTape(referenceKernels(), (tape) => {
      const error = leftOf(linear(tape, 2, 2, { init: { _tag: 'Constant', value: NaN } }))
      expect(error).toMatchObject({ _tag: 'InvalidArgument', operation: 'linear', argument: 'init', value: NaN })
    })
  })

  it('is the same for a seed on every kernel set, bit for bit, and another for another seed', () => {
    const weights = (seed: number): ReadonlyArray<ReadonlyArray<number>> =>
      kernelSets.map(({ create }) =>
        onTape(create(), (tape) => numbersOf(rightOf(linear(tape, 7, 5)).value.weight), { seed })
      )
    const [onReference, ...others] = weights(3)
    for (const other of others) expect(other).toEqual(onReference)
    expect(weights(4)[0]).not.toEqual(onReference)
  })

  it('is another in the next layer of a tape', () => {
    onTape(referenceKernels(), (tape) => {
      const first = rightOf(linear(tape, 2, 2))
      const second = rightOf(linear(first.tape, 2, 2))
      expect(numbersOf(second.value.weight)).not.toEqual(numbersOf(first.value.weight))
    })
  })
})

describe('linearForward', () => {
  const wideShapes = shapes({ minRank: 1, maxElements: 60 }).filter((shape) => shape.at(-1) !== 0)

  it.each(kernelSets)('is x W^T + b on $name, for x of any rank and of no examples', ({ create }) => {
    const kernels = create()
    const given = fc
      .tuple(wideShapes, fc.integer({ min: 1, max: 5 }), fc.boolean())
      .chain(([shape, outFeatures, bias]) =>
        fc.record({
          x: anyTensor(shape, 'float32', 'plain'),
          outFeatures: fc.constant(outFeatures),
          bias: fc.constant(bias)
        })
      )
    fc.assert(
      fc.property(given, ({ x, outFeatures, bias }) => {
        onTape(kernels, (tape) => {
          const inFeatures = x.shape.at(-1)!
          const made = rightOf(linear(tape, inFeatures, outFeatures, { bias, init: heNormal }))
          const weight = numbersOf(made.value.weight)
          const y = rightOf(
            trace(made.tape, function* (run) {
              return yield* run(linearForward, made.value, yield* run(constant, x))
            })
          ).value
          expect(y.shape).toEqual([...x.shape.slice(0, -1), outFeatures])
          numbersOf(y).forEach((value, i) => {
            const row = Math.floor(i / outFeatures)
            let expected = 0
            for (let k = 0; k < inFeatures; k++) {
              expected += x.values[row * inFeatures + k]! * weight[(i % outFeatures) * inFeatures + k]!
            }
            expect(value).toBeCloseTo(expected, 3)
          })
        })
      }),
      { numRuns: runs(60) }
    )
  })

  it.each([
    { shape: [2, 5], sizes: ['4', '[2, 5]', '5'] },
    { shape: [4, 3], sizes: ['4', '[4, 3]', '3'] },
    { shape: [0], sizes: ['4', '[0]'] },
    { shape: [], sizes: ['4', '[]', '1'] }
  ])('refuses x $shape for 4 features', ({ shape, sizes }: { readonly shape: Shape; readonly sizes: string[] }) => {
    onTape(referenceKernels(), (tape) => {
      const error = leftOf(
        trace(tape, function* (run) {
          const layer = yield* run(linear, 4, 3)
          const x = yield* run(constant, { shape, values: new Float32Array(shape.reduce((size, n) => size * n, 1)) })
          return yield* run((at) => named(at, 'head', (inner) => linearForward(inner, layer, x)))
        })
      )
      expect(error).toMatchObject({ _tag: 'ShapeMismatch', operation: 'linearForward', path: 'head' })
      expect(error).toMatchObject({ shapes: [shape, [3, 4]] })
      for (const size of sizes) expect(error.message).toContain(size)
    })
  })

  it('refuses whole numbers, a layer of another tape, and released weights', () => {
    onTape(referenceKernels(), (tape) => {
      const { value: layer, tape: next } = rightOf(linear(tape, 2, 2))
      const whole = rightOf(constant(next, [1, 2], { dtype: 'int32' }))
      expect(leftOf(linearForward(whole.tape, layer, whole.value))._tag).toBe('DtypeError')
      const other = rightOf(constant(startTape(tape.kernels), [1, 2]))
      expect(leftOf(linearForward(other.tape, layer, other.value))._tag).toBe('ForeignVariable')
      const x = rightOf(constant(next, [1, 2]))
      release(parameters(layer).map(({ variable }) => variable))
      expect(leftOf(linearForward(x.tape, layer, x.value))._tag).toBe('Released')
    })
  })
})
