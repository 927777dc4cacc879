/** Random shapes: rank 0 to 8, sizes 0 and 1 among them, few enough numbers for a fast spec. */
import fc from 'fast-check'
import type { Shape } from '../../src/kernels/tensor'

/** The rank up to which every kernel set must go. */
export const highestRank = 8

export interface ShapeLimits {
  readonly minRank?: number
  readonly maxRank?: number
  /** The most numbers. */
  readonly maxSize?: number
}

const length = fc.oneof(
  { weight: 10, arbitrary: fc.integer({ min: 2, max: 5 }) },
  { weight: 4, arbitrary: fc.constant(1) },
  { weight: 3, arbitrary: fc.integer({ min: 6, max: 33 }) },
  { weight: 1, arbitrary: fc.constant(0) }
)

/** Axes that would make the tensor too large have size 1 instead. */
const limited = (shape: Shape, maxSize: number): Shape => {
  let size = 1
  return shape.map((n) => {
    if (size * n > maxSize) return 1
    size *= Math.max(n, 1)
    return n
  })
}

export const anyShape = ({
  minRank = 0,
  maxRank = highestRank,
  maxSize = 200
}: ShapeLimits = {}): fc.Arbitrary<Shape> =>
  fc.array(length, { minLength: minRank, maxLength: maxRank, size: 'max' }).map((shape) => limited(shape, maxSize))

/** A shape that broadcasts to `target`: leading axes left out, some of the others of size 1. */
export const shapeUnder = (target: Shape): fc.Arbitrary<Shape> =>
  fc
    .tuple(
      fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: target.length }) }),
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: target.length, maxLength: target.length })
    )
    .map(([missing, kinds]) => target.map((n, i) => (kinds[i] === 3 ? 1 : n)).slice(missing))

/** This many shapes that broadcast with each other. */
export const shapesTogether = (count: number, limits?: ShapeLimits): fc.Arbitrary<ReadonlyArray<Shape>> =>
  anyShape(limits).chain((target) => fc.tuple(...new Array<Shape>(count).fill(target).map(shapeUnder)))

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
