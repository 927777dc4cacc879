import { left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { broadcastError, shapeText } from '../error/tensorError'
import { broadcastShapes, sameShape } from '../kernels/shape'
import type { Shape } from '../kernels/tensor'
import type { Variable } from '../tape/variable'
import { checkShape } from '../tape/input'
import { type Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'
import { sumTo } from './cotangent'

export const broadcastPrimitive: Primitive<{ readonly shape: Shape }> = {
  name: 'broadcast',
  saves: 'none',
  rule: ([x], { shape }) => {
    const checked = checkShape('broadcast', shape)
    if (checked._tag === 'Left') return checked
    const common = broadcastShapes(x!.shape, shape)
    return common !== undefined && sameShape(common, shape)
      ? right({ shape, dtype: x!.dtype })
      : left(
          broadcastError(
            'broadcast',
            [x!.shape, shape],
            `broadcast cannot stretch ${shapeText(x!.shape)} to ${shapeText(shape)}: aligned at the last axis, each size ` +
              'must be 1 or that of the target, which has no axis less. To make a tensor smaller use sum, mean or reshape.'
          )
        )
  },
  run: (kernels, [x], { shape }) => kernels.broadcast(x!, shape),
  derivative: (operations, upstream, at) => [() => sumTo(operations, upstream, at.shape(0))]
}

/**
 * x repeated to this shape as NumPy's broadcast_to does: axes are added in front, sizes of 1 stretch.
 *
 * Derivative: the sum of g over the repetitions. Saved: none. Errors: BroadcastError, InvalidShape.
 * @example
 * import { andThen, broadcast, constant, defaultKernels, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * const x = constant(startTape(defaultKernels()), [1, 2])
 * console.log(show(pipe(x, andThen((tape, y) => broadcast(tape, y, [2, 2]))))) // => [[1, 2], [1, 2]]
 */
export const broadcast = (tape: Tape, x: Variable, shape: Shape): Result<Traced<Variable>> =>
  record(tape, broadcastPrimitive, [x], { shape: [...shape] })
