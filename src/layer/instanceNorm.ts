import { isLeft, left } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { atPath } from '../error/tensorError'
import { center } from '../function/moments'
import { standardize } from '../function/standardize'
import { allOrNothing } from '../tape/allOrNothing'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { andThen, map } from '../tape/trace'
import type { Variable } from '../tape/variable'
import { affineParameters, checkChannels, checkNorm, checkNumbers, type NormSettings, placesOf } from './normalization'

/** Each channel of an example less its mean, divided by its standard deviation. */
export interface InstanceNorm {
  readonly _tag: 'InstanceNorm'
  readonly channels: number
  readonly eps: number
  /** `[channels]` */
  readonly scale?: Variable
  /** `[channels]` */
  readonly offset?: Variable
}

/**
 * A layer that normalises each channel of each example over its places; the same in training and evaluation, for it
 * keeps no statistics. eps is 1e-5, affine false by default. Ulyanov, Vedaldi, Lempitsky (2016), "Instance normalization:
 * the missing ingredient for fast stylization", arXiv:1607.08022. PyTorch's InstanceNorm1d to 3d, with the channels last.
 *
 * InvalidArgument: channels that are not a whole number from 1 up, a negative eps.
 * @example
 * import { defaultKernels, instanceNorm, parameterCount, startTape } from 'gradfold'
 * import { isRight } from 'fp-ts/Either'
 * const layer = instanceNorm(startTape(defaultKernels()), 3, { affine: true })
 * if (isRight(layer)) console.log(parameterCount(layer.right.value)) // => 6
 */
export const instanceNorm = (
  tape: Tape,
  channels: number,
  { eps = 1e-5, affine = false }: NormSettings = {}
): Result<Traced<InstanceNorm>> => {
  const checked = checkNorm('instanceNorm', { channels }, eps)
  if (isLeft(checked)) return left(atPath(contextOf(tape).path)(checked.left))
  return pipe(
    affineParameters(tape, 'instanceNorm', [channels], affine),
    map((own): InstanceNorm => ({ _tag: 'InstanceNorm', channels, eps, ...own }))
  )
}

/**
 * y = (x - mean) / sqrt(variance + eps) * scale + offset for x `[n, places, ..., channels]`, with the mean and the
 * variance (divided by n) of each channel of each example; y is of the shape of x.
 *
 * Errors: ShapeMismatch if x's last axis is not the channels, DimensionError below three axes, InvalidShape for one
 * place, DtypeError, ForeignVariable, Released.
 * @example
 * import { constant, instanceNorm, instanceNormForward, show, startTape, trace, wasmKernels } from 'gradfold'
 * const y = trace(startTape(wasmKernels()), function* (run) {
 *   const layer = yield* run(instanceNorm, 2, { eps: 0 })
 *   return yield* run(instanceNormForward, layer, yield* run(constant, [[[1, 50], [3, 10]]]))
 * })
 * console.log(show(y)) // => [[[-1, 1], [1, -1]]]
 */
export const instanceNormForward = (tape: Tape, layer: InstanceNorm, x: Variable): Result<Traced<Variable>> => {
  const operation = 'instanceNormForward'
  const checked = pipe(checkChannels(operation, layer.channels, 3, x), (fits) =>
    isLeft(fits) ? fits : checkNumbers(operation, x, placesOf(x))
  )
  if (isLeft(checked)) return left(atPath(contextOf(tape).path)(checked.left))
  const axes = Array.from({ length: x.shape.length - 2 }, (_, i) => i + 1)
  return allOrNothing(tape, () =>
    pipe(
      center(tape, x, axes),
      andThen((at, centered) => standardize(at, centered, layer.eps, layer))
    )
  )
}
