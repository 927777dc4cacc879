import * as fc from 'fast-check'
import { isLeft, isRight } from 'fp-ts/Either'
import { splitKey } from '../../src/random/key'
import { checkNormal, drawNormal } from '../../src/random/drawNormal'
import { largestFloat32 } from '../../src/random/float32'
import {
  chiSquareLimit,
  chiSquareOfEqual,
  correlationOf,
  kolmogorovDistance,
  kolmogorovLimit,
  momentsOf,
  normalDistribution
} from '../support/statistics'
import { runs } from '../support/runs'

const key = { high: 0, low: 5 }
const anyKey = fc.record({ high: fc.nat({ max: 0xffffffff }), low: fc.nat({ max: 0xffffffff }) })

describe('drawNormal', () => {
  // The published words of each key's first block, w, through Python: float32 of NormalDist(mean, std).inv_cdf((w + 0.5) / 2^32).
  it('is the quantile of each word', () => {
    expect([...drawNormal({ high: 0, low: 0 }, 2, 0, 1)]).toEqual([-0.20584213733673096, 0.2546391487121582])
    expect([...drawNormal({ high: 0, low: 0 }, 2, 3, 2)]).toEqual([2.588315725326538, 3.5092782974243164])
  })

  it('gives finite float32 numbers for all means and deviations that are allowed', () => {
    const mean = fc.float({ noNaN: true, noDefaultInfinity: true })
    const std = fc.float({ noNaN: true, noDefaultInfinity: true, min: 0 })
    fc.assert(
      fc.property(anyKey, mean, std, (any, m, s) => {
        fc.pre(isRight(checkNormal('normal', m, s)))
        for (const value of drawNormal(any, 40, m, s)) {
          expect(Number.isFinite(value)).toBe(true)
          expect(Math.fround(value)).toBe(value)
        }
      }),
      { numRuns: runs(300) }
    )
  })

  it('is finite and symmetric for the smallest and the largest word', () => {
    // Keys found by search: the first block of one begins with the word 0, that of the other ends with ffffffff.
    const [smallest] = drawNormal({ high: 0, low: 2521438154 }, 1, 0, 1)
    const [, largest] = drawNormal({ high: 0, low: 751411996 }, 2, 0, 1)
    expect(smallest).toBe(Math.fround(-6.337957754553789))
    expect(largest).toBe(Math.fround(6.337957754553789))
  })

  it('is the mean everywhere when the deviation is 0', () => {
    expect([...drawNormal(key, 3, 0.25, 0)]).toEqual([0.25, 0.25, 0.25])
  })

  it('has the moments of the normal distribution', () => {
    const n = 100_000
    const { mean, variance, skewness } = momentsOf(drawNormal(key, n, -2, 3))
    // Standard errors: 3 / sqrt(n), 9 sqrt(2 / n), sqrt(6 / n); four of each.
    expect(Math.abs(mean + 2)).toBeLessThan((4 * 3) / Math.sqrt(n))
    expect(Math.abs(variance - 9)).toBeLessThan(4 * 9 * Math.sqrt(2 / n))
    expect(Math.abs(skewness)).toBeLessThan(4 * Math.sqrt(6 / n))
  })

  it('has the distribution, by Kolmogorov-Smirnov and by chi-square', () => {
    const n = 50_000
    const values = drawNormal(key, n, 1, 0.5)
    const distribution = (x: number): number => normalDistribution((x - 1) / 0.5)
    expect(kolmogorovDistance(values, distribution)).toBeLessThan(kolmogorovLimit(n))
    const counts = new Array<number>(100).fill(0)
    for (const value of values) counts[Math.floor(distribution(value) * 100)]! += 1
    expect(chiSquareOfEqual(counts)).toBeLessThan(chiSquareLimit[99])
  })

  it('has as much in its tails as there should be', () => {
    const n = 200_000
    const values = drawNormal(key, n, 0, 1)
    const beyond = values.filter((value) => Math.abs(value) > 3).length
    const expected = 2 * normalDistribution(-3) * n
    expect(Math.abs(beyond - expected)).toBeLessThan(4 * Math.sqrt(expected))
  })

  it('is pure, begins with the shorter draw, and has no correlation between keys', () => {
    const n = 20_000
    const values = drawNormal(key, n, 0, 1)
    expect(drawNormal(key, n, 0, 1)).toEqual(values)
    expect(drawNormal(key, 99, 0, 1)).toEqual(values.slice(0, 99))
    expect(drawNormal(key, 0, 0, 1)).toHaveLength(0)
    for (const child of splitKey(key, 3)) {
      expect(Math.abs(correlationOf(values, drawNormal(child, n, 0, 1)))).toBeLessThan(4 / Math.sqrt(n))
    }
  })
})

describe('checkNormal', () => {
  it.each([
    { mean: Number.NaN, std: 1, argument: 'mean' },
    { mean: -Infinity, std: 1, argument: 'mean' },
    { mean: 1e39, std: 1, argument: 'mean' },
    { mean: 0, std: -1, argument: 'std' },
    { mean: 0, std: Number.NaN, argument: 'std' },
    { mean: 0, std: Infinity, argument: 'std' },
    { mean: 0, std: largestFloat32 / 6, argument: 'std' },
    { mean: largestFloat32, std: 1e38, argument: 'std' }
  ])('refuses mean $mean with deviation $std', ({ mean, std, argument }) => {
    const outcome = checkNormal('normal', mean, std)
    if (!isLeft(outcome)) throw new Error('accepted')
    expect(outcome.left).toMatchObject({ _tag: 'InvalidArgument', operation: 'normal', argument })
  })
})
