import { isLeft, left } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { atPath } from '../error/tensorError'
import { center } from '../function/moments'
import { standardize } from '../function/standardize'
import type { Shape } from '../kernels/tensor'
import { allOrNothing } from '../tape/allOrNothing'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { andThen, map } from '../tape/trace'
import type { Variable } from '../tape/variable'
import { affineParameters, checkLastAxes, lastAxes, normalizedShape, type NormSettings } from './normalization'

/** Each example less its mean, divided by its standard deviation. */
export interface LayerNorm {
  readonly _tag: 'LayerNorm'
  /** The axes at the end that are normalised together. */
  readonly shape: Shape
  readonly eps: number
  /** Of that shape. */
  readonly scale?: Variable
  /** Of that shape. */
  readonly offset?: Variable
}

/**
 * A layer that normalises each example over its last axis of so many features, or over several at the end, whose shape
 * is given; the same in training and evaluation. eps is 1e-5, affine true by default. Ba, Kiros, Hinton (2016), "Layer
 * normalization", arXiv:1607.06450. PyTorch's LayerNorm, whose weight is the scale.
 *
 * InvalidArgument: a size that is not a whole number from 1 up, no axis, a negative eps.
 * @example
 * import { defaultKernels, layerNorm, parameterCount, startTape } from 'gradfold'
 * import { isRight } from 'fp-ts/Either'
 * const layer = layerNorm(startTape(defaultKernels()), 64)
 * if (isRight(layer)) console.log(parameterCount(layer.right.value)) // => 128
 */
export const layerNorm = (
  tape: Tape,
  shape: number | Shape,
  { eps = 1e-5, affine = true }: NormSettings = {}
): Result<Traced<LayerNorm>> => {
  const axes = normalizedShape('layerNorm', shape, eps)
  if (isLeft(axes)) return left(atPath(contextOf(tape).path)(axes.left))
  return pipe(
    affineParameters(tape, 'layerNorm', axes.right, affine),
    map((own): LayerNorm => ({ _tag: 'LayerNorm', shape: axes.right, eps, ...own }))
  )
}

/**
 * y = (x - mean) / sqrt(variance + eps) * scale + offset for x `[..., ...shape]`, with the mean and the variance (divided
 * by n) of each example; y is of the shape of x.
 *
 * Errors: ShapeMismatch unless x ends with the layer's shape, DtypeError, ForeignVariable, Released.
 * @example
 * import { constant, layerNorm, layerNormForward, show, startTape, trace, wasmKernels } from 'gradfold'
 * const y = trace(startTape(wasmKernels()), function* (run) {
 *   const layer = yield* run(layerNorm, 2, { eps: 0 })
 *   return yield* run(layerNormForward, layer, yield* run(constant, [[1, 3], [10, 50]]))
 * })
 * console.log(show(y)) // => [[-1, 1], [-1, 1]]
 */
export const layerNormForward = (tape: Tape, layer: LayerNorm, x: Variable): Result<Traced<Variable>> => {
  const checked = checkLastAxes('layerNormForward', layer.shape, x)
  if (isLeft(checked)) return left(atPath(contextOf(tape).path)(checked.left))
  return allOrNothing(tape, () =>
    pipe(
      center(tape, x, lastAxes(x.shape.length, layer.shape.length)),
      andThen((at, centered) => standardize(at, centered, layer.eps, layer))
    )
  )
}
