/** Initialisers that are made with settings: from where they draw, what they refuse, and what a layer does with them. */
import { isLeft, isRight } from 'fp-ts/Either'
import {
  constantInit,
  gainOf,
  heNormal,
  heUniform,
  identityMatrix,
  type Initializer,
  lecunNormal,
  lecunUniform,
  linear,
  named,
  normalInit,
  ones,
  orthogonal,
  read,
  referenceKernels,
  type Shape,
  truncatedNormalInit,
  uniformInit,
  withGain,
  xavierUniform,
  zeros
} from 'gradfold'
import { checkInitializer, initialValues } from '../../src/random/initializers'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { refused } from '../support/refused'
import { rightOf } from '../support/results'
import { kolmogorovDistance, kolmogorovLimit, momentsOf, normalDistribution } from '../support/statistics'

const key = { high: 0, low: 33 }
const shape = [100, 300]
const fans = { fanIn: 300, fanOut: 100 }
const n = 30000
const drawn = (initializer: Initializer): Float64Array => initialValues(initializer, key, shape, fans)
const isFloat32 = (values: Float64Array): boolean => values.every((value) => Math.fround(value) === value)

describe('what is drawn by', () => {
  it('uniformInit is uniform in its interval, [0, 1) by default', () => {
    expect(uniformInit()).toEqual({ _tag: 'Uniform', low: 0, high: 1 })
    const values = drawn(uniformInit({ low: -0.25, high: 0.5 }))
    expect(isFloat32(values)).toBe(true)
    expect(values.every((value) => value >= -0.25 && value < 0.5)).toBe(true)
    expect(kolmogorovDistance(values, (x) => (x + 0.25) / 0.75)).toBeLessThan(kolmogorovLimit(n))
  })

  it('normalInit is normal, of mean 0 and deviation 1 by default', () => {
    expect(normalInit()).toEqual({ _tag: 'Normal', mean: 0, std: 1 })
    const values = drawn(normalInit({ mean: 0.5, std: 0.02 }))
    expect(isFloat32(values)).toBe(true)
    expect(kolmogorovDistance(values, (x) => normalDistribution((x - 0.5) / 0.02))).toBeLessThan(kolmogorovLimit(n))
    expect(new Set(drawn(normalInit({ mean: 0.5, std: 0 })))).toEqual(new Set([0.5]))
  })

  it('truncatedNormalInit is normal within absolute bounds, [-2, 2] by default', () => {
    expect(truncatedNormalInit()).toEqual({ _tag: 'TruncatedNormal', mean: 0, std: 1, low: -2, high: 2 })
    const values = drawn(truncatedNormalInit({ std: 0.02, low: -0.04, high: 0.02 }))
    expect(isFloat32(values)).toBe(true)
    expect(values.every((value) => value >= Math.fround(-0.04) && value <= Math.fround(0.02))).toBe(true)
    const [low, high] = [normalDistribution(-2), normalDistribution(1)]
    const distribution = (x: number): number => (normalDistribution(x / 0.02) - low) / (high - low)
    expect(kolmogorovDistance(values, distribution)).toBeLessThan(kolmogorovLimit(n))
  })

  it('constantInit and identityMatrix is what they say, rounded to float32', () => {
    expect([...initialValues(constantInit(0.1), key, [2], fans)]).toEqual([Math.fround(0.1), Math.fround(0.1)])
    expect([...initialValues(identityMatrix, key, [2, 3], fans)]).toEqual([1, 0, 0, 0, 1, 0])
    const scaled = withGain(identityMatrix, 0.1)
    expect([...initialValues(scaled, key, [3, 2], fans)]).toEqual([0.1, 0, 0, 0.1, 0, 0].map(Math.fround))
  })
})

describe('withGain', () => {
  it('makes all values as many times as large, and gains multiply', () => {
    for (const initializer of [xavierUniform, lecunNormal]) {
      const once = drawn(initializer)
      const twice = drawn(withGain(withGain(initializer, 0.5), 4))
      expect(once.every((value, i) => Math.abs(twice[i]! / value - 2) < 1e-5)).toBe(true)
    }
  })

  it("is He's of LeCun's with the gain of relu", () => {
    for (const [he, lecun] of [
      [heNormal, lecunNormal],
      [heUniform, lecunUniform]
    ] as const) {
      const values = drawn(withGain(lecun, gainOf('relu')))
      expect(drawn(he).every((value, i) => Math.abs(values[i]! - value) < 1e-6)).toBe(true)
    }
  })

  it('leaves the initialiser as it was', () => {
    withGain(heNormal, 3)
    expect(heNormal).toEqual({ _tag: 'VarianceScaling', scale: 2, mode: 'fanIn', distribution: 'normal' })
  })

  it('has the variance of its gain over the fan', () => {
    const { variance } = momentsOf(drawn(withGain(lecunNormal, gainOf('tanh'))))
    expect(Math.abs((variance * 300) / (25 / 9) - 1)).toBeLessThan(4 * Math.sqrt(2 / n))
  })
})

