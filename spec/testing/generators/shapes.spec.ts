import fc from 'fast-check'
import { type ShapeLimits, shapes } from 'gradfold/testing'
import { runs } from '../../support/runs'
import { complaints, someLimits } from './limits'
import { seeds, shrunk } from './shrunk'

describe('shapes', () => {
  it('keeps all limits', () => {
    fc.assert(
      fc.property(someLimits, fc.integer(), (limits, seed) => {
        for (const shape of fc.sample(shapes(limits), { seed, numRuns: 20 })) {
          expect({ shape, complaints: complaints(shape, limits) }).toEqual({ shape, complaints: [] })
        }
      }),
      { numRuns: runs(100) }
    )
  })

  it('keeps those that are given where the others would not fit them', () => {
    for (const shape of fc.sample(shapes({ minRank: 6, minSize: 3 }), 20)) {
      expect(shape).toEqual([3, 3, 3, 3, 3, 3])
    }
    for (const [n = 0] of fc.sample(shapes({ minRank: 1, maxRank: 1, minSize: 50, maxElements: 60 }), 200)) {
      expect(n).toBeGreaterThanOrEqual(50)
      expect(n).toBeLessThanOrEqual(60)
    }
  })

  it('has scalars, empty shapes, axes of 1, more axes and long axes among 1,000', () => {
    const all = fc.sample(shapes(), 1000)
    const ranks = new Set(all.map(({ length }) => length))
    expect([...ranks].toSorted()).toEqual([0, 1, 2, 3, 4])
    expect(all.some((shape) => shape.includes(0))).toBe(true)
    expect(all.some((shape) => shape.includes(1))).toBe(true)
    expect(all.some((shape) => shape.some((n) => n > 16))).toBe(true)
    expect(all.some((shape) => shape.length === 4 && shape.every((n) => n > 1))).toBe(true)
  })

  it.each(seeds)('shrinks to the smallest shape that fails, from seed %i', (seed) => {
    expect(shrunk(shapes(), () => true, seed)).toEqual([])
    expect(shrunk(shapes({ minRank: 2 }), () => true, seed)).toEqual([1, 1])
    expect(shrunk(shapes({ minRank: 1, minSize: 3 }), () => true, seed)).toEqual([3])
    expect(shrunk(shapes(), (shape) => shape.includes(0), seed)).toEqual([0])
    expect(shrunk(shapes(), (shape) => shape.length > 2, seed)).toEqual([1, 1, 1])
    expect(shrunk(shapes(), (shape) => shape.some((n) => n > 2), seed)).toEqual([3])
    expect(shrunk(shapes(), (shape) => shape.some((n) => n > 16), seed)).toEqual([17])
  })

  const impossible: ReadonlyArray<readonly [ShapeLimits, string]> = [
    [{ minRank: 3, maxRank: 2 }, 'minRank 3 is above maxRank 2'],
    [{ minSize: 3, maxSize: 2 }, 'minSize 3 is above maxSize 2'],
    [{ minRank: 2, minSize: 5, maxElements: 20 }, '2 axes of 5 hold 25 numbers, but maxElements is 20'],
    [{ maxElements: 0 }, 'maxElements is 0: shapes of no numbers are { minRank: 1, maxSize: 0 }'],
    [{ maxRank: 1.5 }, 'maxRank is 1.5, not a whole number from 0 up'],
    [{ minSize: -1 }, 'minSize is -1, not a whole number from 0 up']
  ]

  it.each(impossible)('refuses %j', (limits, why) => {
    expect(() => shapes(limits)).toThrow(new RangeError(`No shape keeps these limits: ${why}.`))
  })
})
