import { isLeft } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import type { HostTensor } from '../kernels/tensor'
import { add } from '../operation/add'
import { mul } from '../operation/mul'
import { neg } from '../operation/neg'
import { softplus } from '../operation/softplus'
import { sub } from '../operation/sub'
import type { Input } from '../tape/input'
import { constant } from '../tape/leaf'
import type { Tape, Traced } from '../tape/tape'
import { andThen, of } from '../tape/trace'
import type { Variable } from '../tape/variable'
import { type Target, weightsOfClasses } from './checks'
import { pairwise } from './pairwise'
import { type LossSettings, reduceLoss } from './reduction'

/** Settings of sigmoidCrossEntropy. */
export interface SigmoidCrossEntropySettings extends LossSettings {
  /** How much more an example of the class counts than one that is not: a number, or one for each place along the last axis. */
  readonly positiveWeight?: Input
}

/**
 * The binary cross-entropy of sigmoid(scores) against targets t from 0 to 1, for each number by itself:
 * -w t ln(sigmoid(x)) - (1 - t) ln(1 - sigmoid(x)), w the positive weight, 1 by default; then their mean. Scores and targets
 * are of one shape, the targets on the tape or in JavaScript: one number for yes or no, or one for each of several labels.
 * Stable for scores of any size: the sigmoid is never computed.
 *
 * Derivative to the scores: (sigmoid(x) - t) / n where w is 1.
 * Errors: ShapeMismatch, InvalidShape for an empty batch, InvalidArgument for weights that are negative or not finite,
 * DtypeError. PyTorch's binary_cross_entropy_with_logits.
 * @example
 * import { constant, defaultKernels, show, sigmoidCrossEntropy, startTape, trace } from 'gradfold'
 * const losses = trace(startTape(defaultKernels()), function* (run) {
 *   const scores = yield* run(constant, [0, 10000, -10000])
 *   return yield* run(sigmoidCrossEntropy, scores, [1, 1, 1], { reduction: 'none' })
 * })
 * console.log(show(losses)) // => [0.693147, 0, 10000]
 */
export const sigmoidCrossEntropy = (
  tape: Tape,
  scores: Variable,
  targets: Target,
  { positiveWeight, reduction }: SigmoidCrossEntropySettings = {}
): Result<Traced<Variable>> => {
  const shapes = [[], scores.shape.slice(-1)]
  const weight = weightsOfClasses(tape, 'sigmoidCrossEntropy', 'positiveWeight', positiveWeight, shapes)
  if (isLeft(weight)) return weight
  return pairwise(tape, 'sigmoidCrossEntropy', scores, targets, (at, wanted) =>
    pipe(
      ofPositives(at, scores, wanted, weight.right),
      andThen((next, positives) =>
        pipe(
          ofNegatives(next, scores, wanted),
          andThen((last, negatives) => add(last, positives, negatives))
        )
      ),
      andThen((next, losses) => reduceLoss(next, losses, reduction))
    )
  )
}

/** w t softplus(-x): -ln(sigmoid(x)) is softplus(-x). */
const ofPositives = (
  tape: Tape,
  scores: Variable,
  targets: Variable,
  weight: HostTensor | undefined
): Result<Traced<Variable>> =>
  pipe(
    neg(tape, scores),
    andThen(softplus),
    andThen((at, losses) => mul(at, targets, losses)),
    andThen((at, losses) =>
      weight === undefined
        ? of(at, losses)
        : pipe(
            constant(at, weight),
            andThen((next, factor) => mul(next, losses, factor))
          )
    )
  )

/** (1 - t) softplus(x), for 1 - sigmoid(x) is sigmoid(-x). */
const ofNegatives = (tape: Tape, scores: Variable, targets: Variable): Result<Traced<Variable>> =>
  pipe(
    sub(tape, 1, targets),
    andThen((at, rest) =>
      pipe(
        softplus(at, scores),
        andThen((next, losses) => mul(next, rest, losses))
      )
    )
  )
