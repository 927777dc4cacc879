import { isLeft, left } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { atPath } from '../error/tensorError'
import { standardize } from '../function/standardize'
import { sizeOf } from '../kernels/shape'
import type { Shape } from '../kernels/tensor'
import { mean } from '../operation/mean'
import { square } from '../operation/square'
import { allOrNothing } from '../tape/allOrNothing'
import { drawnParameter } from '../tape/leaf'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { andThen, map, of } from '../tape/trace'
import type { Variable } from '../tape/variable'
import { checkLastAxes, lastAxes, normalizedShape, type NormSettings } from './normalization'

/** Each example divided by its root mean square. */
export interface RmsNorm {
  readonly _tag: 'RmsNorm'
  /** The axes at the end that are normalised together. */
  readonly shape: Shape
  readonly eps: number
  /** Of that shape. */
  readonly scale?: Variable
}

/**
 * A layer that divides each example by the root of the mean of its squares, over the last axis of so many features, or
 * over several at the end, whose shape is given. No mean is taken off and no offset added: affine, true by default, means
 * a scale. eps is 2^-23 by default, float32's distance from 1 to the next number, as in PyTorch's RMSNorm; models give
 * their own, often 1e-5 or 1e-6. Zhang & Sennrich (2019), "Root mean square layer normalization", NeurIPS 32.
 *
 * InvalidArgument: a size that is not a whole number from 1 up, no axis, a negative eps.
 * @example
 * import { defaultKernels, parameterCount, rmsNorm, startTape } from 'gradfold'
 * import { isRight } from 'fp-ts/Either'
 * const layer = rmsNorm(startTape(defaultKernels()), 64, { eps: 1e-6 })
 * if (isRight(layer)) console.log(parameterCount(layer.right.value)) // => 64
 */
export const rmsNorm = (
  tape: Tape,
  shape: number | Shape,
  { eps = 2 ** -23, affine = true }: NormSettings = {}
): Result<Traced<RmsNorm>> => {
  const axes = normalizedShape('rmsNorm', shape, eps)
  if (isLeft(axes)) return left(atPath(contextOf(tape).path)(axes.left))
  const layer: RmsNorm = { _tag: 'RmsNorm', shape: axes.right, eps }
  if (!affine) return of(tape, layer)
  return pipe(
    drawnParameter(tape, 'rmsNorm', 'scale', axes.right, () => new Float64Array(sizeOf(axes.right)).fill(1)),
    map((scale): RmsNorm => ({ ...layer, scale }))
  )
}

/**
 * y = x / sqrt(mean of x^2 + eps) * scale for x `[..., ...shape]`, with the mean over each example; y is of the shape of x.
 *
 * Errors: ShapeMismatch unless x ends with the layer's shape, DtypeError, ForeignVariable, Released.
 * @example
 * import { constant, rmsNorm, rmsNormForward, show, startTape, trace, wasmKernels } from 'gradfold'
 * const y = trace(startTape(wasmKernels()), function* (run) {
 *   const layer = yield* run(rmsNorm, 2, { eps: 0 })
 *   return yield* run(rmsNormForward, layer, yield* run(constant, [[2, -2], [1, 7]]))
 * })
 * console.log(show(y)) // => [[1, -1], [0.2, 1.4]]
 */
export const rmsNormForward = (tape: Tape, layer: RmsNorm, x: Variable): Result<Traced<Variable>> => {
  const checked = checkLastAxes('rmsNormForward', layer.shape, x)
  if (isLeft(checked)) return left(atPath(contextOf(tape).path)(checked.left))
  const axis = lastAxes(x.shape.length, layer.shape.length)
  return allOrNothing(tape, () =>
    pipe(
      square(tape, x),
      andThen((at, squares) => mean(at, squares, { axis, keepDims: true })),
      andThen((at, variance) => standardize(at, { centered: x, variance }, layer.eps, layer))
    )
  )
}
