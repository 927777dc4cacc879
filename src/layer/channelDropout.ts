import { isLeft, left } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { atPath, dimensionError, shapeText } from '../error/tensorError'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'
import { checkDropout, dropped, type DropoutSettings } from './dropout'

/** Dropout of whole channels. */
export interface ChannelDropout {
  readonly _tag: 'ChannelDropout'
  readonly p: number
}

/**
 * Dropout that makes whole channels of an example 0, all places of a channel together: neighbouring pixels are alike,
 * and one alone says little less without the other. Channels are last. PyTorch's Dropout1d, Dropout2d and Dropout3d.
 * Tompson, Goroshin, Jain, LeCun, Bregler (2015), "Efficient object localization using convolutional networks", CVPR.
 *
 * A p that is not from 0 to 1 is an InvalidArgument of forward.
 * @example
 * import { channelDropout, forward, startTape, trace, uniform, wasmKernels } from 'gradfold'
 * trace(startTape(wasmKernels()), function* (run) {
 *   const images = yield* run(uniform, [8, 28, 28, 3])
 *   return yield* run(forward, channelDropout({ p: 0.1 }), images)
 * })
 */
export const channelDropout = ({ p = 0.5 }: DropoutSettings = {}): ChannelDropout => ({ _tag: 'ChannelDropout', p })

/**
 * x `[n, ..., c]` with channels dropped, the others divided by 1 - p; x itself on an evaluation tape. The mask is
 * `[n, 1, ..., c]`, drawn with the tape's next key.
 *
 * Errors: InvalidArgument for p, DimensionError for fewer than two axes, DtypeError, ForeignVariable, Released.
 * @example
 * import { channelDropout, channelDropoutForward, fill, show, startTape, trace, wasmKernels } from 'gradfold'
 * const y = trace(startTape(wasmKernels(), { seed: 3 }), function* (run) {
 *   const x = yield* run((tape) => fill(tape, [1, 2, 4], 1))
 *   return yield* run(channelDropoutForward, channelDropout({ p: 0.5 }), x)
 * })
 * console.log(show(y)) // => [[[2, 0, 0, 2], [2, 0, 0, 2]]]
 */
export const channelDropoutForward = (tape: Tape, { p }: ChannelDropout, x: Variable): Result<Traced<Variable>> => {
  const operation = 'channelDropoutForward'
  const { path } = contextOf(tape)
  const refused = checkDropout(operation, p, x)
  if (isLeft(refused)) return left(atPath(path)(refused.left))
  const { shape } = x
  if (shape.length < 2) {
    const text =
      `${operation} takes x [n, ..., c], the examples first and the channels last, not ${shapeText(shape)}: add an axis ` +
      'of one example with reshape, or use dropout.'
    return left(atPath(path)(dimensionError(operation, shape, [], text)))
  }
  const last = shape.length - 1
  return dropped(
    tape,
    operation,
    p,
    x,
    shape.map((n, i) => (i === 0 || i === last ? n : 1))
  )
}
