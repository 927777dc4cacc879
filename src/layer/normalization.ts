/** What layer, group, instance and RMS norm share. */
import { isLeft, left, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { dimensionError, invalidArgument, invalidShape, shapeMismatch, shapeText } from '../error/tensorError'
import type { Affine } from '../function/standardize'
import { sameShape, sizeOf } from '../kernels/shape'
import type { Shape } from '../kernels/tensor'
import { wrongDtype } from '../operation/rules'
import { allOrNothing } from '../tape/allOrNothing'
import { drawnParameter } from '../tape/leaf'
import type { Tape, Traced } from '../tape/tape'
import { andThen, map, of } from '../tape/trace'
import type { Variable } from '../tape/variable'
import { checkSizes } from './sizes'

/** Settings of layerNorm, groupNorm, instanceNorm and rmsNorm. */
export interface NormSettings {
  /** Added to what the root is taken of, from 0 up, so that equal numbers are not divided by 0. */
  readonly eps?: number
  /** Whether there are parameters, a scale that begins at 1 and an offset that begins at 0. */
  readonly affine?: boolean
}

/** InvalidArgument for sizes that are none, and for an eps that is negative, infinite or NaN. */
export const checkNorm = (operation: string, sizes: Readonly<Record<string, number>>, eps: number): Result<void> => {
  const checked = checkSizes(operation, sizes, 'it counts what is normalised')
  if (isLeft(checked)) return checked
  if (eps >= 0 && eps < Infinity) return right(undefined)
  const text =
    `${operation} needs eps to be finite and not negative, but it is ${String(eps)}: the root of variance + eps divides; ` +
    'usual is 1e-5.'
  return left(invalidArgument(operation, 'eps', eps, text))
}

/** The axes at the end that layer and RMS norm go over: one of this size, or several. */
export const normalizedShape = (operation: string, shape: number | Shape, eps: number): Result<Shape> => {
  const axes = typeof shape === 'number' ? [shape] : [...shape]
  if (axes.length === 0) {
    const text = `${operation} needs at least one axis to go over, but its shape is []: give the features of the last axis.`
    return left(invalidArgument(operation, 'shape', shape, text))
  }
  const names = typeof shape === 'number' ? ['features'] : axes.map((_, i) => `shape[${i}]`)
  const checked = checkNorm(operation, Object.fromEntries(axes.map((size, i) => [names[i]!, size])), eps)
  return isLeft(checked) ? checked : right(axes)
}

/** A scale of ones and an offset of zeros, or neither. */
export const affineParameters = (
  tape: Tape,
  operation: string,
  shape: Shape,
  affine: boolean
): Result<Traced<Affine>> => {
  if (!affine) return of(tape, {})
  const filled = (value: number) => (): Float64Array => new Float64Array(sizeOf(shape)).fill(value)
  return allOrNothing(tape, () =>
    pipe(
      drawnParameter(tape, operation, 'scale', shape, filled(1)),
      andThen((at, scale) =>
        pipe(
          drawnParameter(at, operation, 'offset', shape, filled(0)),
          map((offset): Affine => ({ scale, offset }))
        )
      )
    )
  )
}

/** ShapeMismatch unless x ends with these axes; DtypeError unless it is float32. */
export const checkLastAxes = (operation: string, shape: Shape, x: Variable): Result<void> => {
  const last = x.shape.slice(-shape.length)
  if (sameShape(last, shape)) return checkFloat(operation, x)
  const text =
    `${operation} takes ${shapeText(shape)} as the last axes, but x is ${shapeText(x.shape)}: reshape or transpose x, or ` +
    `make the layer for ${shapeText(last)}.`
  return left(shapeMismatch(operation, [x.shape, shape], text))
}

/** DimensionError below this rank, ShapeMismatch unless the last axis is the channels, DtypeError unless float32. */
export const checkChannels = (operation: string, channels: number, rank: number, x: Variable): Result<void> => {
  const { shape } = x
  if (shape.length < rank) {
    const text =
      `${operation} takes x [n, ${rank === 3 ? 'places, ' : ''}..., channels] of ${rank} axes or more, not ` +
      `${shapeText(shape)}: add those of size 1 that are missing with reshape.`
    return left(dimensionError(operation, shape, [], text))
  }
  if (shape.at(-1) === channels) return checkFloat(operation, x)
  const text =
    `${operation} takes ${channels} channels along the last axis, but x is ${shapeText(shape)}: transpose images whose ` +
    `channels come first, or make the layer with ${shape.at(-1)!} channels.`
  return left(shapeMismatch(operation, [shape, [channels]], text))
}

const checkFloat = (operation: string, { dtype }: Variable): Result<void> =>
  dtype === 'float32'
    ? right(undefined)
    : wrongDtype(operation, 'float32', [dtype], `convert it first with cast(tape, x, 'float32')`)

/** The last `count` axes of so many. */
export const lastAxes = (rank: number, count: number): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, i) => rank - count + i)

/** How many places there are between the first axis, the examples, and the last, the channels. */
export const placesOf = ({ shape }: Variable): number => sizeOf(shape.slice(1, -1))

/** InvalidShape where a mean would be taken of one number: nothing would be left of it. */
export const checkNumbers = (operation: string, { shape }: Variable, count: number): Result<void> => {
  if (count !== 1) return right(undefined)
  const text =
    `${operation} would take the mean of one number alone, for x is ${shapeText(shape)}, and 0 is left of each: x needs ` +
    'more than one place, or a group more than one channel.'
  return left(invalidShape(operation, shape, text))
}
