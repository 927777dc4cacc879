import fc from 'fast-check'
import type { Shape } from '../../kernels/tensor'

/** Limits of generated shapes. */
export interface ShapeLimits {
  /** The fewest axes; 0 by default. */
  readonly minRank?: number
  /** The most axes; 4 by default. All kernel sets go up to 8. */
  readonly maxRank?: number
  /** The smallest size of an axis; 0 by default. */
  readonly minSize?: number
  /** The largest size of an axis; 33 by default, more than kernels compute at a time. */
  readonly maxSize?: number
  /** The most numbers that a tensor of the shape holds; 100 by default. */
  readonly maxElements?: number
}

/**
 * Shapes: scalars, sizes 0 and 1, small sizes often and large ones now and then. They shrink to fewer axes and to axes
 * of 1, in the end to `[]`. An axis that would make more than maxElements has size 1 instead, or minSize.
 *
 * Throws a RangeError where no shape keeps the limits.
 * @example
 * import fc from 'fast-check'
 * import { shapes } from 'gradfold/testing'
 * fc.assert(fc.property(shapes({ minRank: 1, maxRank: 2, minSize: 1 }), (shape) => shape.length > 0 && !shape.includes(0)))
 */
export const shapes = (limits: ShapeLimits = {}): fc.Arbitrary<Shape> => {
  const checked = checkedLimits(limits)
  const { minRank, maxRank, minSize, maxSize } = checked
  return fc
    .array(axisSize(minSize, maxSize), { minLength: minRank, maxLength: maxRank, size: 'max' })
    .map((sizes) => fitted(sizes, checked))
}

/** All limits, which some shape keeps. */
export const checkedLimits = (limits: ShapeLimits): Required<ShapeLimits> => {
  const { minRank = 0, minSize = 0 } = limits
  const { maxRank = Math.max(4, minRank), maxSize = Math.max(33, minSize) } = limits
  const fewest = minSize ** minRank
  const { maxElements = Math.max(100, fewest) } = limits
  const all = { minRank, maxRank, minSize, maxSize, maxElements }
  for (const [limit, value] of Object.entries(all)) {
    if (!Number.isSafeInteger(value) || value < 0) refuse(`${limit} is ${value}, not a whole number from 0 up`)
  }
  if (minRank > maxRank) refuse(`minRank ${minRank} is above maxRank ${maxRank}`)
  if (minSize > maxSize) refuse(`minSize ${minSize} is above maxSize ${maxSize}`)
  if (maxElements === 0) refuse('maxElements is 0: shapes of no numbers are { minRank: 1, maxSize: 0 }')
  if (fewest > maxElements) {
    refuse(`${minRank} axes of ${minSize} hold ${fewest} numbers, but maxElements is ${maxElements}`)
  }
  // Of this rank all axes can have the size that is put where there is no room.
  let rank = minRank
  while (rank < maxRank && minSize ** (rank + 1) <= maxElements) rank++
  return { ...all, maxRank: rank, maxSize: Math.max(minSize, Math.min(maxSize, maxElements)) }
}

const refuse = (text: string): never => {
  throw new RangeError(`No shape keeps these limits: ${text}.`)
}

/** A size between these, 1 first: what a size shrinks to. */
export const axisSize = (minSize: number, maxSize: number): fc.Arbitrary<number> => {
  const least = Math.max(2, minSize)
  const between = (weight: number, min: number, max: number): ReadonlyArray<fc.WeightedArbitrary<number>> =>
    min <= max ? [{ weight, arbitrary: fc.integer({ min, max }) }] : []
  return fc.oneof(
    { withCrossShrink: true },
    ...between(4, Math.max(1, minSize), Math.min(1, maxSize)),
    ...between(10, least, Math.min(maxSize, least + 3)),
    ...between(3, least, maxSize),
    ...between(1, minSize, 0)
  )
}

/** The same sizes, but 1 or minSize where there would be too many numbers. An axis of 0 makes no room for others. */
export const fitted = (sizes: Shape, { minSize, maxSize, maxElements }: Required<ShapeLimits>): Shape => {
  const spare = Math.min(maxSize, Math.max(1, minSize))
  let elements = Math.max(1, spare) ** sizes.length
  return sizes.map((n) => {
    const without = elements / Math.max(1, spare)
    if (without * n > maxElements) return spare
    elements = without * Math.max(1, n)
    return n
  })
}
