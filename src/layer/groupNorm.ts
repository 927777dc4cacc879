import { isLeft, left } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { atPath, invalidArgument } from '../error/tensorError'
import { standardize } from '../function/standardize'
import { broadcast } from '../operation/broadcast'
import { mean } from '../operation/mean'
import { reshape } from '../operation/reshape'
import { square } from '../operation/square'
import { sub } from '../operation/sub'
import { allOrNothing } from '../tape/allOrNothing'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { map, trace } from '../tape/trace'
import type { Variable } from '../tape/variable'
import { affineParameters, checkChannels, checkNorm, checkNumbers, type NormSettings, placesOf } from './normalization'

/** Each group of an example's channels less its mean, divided by its standard deviation. */
export interface GroupNorm {
  readonly _tag: 'GroupNorm'
  readonly groups: number
  readonly channels: number
  readonly eps: number
  /** `[channels]` */
  readonly scale?: Variable
  /** `[channels]` */
  readonly offset?: Variable
}

/**
 * A layer that normalises each example's channels in groups of neighbours, over all of its places; the same in training
 * and evaluation, and whatever the batch. eps is 1e-5, affine true by default. Wu & He (2018), "Group normalization",
 * ECCV. PyTorch's GroupNorm, with the channels last.
 *
 * InvalidArgument: groups or channels that are not whole numbers from 1 up, channels that the groups do not divide, a
 * negative eps.
 * @example
 * import { defaultKernels, groupNorm, parameterCount, startTape } from 'gradfold'
 * import { isRight } from 'fp-ts/Either'
 * const layer = groupNorm(startTape(defaultKernels()), 4, 32)
 * if (isRight(layer)) console.log(parameterCount(layer.right.value)) // => 64
 */
export const groupNorm = (
  tape: Tape,
  groups: number,
  channels: number,
  { eps = 1e-5, affine = true }: NormSettings = {}
): Result<Traced<GroupNorm>> => {
  const checked = checkGroups(groups, channels, eps)
  if (isLeft(checked)) return left(atPath(contextOf(tape).path)(checked.left))
  return pipe(
    affineParameters(tape, 'groupNorm', [channels], affine),
    map((own): GroupNorm => ({ _tag: 'GroupNorm', groups, channels, eps, ...own }))
  )
}

const checkGroups = (groups: number, channels: number, eps: number): Result<void> => {
  const checked = checkNorm('groupNorm', { groups, channels }, eps)
  if (isLeft(checked) || channels % groups === 0) return checked
  const text =
    `groupNorm needs groups of equal size, but ${groups} groups do not divide ${channels} channels: 1 group is all of ` +
    `them, ${channels} are one channel each.`
  return left(invalidArgument('groupNorm', 'groups', groups, text))
}

/**
 * y = (x - mean) / sqrt(variance + eps) * scale + offset for x `[n, ..., channels]`, with the mean and the variance
 * (divided by n) of each group of channels of each example; y is of the shape of x.
 *
 * Errors: ShapeMismatch if x's last axis is not the channels, DimensionError below two axes, InvalidShape for groups of
 * one number, DtypeError, ForeignVariable, Released.
 * @example
 * import { constant, groupNorm, groupNormForward, show, startTape, trace, wasmKernels } from 'gradfold'
 * const y = trace(startTape(wasmKernels()), function* (run) {
 *   const layer = yield* run(groupNorm, 2, 4, { eps: 0 })
 *   return yield* run(groupNormForward, layer, yield* run(constant, [[1, 3, 10, 50]]))
 * })
 * console.log(show(y)) // => [[-1, 1, -1, 1]]
 */
export const groupNormForward = (tape: Tape, layer: GroupNorm, x: Variable): Result<Traced<Variable>> => {
  const operation = 'groupNormForward'
  const { groups, channels } = layer
  const checked = pipe(checkChannels(operation, channels, 2, x), (fits) =>
    isLeft(fits) ? fits : checkNumbers(operation, x, (channels / groups) * placesOf(x))
  )
  if (isLeft(checked)) return left(atPath(contextOf(tape).path)(checked.left))
  return allOrNothing(tape, () =>
    trace(tape, function* (run) {
      const rows = yield* run(reshape, x, [x.shape[0]!, placesOf(x), channels])
      const middle = yield* run(ofGroups, groups, yield* run(mean, rows, { axis: 1, keepDims: true }))
      const centered = yield* run(sub, rows, middle)
      const squares = yield* run(square, centered)
      const variance = yield* run(ofGroups, groups, yield* run(mean, squares, { axis: 1, keepDims: true }))
      const y = yield* run(standardize, { centered, variance }, layer.eps, layer)
      return yield* run(reshape, y, x.shape)
    })
  )
}

/**
 * From a mean `[n, 1, channels]` of each channel to that of its group, of the same shape. Kernels are quick over the places
 * as one axis and slow over places and a part of the channels together.
 */
const ofGroups = (tape: Tape, groups: number, means: Variable): Result<Traced<Variable>> =>
  trace(tape, function* (run) {
    const [n, , channels] = means.shape
    const shape = [n!, groups, channels! / groups]
    const ofGroup = yield* run(mean, yield* run(reshape, means, shape), { axis: 2, keepDims: true })
    return yield* run(reshape, yield* run(broadcast, ofGroup, shape), means.shape)
  })
