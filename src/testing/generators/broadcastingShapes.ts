import fc from 'fast-check'
import type { Shape } from '../../kernels/tensor'
import { axisSize, checkedLimits, fitted, type ShapeLimits } from './shapes'

/**
 * This many shapes, two by default, that broadcast together, as NumPy has it: aligned at the last axis, with axes left
 * out and axes of 1 in any of them. Each keeps the limits, and so does the shape that they broadcast to. They shrink to
 * equal shapes, and those as `shapes` does.
 *
 * Throws a RangeError where no shape keeps the limits.
 * @example
 * import fc from 'fast-check'
 * import { isRight } from 'fp-ts/Either'
 * import { add, fill, scope, shapesKernels, startTape, trace } from 'gradfold'
 * import { broadcastingShapes } from 'gradfold/testing'
 * const tape = startTape(shapesKernels())
 * fc.assert(
 *   fc.property(broadcastingShapes(), ([x = [], y = []]) =>
 *     isRight(
 *       scope(tape, (inner) =>
 *         trace(inner, function* (run) {
 *           return yield* run(add, yield* run(fill, x, 1), yield* run(fill, y, 2))
 *         })
 *       )
 *     )
 *   )
 * )
 */
export const broadcastingShapes = (count = 2, limits: ShapeLimits = {}): fc.Arbitrary<ReadonlyArray<Shape>> => {
  const checked = checkedLimits(limits)
  const { minRank, maxRank, minSize, maxSize } = checked
  const ofEach = { minLength: count, maxLength: count, size: 'max' } as const
  // What becomes of an axis is drawn with it, so that each can go without changing the others.
  const axis = fc.record({
    size: axisSize(minSize, maxSize),
    // Of 1 in one shape of four.
    kinds: fc.array(fc.nat({ max: 3 }), ofEach)
  })
  // Leading axes are left out of one shape in four.
  const missing = fc.oneof(
    { withCrossShrink: true },
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.nat({ max: maxRank }) }
  )
  const narrows = minSize <= 1 && maxSize >= 1
  return fc
    .record({
      axes: fc.array(axis, { minLength: minRank, maxLength: maxRank, size: 'max' }),
      missing: fc.array(missing, ofEach)
    })
    .map(({ axes, missing: leftOut }) => {
      const target = fitted(
        axes.map(({ size }) => size),
        checked
      )
      return leftOut.map((gone, which) =>
        target
          .map((n, i) => (narrows && axes[i]?.kinds[which] === 3 ? 1 : n))
          .slice(Math.min(gone, target.length - minRank))
      )
    })
}
