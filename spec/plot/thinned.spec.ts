import { array, assert, boolean, double, integer, property, tuple } from 'fast-check'
import type { Curve } from 'gradfold/plot'
import { isDrawn } from '../../src/plot/curve'
import { thinned } from '../../src/plot/thinned'
import { runs } from '../support/runs'

type Points = Curve['points']

/** A wave of so many points, with these numbers in it here and there. */
const wave = (count: number, odd: ReadonlyArray<readonly [number, number]>): Points => {
  const ys = Array.from({ length: count }, (_, i) => Math.sin(i / 500))
  for (const [place, y] of odd) ys[Math.floor(place * count)] = y
  return ys.map((y, i) => [i, y])
}

const extremes = (points: Points, logarithmic: boolean): ReadonlyArray<number> => {
  const ys = points.filter((point) => isDrawn(point, logarithmic)).map(([, y]) => y)
  return [ys.reduce((a, b) => Math.min(a, b), Infinity), ys.reduce((a, b) => Math.max(a, b), -Infinity)]
}

describe('thinned', () => {
  it('leaves curves alone that are short enough', () => {
    const points = wave(4000, [])
    expect(thinned(points, false)).toBe(points)
  })

  it('keeps the ends, every peak and every gap, in order, and no more than are needed', () => {
    const place = double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    const odd = array(tuple(place, double()), { maxLength: 5 })
    assert(
      property(integer({ min: 4001, max: 30_000 }), odd, boolean(), (count, strange, logarithmic) => {
        const points = wave(count, strange)
        const kept = thinned(points, logarithmic)
        expect(kept.length).toBeLessThanOrEqual(5000)
        expect([kept[0], kept.at(-1)]).toEqual([points[0], points.at(-1)])
        expect(kept.every(([x], i) => i === 0 || x > kept[i - 1]![0])).toBe(true)
        expect(extremes(kept, logarithmic)).toEqual(extremes(points, logarithmic))
        const missing = (some: Points): boolean => some.some((point) => !isDrawn(point, logarithmic))
        expect(missing(kept)).toBe(missing(points))
      }),
      { numRuns: runs(30) }
    )
  })
})
