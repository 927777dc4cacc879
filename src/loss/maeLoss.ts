import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { abs } from '../operation/abs'
import { sub } from '../operation/sub'
import type { Tape, Traced } from '../tape/tape'
import { andThen } from '../tape/trace'
import type { Variable } from '../tape/variable'
import type { Target } from './checks'
import { pairwise } from './pairwise'
import { type LossSettings, reduceLoss } from './reduction'

/**
 * The mean absolute error, mean(|prediction - target|) over all elements, both of one shape: outliers count in proportion,
 * not squared. The target is on the tape or in JavaScript.
 *
 * Derivative to the prediction: sign(prediction - target) / n, 0 where both are equal.
 * Errors: ShapeMismatch, InvalidShape for an empty batch, DtypeError. PyTorch's l1_loss.
 * @example
 * import { constant, defaultKernels, maeLoss, show, startTape, trace } from 'gradfold'
 * const loss = trace(startTape(defaultKernels()), function* (run) {
 *   return yield* run(maeLoss, yield* run(constant, [1, 2]), [1, 4])
 * })
 * console.log(show(loss)) // => 1
 */
export const maeLoss = (
  tape: Tape,
  prediction: Variable,
  target: Target,
  { reduction }: LossSettings = {}
): Result<Traced<Variable>> =>
  pairwise(tape, 'maeLoss', prediction, target, (at, wanted) =>
    pipe(
      sub(at, prediction, wanted),
      andThen(abs),
      andThen((next, distances) => reduceLoss(next, distances, reduction))
    )
  )
