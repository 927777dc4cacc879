import { isLeft } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { mul } from '../operation/mul'
import { neg } from '../operation/neg'
import { atLeastRank } from '../operation/rules'
import { allOrNothing } from '../tape/allOrNothing'
import type { Input } from '../tape/input'
import { constant } from '../tape/leaf'
import type { Tape, Traced } from '../tape/tape'
import { trace } from '../tape/trace'
import type { Variable } from '../tape/variable'
import { firstFailed, isPrediction, oneForEachRow, type Target, weightsOfClasses } from './checks'
import { atLabels, isIgnoreIndex, labelsOnTape, onlyCounted, weightsOfRows } from './labels'
import { type LossSettings, reduceWeighted } from './reduction'

/** Settings of nllLoss. */
export interface NllSettings extends LossSettings {
  /** How much examples of each class count, `[classes]`, not negative. The mean is over the weights of the labels. */
  readonly weights?: Input
  /** The label of examples that do not count; none by default. */
  readonly ignoreIndex?: number
}

/**
 * The negative log-likelihood: -weights[label] logProbabilities[label] for each row, then their sum over the sum of the weights.
 * Log-probabilities are `[..., classes]`, as logSoftmax gives them; labels are whole numbers `[...]`, on the tape or in
 * JavaScript. softmaxCrossEntropy is the two in one.
 *
 * Errors: IndexOutOfBounds for a label that is no class; InvalidArgument for weights that are negative or not finite, and for
 * a mean of which no label counts; ShapeMismatch, InvalidShape for an empty batch, DimensionError, DtypeError. NaN if all
 * labels have a weight of 0. PyTorch's nll_loss, whose classes are the second axis, and whose ignore_index is -100.
 * @example
 * import { constant, defaultKernels, logSoftmax, nllLoss, show, startTape, trace } from 'gradfold'
 * const loss = trace(startTape(defaultKernels()), function* (run) {
 *   const logProbabilities = yield* run(logSoftmax, yield* run(constant, [[0, 0], [5, 1]]))
 *   return yield* run(nllLoss, logProbabilities, [1, -1], { ignoreIndex: -1 })
 * })
 * console.log(show(loss)) // => 0.693147
 */
export const nllLoss = (
  tape: Tape,
  logProbabilities: Variable,
  labels: Target,
  { weights, ignoreIndex, reduction }: NllSettings = {}
): Result<Traced<Variable>> => {
  const checked = firstFailed(
    tape,
    () => atLeastRank('nllLoss', logProbabilities, 1, 'the last axis counts the classes'),
    () => isPrediction('nllLoss', logProbabilities),
    () => oneForEachRow('nllLoss', logProbabilities, labels, 'label'),
    () => isIgnoreIndex('nllLoss', ignoreIndex)
  )
  if (isLeft(checked)) return checked
  const classes = logProbabilities.shape.at(-1) ?? 1
  const host = weightsOfClasses(tape, 'nllLoss', 'weights', weights, [[classes]])
  if (isLeft(host)) return host
  return allOrNothing(tape, () =>
    trace(tape, function* (run) {
      const known = yield* run(labelsOnTape, 'nllLoss', labels, classes, { ignoreIndex, reduction })
      const ofClasses = host.right === undefined ? undefined : yield* run(constant, host.right)
      const ofRows = yield* run(weightsOfRows, known, ofClasses)
      const chosen = yield* run(neg, yield* run(atLabels, logProbabilities, known.labels))
      const losses = ofClasses === undefined || ofRows === undefined ? chosen : yield* run(mul, chosen, ofRows)
      return yield* run(reduceWeighted, yield* run(onlyCounted, losses, known), ofRows, reduction)
    })
  )
}
