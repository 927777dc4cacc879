import fc from 'fast-check'
import { broadcastingShapes } from 'gradfold/testing'
import type { Shape } from '../../../src/kernels/tensor'
import { runs } from '../../support/runs'
import { complaints, someLimits } from './limits'
import { seeds, shrunk } from './shrunk'

/** The sizes along one axis, counted from the last, without those of 1 and those that are not there. */
const sizesAlong = (shapes: ReadonlyArray<Shape>, fromLast: number): ReadonlyArray<number> =>
  shapes.map((shape) => shape.at(-fromLast) ?? 1).filter((n) => n !== 1)

/** NumPy's rule: "two dimensions are compatible when they are equal, or one of them is 1", from the last to the first. */
const common = (shapes: ReadonlyArray<Shape>): Shape | undefined => {
  const rank = Math.max(...shapes.map(({ length }) => length))
  const axes = Array.from({ length: rank }, (_, i) => [...new Set(sizesAlong(shapes, rank - i))])
  return axes.every(({ length }) => length <= 1) ? axes.map(([n = 1]) => n) : undefined
}

describe('broadcastingShapes', () => {
  it('gives shapes that broadcast together, within the limits', () => {
    fc.assert(
      fc.property(someLimits, fc.integer({ min: 1, max: 4 }), fc.integer(), (limits, count, seed) => {
        for (const shapes of fc.sample(broadcastingShapes(count, limits), { seed, numRuns: 20 })) {
          const target = common(shapes)
          expect(shapes).toHaveLength(count)
          const found = [...shapes, target ?? [NaN]].flatMap((shape) => complaints(shape, limits))
          expect({ shapes, target, found }).toEqual({ shapes, target, found: [] })
        }
      }),
      { numRuns: runs(100) }
    )
  })

  it('leaves out axes and has axes of 1 in each of them, and in both at once', () => {
    const pairs = fc.sample(broadcastingShapes(), 1000).map(([x = [], y = []]) => ({ x, y }))
    const stretches = (x: Shape, y: Shape): boolean => x.some((n, i) => n === 1 && (y.at(i - x.length) ?? 1) > 1)
    expect(pairs.some(({ x, y }) => x.length < y.length)).toBe(true)
    expect(pairs.some(({ x, y }) => x.length > y.length)).toBe(true)
    expect(pairs.some(({ x, y }) => stretches(x, y) && stretches(y, x))).toBe(true)
    expect(pairs.some(({ x, y }) => x.length < y.length && stretches(y, x))).toBe(true)
    expect(pairs.some(({ x, y }) => x.includes(0) && y.includes(1))).toBe(true)
    expect(pairs.some(({ x, y }) => x.length > 1 && x.join() === y.join())).toBe(true)
  })

  it.each(seeds)('shrinks to equal shapes as small as they fail, from seed %i', (seed) => {
    expect(shrunk(broadcastingShapes(3), () => true, seed)).toEqual([[], [], []])
    expect(shrunk(broadcastingShapes(), ([x = []]) => x.some((n) => n > 1), seed)).toEqual([[2], [2]])
    const unequal = shrunk(broadcastingShapes(), ([x = [], y = []]) => x.length < y.length && !y.includes(1), seed)
    expect([
      [[], [0]],
      [[], [2]]
    ]).toContainEqual(unequal)
  })

  it('refuses limits that no shape keeps', () => {
    expect(() => broadcastingShapes(2, { minRank: 3, maxRank: 2 })).toThrow(RangeError)
  })
})
