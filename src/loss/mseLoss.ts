import { isLeft, left } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { atPath, shapeMismatch, shapesText } from '../error/tensorError'
import { sameShape } from '../kernels/shape'
import { square } from '../operation/square'
import { sub } from '../operation/sub'
import { allOrNothing } from '../tape/allOrNothing'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { andThen } from '../tape/trace'
import type { Variable } from '../tape/variable'
import { type LossSettings, notEmpty, reduceLoss } from './reduction'

/**
 * The mean squared error, mean((prediction - target)^2) over all elements. Both of one shape: broadcasting `[n, 1]`
 * against `[n]` would compare everything with everything.
 *
 * Errors: ShapeMismatch, InvalidShape for an empty batch, DtypeError. PyTorch's mse_loss.
 * @example
 * import { constant, defaultKernels, mseLoss, show, startTape, trace } from 'gradfold'
 * const loss = trace(startTape(defaultKernels()), function* (run) {
 *   const prediction = yield* run(constant, [1, 2])
 *   return yield* run(mseLoss, prediction, yield* run(constant, [1, 4]))
 * })
 * console.log(show(loss)) // => 2
 */
export const mseLoss = (
  tape: Tape,
  prediction: Variable,
  target: Variable,
  { reduction }: LossSettings = {}
): Result<Traced<Variable>> => {
  if (!sameShape(prediction.shape, target.shape)) {
    const shapes = [prediction.shape, target.shape]
    const text = `mseLoss compares number by number, but prediction and target are ${shapesText(shapes)}: reshape one of them.`
    return left(atPath(contextOf(tape).path)(shapeMismatch('mseLoss', shapes, text)))
  }
  const checked = notEmpty(tape, 'mseLoss', prediction)
  if (isLeft(checked)) return checked
  return allOrNothing(tape, () =>
    pipe(
      sub(tape, prediction, target),
      andThen(square),
      andThen((at, squares) => reduceLoss(at, squares, reduction))
    )
  )
}
