import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { mean } from '../operation/mean'
import { type ReduceSettings, reduceAttributes } from '../operation/reduction'
import { reshape } from '../operation/reshape'
import { square } from '../operation/square'
import { sub } from '../operation/sub'
import { reducedShape } from '../kernels/shape'
import { allOrNothing } from '../tape/allOrNothing'
import type { Tape, Traced } from '../tape/tape'
import { trace } from '../tape/trace'
import type { Variable } from '../tape/variable'

/** Mean and variance of one shape. */
export interface Moments {
  readonly mean: Variable
  /** The mean of the squared distances from the mean: divided by n, not by n - 1. */
  readonly variance: Variable
}

/** What is left of x without its mean, and its moments with their reduced axes kept. */
export interface Centered extends Moments {
  readonly centered: Variable
}

/**
 * The mean and the variance over these axes, or over all of them; NaN of nothing. float32. Reduced axes stay with size 1
 * if `keepDims`. The variance is the mean of (x - mean)^2, in two passes: far from 0 it loses no digits, as
 * mean(x^2) - mean^2 would. It is divided by n; for the unbiased estimate multiply by n / (n - 1).
 *
 * Errors: DimensionError for an axis that is not there, DtypeError.
 * @example
 * import { constant, defaultKernels, moments, show, startTape, trace } from 'gradfold'
 * trace(startTape(defaultKernels()), function* (run) {
 *   const x = yield* run(constant, [[1, 3], [10, 50]])
 *   const { mean, variance } = yield* run(moments, x, { axis: 1 })
 *   console.log(show(mean), show(variance)) // => [2, 30] [1, 400]
 * })
 */
export const moments = (tape: Tape, x: Variable, settings: ReduceSettings = {}): Result<Traced<Moments>> => {
  const attributes = reduceAttributes(tape, 'moments', x, settings)
  if (isLeft(attributes)) return attributes
  const { axes, keepDims } = attributes.right
  return allOrNothing(tape, () =>
    trace(tape, function* (run) {
      const { mean: kept, variance } = yield* run(center, x, axes)
      if (keepDims) return { mean: kept, variance }
      const shape = reducedShape(x.shape, axes, false)
      return { mean: yield* run(reshape, kept, shape), variance: yield* run(reshape, variance, shape) }
    })
  )
}

/** x - mean, with both moments kept: what every normalisation begins with. Four kernel calls, three of them over x. */
export const center = (tape: Tape, x: Variable, axes: ReadonlyArray<number>): Result<Traced<Centered>> => {
  const settings = { axis: axes, keepDims: true }
  const middle = mean(tape, x, settings)
  if (isLeft(middle)) return middle
  const centered = sub(middle.right.tape, x, middle.right.value)
  if (isLeft(centered)) return centered
  const squares = square(centered.right.tape, centered.right.value)
  if (isLeft(squares)) return squares
  const variance = mean(squares.right.tape, squares.right.value, settings)
  if (isLeft(variance)) return variance
  return right({
    value: { centered: centered.right.value, mean: middle.right.value, variance: variance.right.value },
    tape: variance.right.tape
  })
}
