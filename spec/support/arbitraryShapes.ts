/** Shapes for kernels, and what goes with a shape. */
import fc from 'fast-check'
import type { Shape } from '../../src/kernels/tensor'
import type { ShapeLimits } from '../../src/testing/generators/shapes'

/** The rank up to which every kernel set must go. */
export const highestRank = 8

/** All ranks, and few enough numbers for a fast spec. */
export const kernelLimits: ShapeLimits = { maxRank: highestRank, maxElements: 200 }

/** Some of the axes, ascending. */
export const someAxes = (shape: Shape): fc.Arbitrary<ReadonlyArray<number>> => fc.subarray(shape.map((_, axis) => axis))

/** Another shape with as many numbers: axes swapped, merged, or of size 1 put in. */
export const shapeOfSameSize = (shape: Shape): fc.Arbitrary<Shape> =>
  fc
    .tuple(
      fc.shuffledSubarray([...shape], { minLength: shape.length, maxLength: shape.length }),
      fc.nat({ max: shape.length }),
      fc.nat({ max: Math.max(0, highestRank - shape.length) })
    )
    .map(([swapped, merged, ones]) => {
      const tail = swapped.slice(0, merged)
      const product = tail.length === 0 ? [] : [tail.reduce((a, b) => a * b, 1)]
      return [...new Array<number>(ones).fill(1), ...swapped.slice(merged), ...product]
    })
