import * as fc from 'fast-check'
import { isLeft, isRight } from 'fp-ts/Either'
import { childKey } from '../../src/random/key'
import { checkTruncatedNormal, drawTruncatedNormal } from '../../src/random/drawTruncatedNormal'
import { largestFloat32 } from '../../src/random/float32'
import {
  kolmogorovDistance,
  kolmogorovLimit,
  momentsOf,
  normalDensity,
  normalDistribution
} from '../support/statistics'
import { runs } from '../support/runs'

const key = { high: 0, low: 3 }
const anyKey = fc.record({ high: fc.nat({ max: 0xffffffff }), low: fc.nat({ max: 0xffffffff }) })
const float = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.float({ noNaN: true, min: -8, max: 8 }),
  fc.double({ noNaN: true, min: -8, max: 8 })
)
const bound = fc.oneof({ arbitrary: float, weight: 8 }, { arbitrary: fc.constantFrom(-Infinity, Infinity), weight: 1 })

describe('drawTruncatedNormal', () => {
  it('ends, and gives float32 numbers within the bounds, wherever they are', () => {
    fc.assert(
      fc.property(anyKey, float, float, bound, bound, (any, mean, std, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        fc.pre(isRight(checkTruncatedNormal('truncatedNormal', mean, Math.abs(std), low, high)))
        for (const value of drawTruncatedNormal(any, 20, mean, Math.abs(std), low, high)) {
          expect(value >= low && value <= high && Number.isFinite(value)).toBe(true)
          expect(Math.fround(value)).toBe(value)
        }
      }),
      { numRuns: runs(500) }
    )
  })

  // One row for each way to draw: by rejected normals, by rejected uniforms, by tails of both kinds on both sides.
  it.each([
    { name: 'two deviations to each side', low: -2, high: 2 },
    { name: 'one-sided', low: -1, high: Infinity },
    { name: 'one-sided from above', low: -Infinity, high: 0.5 },
    { name: 'no bounds', low: -Infinity, high: Infinity },
    { name: 'narrow about the mean', low: -0.5, high: 1 },
    { name: 'a tail', low: 3, high: Infinity },
    { name: 'a bounded tail', low: 1, high: 4 },
    { name: 'a narrow tail', low: 3, high: 3.2 },
    { name: 'from the mean on', low: 0, high: 5 },
    { name: 'a lower tail', low: -Infinity, high: -2.5 },
    { name: 'a narrow lower tail', low: -1.5, high: -1 }
  ])('has the distribution and moments: $name', ({ low, high }) => {
    const n = 50_000
    const [mean, std] = [10, 4]
    const values = drawTruncatedNormal(key, n, mean, std, mean + std * low, mean + std * high)
    const standard = values.map((value) => (value - mean) / std)
    const within = below(high) - below(low)
    expect(kolmogorovDistance(standard, (z) => (below(z) - below(low)) / within)).toBeLessThan(kolmogorovLimit(n))
    // Johnson, Kotz, Balakrishnan (1994), "Continuous univariate distributions" 1, section 10.1.
    const expectedMean = (density(low) - density(high)) / within
    const expectedVariance = 1 + (scaledDensity(low) - scaledDensity(high)) / within - expectedMean ** 2
    const moments = momentsOf(standard)
    expect(Math.abs(moments.mean - expectedMean)).toBeLessThan(4 * Math.sqrt(expectedVariance / n))
    // The fourth moment of all of these is at most 9 times the variance squared, the exponential's.
    expect(Math.abs(moments.variance - expectedVariance)).toBeLessThan(4 * expectedVariance * Math.sqrt(8 / n))
  })

  it('has the variance of the usual initialisation, truncated at two deviations', () => {
    // 1 - 4 phi(2) / (2 Phi(2) - 1) = 0.77374
    const n = 100_000
    const { variance } = momentsOf(drawTruncatedNormal(key, n, 0, 0.02, -0.04, 0.04))
    expect(variance / 0.02 ** 2).toBeCloseTo(0.7737413, 2)
  })

  it('is right forty deviations out, where probabilities are below 1e-300', () => {
    // Mills' ratio: the mean distance is 1/a - 2/a^3 + 10/a^5, its deviation about as large.
    const n = 20_000
    const distances = drawTruncatedNormal(key, n, 0, 1, 40, Infinity).map((value) => value - 40)
    const expected = 1 / 40 - 2 / 40 ** 3 + 10 / 40 ** 5
    expect(Math.abs(momentsOf(distances).mean - expected)).toBeLessThan((4 * expected) / Math.sqrt(n))
    expect(kolmogorovDistance(distances, (d) => 1 - Math.exp(-d / expected))).toBeLessThan(kolmogorovLimit(n))
    const mirrored = drawTruncatedNormal(key, n, 0, 1, -Infinity, -40)
    expect(mirrored.map((value) => -40 - value)).toEqual(distances)
  })

  it('ends at the extremes', () => {
    const most = largestFloat32
    expect([...drawTruncatedNormal(key, 2, -most, 2 ** -149, most, Infinity)]).toEqual([most, most])
    expect([...drawTruncatedNormal(key, 2, most, 2 ** -149, -Infinity, -most)]).toEqual([-most, -most])
    expect([...drawTruncatedNormal(key, 2, 0, 1, 7, 7)]).toEqual([7, 7])
    expect([...drawTruncatedNormal(key, 2, 5, 1, 1, 1 + 2 ** -30)]).toEqual([1, 1])
    expect(drawTruncatedNormal(key, 100, 0, most, -most, most).every(Number.isFinite)).toBe(true)
    expect(drawTruncatedNormal(key, 100, 0, most, -Infinity, Infinity).every(Number.isFinite)).toBe(true)
    // Wide against the bounds: uniform between them, both ends reached.
    const flat = drawTruncatedNormal(key, 1000, 3, 1e30, -1, 1)
    expect(kolmogorovDistance(flat, (x) => (x + 1) / 2)).toBeLessThan(kolmogorovLimit(1000))
  })

  it('is pure, begins with the shorter draw, and differs between keys', () => {
    const values = drawTruncatedNormal(key, 2000, 0, 1, -1, 2)
    expect(drawTruncatedNormal(key, 2000, 0, 1, -1, 2)).toEqual(values)
    expect(drawTruncatedNormal(key, 777, 0, 1, -1, 2)).toEqual(values.slice(0, 777))
    expect(drawTruncatedNormal(key, 0, 0, 1, -1, 2)).toHaveLength(0)
    const others = drawTruncatedNormal(childKey(key, 1), 2000, 0, 1, -1, 2)
    expect(others.filter((value, i) => value === values[i])).toHaveLength(0)
  })
})

