import fc from 'fast-check'
import type { ShapeLimits } from 'gradfold/testing'

/** Limits that some shape keeps. */
export const someLimits: fc.Arbitrary<Required<ShapeLimits>> = fc
  .record({
    minRank: fc.nat({ max: 3 }),
    ranks: fc.nat({ max: 4 }),
    minSize: fc.nat({ max: 3 }),
    sizes: fc.nat({ max: 40 }),
    more: fc.nat({ max: 200 })
  })
  .map(({ minRank, ranks, minSize, sizes, more }) => ({
    minRank,
    maxRank: minRank + ranks,
    minSize,
    maxSize: minSize + sizes,
    maxElements: Math.max(1, minSize ** minRank) + more
  }))

/** Each limit that a shape breaks. */
export const complaints = (
  shape: ReadonlyArray<number>,
  { minRank, maxRank, minSize, maxSize, maxElements }: Required<ShapeLimits>
): ReadonlyArray<string> => [
  ...(shape.length < minRank ? ['too few axes'] : []),
  ...(shape.length > maxRank ? ['too many axes'] : []),
  ...shape.filter((n) => n < minSize).map((n) => `${n} is too small`),
  ...shape.filter((n) => n > maxSize).map((n) => `${n} is too large`),
  ...(shape.reduce((product, n) => product * n, 1) > maxElements ? ['too many numbers'] : [])
]
