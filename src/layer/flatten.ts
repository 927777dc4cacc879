import { isLeft, left } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { atPath, dimensionError, shapeText } from '../error/tensorError'
import { sizeOf } from '../kernels/shape'
import { normalizeAxis } from '../operation/axes'
import { reshape } from '../operation/reshape'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'

/** Joins neighbouring axes into one. */
export interface Flatten {
  readonly _tag: 'Flatten'
  readonly from: number
  readonly to: number
}

/** Settings of flatten; negative axes count from the end. */
export interface FlattenSettings {
  /** The first axis to join; 1 by default, so that the batch stays. */
  readonly from?: number
  /** The last axis to join; -1 by default. */
  readonly to?: number
}

/**
 * A layer that joins the axes from `from` to `to` into one: images `[batch, height, width, channels]` become
 * `[batch, height * width * channels]`.
 * @example
 * import { defaultKernels, flatten, forward, startTape, trace, uniform } from 'gradfold'
 * trace(startTape(defaultKernels()), function* (run) {
 *   const y = yield* run(forward, flatten(), yield* run(uniform, [8, 28, 28, 1]))
 *   console.log(y.shape) // => [8, 784]
 * })
 */
export const flatten = ({ from = 1, to = -1 }: FlattenSettings = {}): Flatten => ({ _tag: 'Flatten', from, to })

/**
 * x with its axes from `from` to `to` joined; the numbers keep their order.
 *
 * Derivative: g in x's shape. Errors: DimensionError for axes that x does not have, or in the wrong order.
 * @example
 * import { defaultKernels, flatten, flattenForward, startTape, trace, uniform } from 'gradfold'
 * trace(startTape(defaultKernels()), function* (run) {
 *   const y = yield* run(flattenForward, flatten({ from: 0, to: 1 }), yield* run(uniform, [2, 3, 4]))
 *   console.log(y.shape) // => [6, 4]
 * })
 */
export const flattenForward = (tape: Tape, { from, to }: Flatten, x: Variable): Result<Traced<Variable>> => {
  const at = atPath(contextOf(tape).path)
  const first = normalizeAxis('flattenForward', x.shape, from)
  if (isLeft(first)) return left(at(first.left))
  const last = normalizeAxis('flattenForward', x.shape, to)
  if (isLeft(last)) return left(at(last.left))
  if (first.right > last.right) {
    const text =
      `flattenForward joins the axes from ${from} to ${to} of ${shapeText(x.shape)}, but the first comes after the last: swap them, ` +
      'or did x lose an axis before?'
    return left(at(dimensionError('flattenForward', x.shape, [from, to], text)))
  }
  const joined = sizeOf(x.shape.slice(first.right, last.right + 1))
  return reshape(tape, x, [...x.shape.slice(0, first.right), joined, ...x.shape.slice(last.right + 1)])
}