interface Refused {
  readonly name: string
  readonly init: Initializer
  readonly argument: string
  readonly value: unknown
  readonly says: RegExp
  /** [2, 2] where it is left out. */
  readonly of?: Shape
}

const refusal = (name: string, init: Initializer, argument: string, value: unknown, says: RegExp): Refused => ({
  name,
  init,
  argument,
  value,
  says
})

const ofBounds: ReadonlyArray<Refused> = [
  refusal('a constant that is not finite', constantInit(NaN), 'init', NaN, /finite number/),
  refusal('bounds the wrong way round', uniformInit({ low: 1, high: 0 }), 'high', 0, /low must be less.*swap/),
  refusal('one bound twice', uniformInit({ low: 1, high: 1 }), 'high', 1, /needs no draw/),
  refusal('an infinite bound', uniformInit({ low: -Infinity }), 'low', -Infinity, /low must be a finite number/),
  refusal('a negative deviation', normalInit({ std: -1 }), 'std', -1, /finite and not negative/),
  refusal('a mean of NaN', normalInit({ mean: NaN }), 'mean', NaN, /the mean must be/),
  refusal('a truncated deviation of 0', truncatedNormalInit({ std: 0 }), 'std', 0, /finite and positive/),
  refusal('truncated bounds reversed', truncatedNormalInit({ low: 1, high: 0 }), 'high', 0, /at most high/)
]

const ofGains: ReadonlyArray<Refused> = [
  ...[0, -1, NaN, Infinity].map((gain) =>
    refusal(`a gain of ${gain}`, withGain(xavierUniform, gain), 'init', gain, /gain .* must be positive/)
  ),
  refusal('a negative gain of orthogonal', withGain(orthogonal, -1), 'init', -1, /gain .* must be positive/),
  refusal('a gain of 0 of identityMatrix', withGain(identityMatrix, 0), 'init', 0, /gain .* must be positive/)
]

const ofShapes: ReadonlyArray<Refused> = [
  { ...refusal('orthogonal', orthogonal, 'init', 'Orthogonal', /needs two axes or more, .* \[3\]/), of: [3] },
  ...[[3], [1, 1, 3, 3]].map((of) => ({
    ...refusal('identityMatrix', identityMatrix, 'init', 'IdentityMatrix', /identityMatrix needs two axes, but/),
    of
  }))
]

describe('checkInitializer', () => {
  it.each([...ofBounds, ...ofGains, ...ofShapes])('refuses $name', ({ init, argument, value, says, of = [2, 2] }) => {
    const outcome = checkInitializer('linear', init, of)
    if (!isLeft(outcome)) throw new Error('accepted')
    expect(outcome.left).toMatchObject({ _tag: 'InvalidArgument', operation: 'linear', argument, value })
    expect(outcome.left.message).toMatch(says)
  })

  it('takes each for the shapes that it can be of', () => {
    const anywhere = [zeros, ones, constantInit(2), uniformInit(), normalInit(), truncatedNormalInit(), heNormal]
    for (const initializer of anywhere) {
      for (const of of [[], [3], [2, 3], [1, 1, 2, 3]]) {
        expect(isRight(checkInitializer('linear', initializer, of))).toBe(true)
      }
    }
    for (const of of [[2, 3], [4, 2, 3], undefined]) expect(isRight(checkInitializer('x', orthogonal, of))).toBe(true)
    for (const of of [[2, 3], undefined]) expect(isRight(checkInitializer('x', identityMatrix, of))).toBe(true)
  })

  it('keeps what it takes of gains in float32', () => {
    for (const gain of [2 ** -20, 2 ** 20]) {
      for (const scale of [2 ** -200, 2 ** 200]) {
        const initializer = withGain({ ...heNormal, scale }, gain)
        expect(isRight(checkInitializer('linear', initializer))).toBe(true)
        expect(drawn(initializer).every((value) => Number.isFinite(value) && value !== 0)).toBe(true)
      }
    }
  })
})

describe('linear with init', () => {
  const made = [
    constantInit(0.5),
    uniformInit({ low: -1 }),
    normalInit({ std: 0.1 }),
    truncatedNormalInit({ std: 0.5 }),
    withGain(xavierUniform, gainOf('tanh')),
    withGain(orthogonal, 2),
    identityMatrix
  ]

  it.each(made)('$_tag has the same numbers on every kernel set', (init) => {
    const all = kernelSets.map(({ create }) =>
      onTape(create(), (tape) => Array.from(rightOf(read(rightOf(linear(tape, 5, 3, { init })).value.weight)).values))
    )
    for (const numbers of all) expect(numbers).toEqual(all[0])
  })

  it.each([...ofBounds, ...ofGains])('refuses $name', ({ init, argument }) => {
    onTape(referenceKernels(), (start) => {
      const error = refused(start, (tape) => named(tape, 'head', (inner) => linear(inner, 2, 2, { init })))
      expect(error).toMatchObject({ _tag: 'InvalidArgument', operation: 'linear', path: 'head', argument })
    })
  })
})
