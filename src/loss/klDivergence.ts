import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { div } from '../operation/div'
import { equal } from '../operation/equal'
import { exp } from '../operation/exp'
import { log } from '../operation/log'
import { mul } from '../operation/mul'
import { atLeastRank } from '../operation/rules'
import { select } from '../operation/select'
import { sub } from '../operation/sub'
import { sum } from '../operation/sum'
import type { Tape, Traced } from '../tape/tape'
import { andThen } from '../tape/trace'
import type { Variable } from '../tape/variable'
import type { Target } from './checks'
import { pairwise } from './pairwise'
import { reduceLoss, type Reduction } from './reduction'

/** Settings of klDivergence. */
export interface KlSettings {
  /** The target is ln(p) instead of p; false by default. */
  readonly logTarget?: boolean
  /** `batchMean`, the sum over the length of the first axis, is the divergence of the definition; `mean` is over all numbers. */
  readonly reduction?: Reduction | 'batchMean'
}

/**
 * The Kullback-Leibler divergence of q from p, p (ln(p) - ln(q)) for each number, then their mean. The prediction is ln(q), as
 * logSoftmax gives it; the target is p, or ln(p) with `logTarget`, on the tape or in JavaScript. Both of one shape.
 *
 * Derivative to the prediction: -p / n. To p, 0 where p is 0 and the slope would be infinite: ln(p) counts for nothing there.
 * Errors: ShapeMismatch, InvalidShape for an empty batch, DimensionError for batchMean of a scalar, DtypeError.
 * PyTorch's kl_div. Source: Kullback & Leibler (1951), "On information and sufficiency", Annals of Mathematical Statistics 22.
 * @example
 * import { constant, defaultKernels, klDivergence, logSoftmax, show, startTape, trace } from 'gradfold'
 * const loss = trace(startTape(defaultKernels()), function* (run) {
 *   const prediction = yield* run(logSoftmax, yield* run(constant, [[0, 0]]))
 *   return yield* run(klDivergence, prediction, [[1, 0]], { reduction: 'batchMean' })
 * })
 * console.log(show(loss)) // => 0.693147
 */
export const klDivergence = (
  tape: Tape,
  prediction: Variable,
  target: Target,
  { logTarget = false, reduction }: KlSettings = {}
): Result<Traced<Variable>> =>
  pairwise(
    tape,
    'klDivergence',
    prediction,
    target,
    (at, wanted) =>
      pipe(
        logTarget ? ofLogarithms(at, prediction, wanted) : ofProbabilities(at, prediction, wanted),
        andThen((next, losses) => reduced(next, losses, reduction))
      ),
    () =>
      atLeastRank('klDivergence', prediction, reduction === 'batchMean' ? 1 : 0, 'its first axis counts the examples')
  )

const ofLogarithms = (tape: Tape, prediction: Variable, target: Variable): Result<Traced<Variable>> =>
  pipe(
    sub(tape, target, prediction),
    andThen((at, distance) =>
      pipe(
        exp(at, target),
        andThen((next, p) => mul(next, p, distance))
      )
    )
  )

/** p ln(p) is 0 at 0, where ln(p) is not a number to multiply with. */
const ofProbabilities = (tape: Tape, prediction: Variable, target: Variable): Result<Traced<Variable>> =>
  pipe(
    equal(tape, target, 0),
    andThen((at, none) => select(at, none, 1, target)),
    andThen(log),
    andThen((at, logarithm) => mul(at, target, logarithm)),
    andThen((at, entropy) =>
      pipe(
        mul(at, target, prediction),
        andThen((next, cross) => sub(next, entropy, cross))
      )
    )
  )

const reduced = (tape: Tape, losses: Variable, reduction: KlSettings['reduction']): Result<Traced<Variable>> =>
  reduction === 'batchMean'
    ? pipe(
        sum(tape, losses),
        andThen((at, total) => div(at, total, losses.shape[0] ?? 1))
      )
    : reduceLoss(tape, losses, reduction)
