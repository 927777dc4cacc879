import * as fc from 'fast-check'
import { isLeft, isRight } from 'fp-ts/Either'
import { childKey } from '../../src/random/key'
import { checkUniform, drawUniform } from '../../src/random/drawUniform'
import { chiSquareLimit, chiSquareOfEqual, kolmogorovDistance, kolmogorovLimit, momentsOf } from '../support/statistics'
import { runs } from '../support/runs'

const key = { high: 0, low: 11 }
const anyKey = fc.record({ high: fc.nat({ max: 0xffffffff }), low: fc.nat({ max: 0xffffffff }) })
const bound = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ noNaN: true, min: -10, max: 10 })
)

describe('drawUniform', () => {
  it('is the upper 24 bits of each word, scaled', () => {
    // Published words of key 0: 6b200159, 99ba4efe.
    expect([...drawUniform({ high: 0, low: 0 }, 2, 0, 1)]).toEqual([0x6b2001 / 2 ** 24, 0x99ba4e / 2 ** 24])
    expect([...drawUniform({ high: 0, low: 0 }, 2, -2, 6)]).toEqual(
      [0x6b2001 / 2 ** 21 - 2, 0x99ba4e / 2 ** 21 - 2].map(Math.fround)
    )
  })

  it('gives float32 numbers in [low, high), whatever the bounds', () => {
    fc.assert(
      fc.property(anyKey, bound, bound, (any, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        fc.pre(isRight(checkUniform('uniform', low, high)))
        for (const value of drawUniform(any, 40, low, high)) {
          expect(value >= low && value < high).toBe(true)
          expect(Math.fround(value)).toBe(value)
        }
      }),
      { numRuns: runs(300) }
    )
  })

  it('never rounds to high, nor below low', () => {
    // Three float32 numbers in [1, high): the upper sixth of all draws is nearest to high.
    const high = 1 + 3 * 2 ** -23
    expect(new Set(drawUniform(key, 1000, 1, high))).toEqual(new Set([1, 1 + 2 ** -23, 1 + 2 ** -22]))
    // 0.7 is above the float32 nearest to it.
    expect(Math.fround(0.7)).toBeLessThan(0.7)
    const values = drawUniform(key, 1000, 0.7, 0.7000003)
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0.7)
    expect(Math.max(...values)).toBeLessThan(0.7000003)
  })

  it('fills the whole range of float32', () => {
    const values = drawUniform(key, 1000, -3.4e38, 3.4e38)
    expect(values.every(Number.isFinite)).toBe(true)
    expect(Math.max(...values)).toBeGreaterThan(3e38)
    expect(Math.min(...values)).toBeLessThan(-3e38)
  })

  it('has the moments of the uniform distribution', () => {
    const n = 100_000
    const { mean, variance, skewness } = momentsOf(drawUniform(key, n, -1, 3))
    // Standard errors: of the mean 4 / sqrt(12 n), of the variance 16/12 sqrt((1.8 - 1) / n); four of each.
    expect(Math.abs(mean - 1)).toBeLessThan(4 * (4 / Math.sqrt(12 * n)))
    expect(Math.abs(variance - 16 / 12)).toBeLessThan(4 * (16 / 12) * Math.sqrt(0.8 / n))
    expect(Math.abs(skewness)).toBeLessThan(4 * Math.sqrt(6 / n))
  })

  it('has the distribution, by Kolmogorov-Smirnov and by chi-square', () => {
    const n = 50_000
    const values = drawUniform(key, n, 2, 5)
    expect(kolmogorovDistance(values, (x) => (x - 2) / 3)).toBeLessThan(kolmogorovLimit(n))
    const counts = new Array<number>(100).fill(0)
    for (const value of values) counts[Math.floor(((value - 2) / 3) * 100)]! += 1
    expect(chiSquareOfEqual(counts)).toBeLessThan(chiSquareLimit[99])
  })

  it('is pure, begins with the shorter draw, and differs between keys', () => {
    const values = drawUniform(key, 101, 0, 1)
    expect(drawUniform(key, 101, 0, 1)).toEqual(values)
    expect(drawUniform(key, 100, 0, 1)).toEqual(values.slice(0, 100))
    expect(drawUniform(key, 0, 0, 1)).toHaveLength(0)
    const others = new Set(drawUniform(childKey(key, 0), 101, 0, 1))
    expect(values.filter((value) => others.has(value))).toHaveLength(0)
  })
})

describe('checkUniform', () => {
  it.each([
    { low: 1, high: 1, argument: 'high', says: 'low must be less than high' },
    { low: 2, high: 1, argument: 'high', says: 'swap them' },
    { low: Number.NaN, high: 1, argument: 'low', says: 'finite' },
    { low: 0, high: Infinity, argument: 'high', says: 'finite' },
    { low: -1e39, high: 0, argument: 'low', says: 'range of float32' },
    { low: 1 + 2 ** -40, high: 1 + 2 ** -39, argument: 'high', says: 'widen' }
  ])('refuses [$low, $high)', ({ low, high, argument, says }) => {
    const outcome = checkUniform('uniform', low, high)
    if (!isLeft(outcome)) throw new Error('accepted')
    expect(outcome.left).toMatchObject({ _tag: 'InvalidArgument', operation: 'uniform', argument })
    expect(outcome.left.message).toContain(says)
  })

  it('takes an interval with a single float32 number', () => {
    expect(isRight(checkUniform('uniform', 1, 1 + 2 ** -30))).toBe(true)
    expect([...drawUniform(key, 3, 1, 1 + 2 ** -30)]).toEqual([1, 1, 1])
  })
})
