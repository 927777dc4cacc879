import { left, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { invalidArgument } from '../error/tensorError'
import { maximum } from '../operation/maximum'
import { minimum } from '../operation/minimum'
import { mul } from '../operation/mul'
import { sub } from '../operation/sub'
import { fitsFloat32 } from '../random/float32'
import type { Tape, Traced } from '../tape/tape'
import { andThen } from '../tape/trace'
import type { Variable } from '../tape/variable'
import type { Target } from './checks'
import { pairwise } from './pairwise'
import { type LossSettings, reduceLoss } from './reduction'

/** Settings of huberLoss. */
export interface HuberSettings extends LossSettings {
  /** Where the parabola goes over into a line; above 0, and 1 by default. */
  readonly delta?: number
}

/**
 * Squared where the error is small and linear where it is large. With d = prediction - target, for each number d^2 / 2 where
 * |d| <= delta, else delta (|d| - delta / 2); then their mean. Both of one shape, the target on the tape or in JavaScript.
 *
 * Derivative to the prediction: d held within [-delta, delta], over n.
 * Errors: ShapeMismatch, InvalidShape for an empty batch, InvalidArgument for delta, DtypeError. PyTorch's huber_loss.
 * Source: Huber (1964), "Robust estimation of a location parameter", Annals of Mathematical Statistics 35.
 * @example
 * import { constant, defaultKernels, huberLoss, show, startTape, trace } from 'gradfold'
 * const losses = trace(startTape(defaultKernels()), function* (run) {
 *   const prediction = yield* run(constant, [0.5, 10])
 *   return yield* run(huberLoss, prediction, [0, 0], { delta: 1, reduction: 'none' })
 * })
 * console.log(show(losses)) // => [0.125, 9.5]
 */
export const huberLoss = (
  tape: Tape,
  prediction: Variable,
  target: Target,
  { delta = 1, reduction }: HuberSettings = {}
): Result<Traced<Variable>> =>
  pairwise(
    tape,
    'huberLoss',
    prediction,
    target,
    (at, wanted) =>
      pipe(
        sub(at, prediction, wanted),
        andThen((next, distance) => huber(next, distance, delta)),
        andThen((next, losses) => reduceLoss(next, losses, reduction))
      ),
    () => checkDelta(delta)
  )

/** c (d - c / 2) with c, d held within [-delta, delta]: both pieces of the definition in one. */
const huber = (tape: Tape, distance: Variable, delta: number): Result<Traced<Variable>> =>
  pipe(
    minimum(tape, distance, delta),
    andThen((at, below) => maximum(at, below, -delta)),
    andThen((at, held) =>
      pipe(
        mul(at, held, 0.5),
        andThen((next, half) => sub(next, distance, half)),
        andThen((next, rest) => mul(next, held, rest))
      )
    )
  )

const checkDelta = (delta: number): Result<unknown> => {
  if (Math.fround(delta) > 0 && fitsFloat32(delta)) return right(undefined)
  const text = `huberLoss needs delta to be a positive number, not ${String(delta)}: for an error without the parabola use maeLoss.`
  return left(invalidArgument('huberLoss', 'delta', delta, text))
}