const below = (z: number): number => (Number.isFinite(z) ? normalDistribution(z) : z > 0 ? 1 : 0)
const density = (z: number): number => (Number.isFinite(z) ? normalDensity(z) : 0)
const scaledDensity = (z: number): number => (Number.isFinite(z) ? z * normalDensity(z) : 0)

describe('checkTruncatedNormal', () => {
  it.each([
    { mean: Number.NaN, std: 1, low: 0, high: 1, argument: 'mean', says: 'finite' },
    { mean: 0, std: 0, low: 0, high: 1, argument: 'std', says: 'positive' },
    { mean: 0, std: 1e-60, low: 0, high: 1, argument: 'std', says: 'positive' },
    { mean: 0, std: Infinity, low: 0, high: 1, argument: 'std', says: 'finite' },
    { mean: 0, std: 1, low: 1, high: -1, argument: 'high', says: 'absolute' },
    { mean: 0, std: 1, low: Number.NaN, high: 1, argument: 'high', says: 'low is NaN' },
    { mean: 0, std: 1, low: 1 + 2 ** -40, high: 1 + 2 ** -39, argument: 'high', says: 'widen' },
    { mean: 0, std: 1, low: Infinity, high: Infinity, argument: 'high', says: 'no float32' },
    { mean: 0, std: 1, low: 1e39, high: 1e40, argument: 'high', says: 'no float32' }
  ])('refuses mean $mean, deviation $std in [$low, $high]', ({ mean, std, low, high, argument, says }) => {
    const outcome = checkTruncatedNormal('truncatedNormal', mean, std, low, high)
    if (!isLeft(outcome)) throw new Error('accepted')
    expect(outcome.left).toMatchObject({ _tag: 'InvalidArgument', operation: 'truncatedNormal', argument })
    expect(outcome.left.message).toContain(says)
  })
})
