import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { square } from '../operation/square'
import { sub } from '../operation/sub'
import type { Tape, Traced } from '../tape/tape'
import { andThen } from '../tape/trace'
import type { Variable } from '../tape/variable'
import type { Target } from './checks'
import { pairwise } from './pairwise'
import { type LossSettings, reduceLoss } from './reduction'

/**
 * The mean squared error, mean((prediction - target)^2) over all elements. Both of one shape: broadcasting `[n, 1]`
 * against `[n]` would compare everything with everything. The target is on the tape or in JavaScript.
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
  target: Target,
  { reduction }: LossSettings = {}
): Result<Traced<Variable>> =>
  pairwise(tape, 'mseLoss', prediction, target, (at, wanted) =>
    pipe(
      sub(at, prediction, wanted),
      andThen(square),
      andThen((next, squares) => reduceLoss(next, squares, reduction))
    )
  )
