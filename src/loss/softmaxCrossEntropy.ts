import { isLeft, left, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { atPath, invalidArgument, shapeMismatch, shapesText } from '../error/tensorError'
import { sameShape } from '../kernels/shape'
import { softmaxCrossEntropyPrimitive } from '../operation/softmaxCrossEntropy'
import { logSoftmax } from '../operation/logSoftmax'
import { mul } from '../operation/mul'
import { neg } from '../operation/neg'
import { atLeastRank } from '../operation/rules'
import { sum } from '../operation/sum'
import { allOrNothing } from '../tape/allOrNothing'
import type { Input } from '../tape/input'
import { record } from '../tape/record'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { andThen } from '../tape/trace'
import type { Variable } from '../tape/variable'
import { firstFailed, isWithin, shapeOfTarget, type Target, targetOnTape, weightsOfClasses } from './checks'
import { isIgnoreIndex } from './labels'
import { type LossSettings, notEmpty, reduceLoss, type Reduction } from './reduction'
import { weightedByDistributions, weightedByLabels } from './weightedCrossEntropy'

/** Settings of softmaxCrossEntropy. */
export interface CrossEntropySettings extends LossSettings {
  /**
   * How much each class counts, `[classes]`, not negative. Against labels the mean is over the sum of the labels' weights,
   * against distributions over the number of examples.
   */
  readonly weights?: Input
  /** How much of the target is spread evenly over all classes, from 0 (default) to 1: Szegedy et al. (2016), "Rethinking the inception architecture". */
  readonly labelSmoothing?: number
  /** The label of examples that do not count, in the mean's number neither; none by default. For labels alone. */
  readonly ignoreIndex?: number
}

/**
 * The cross-entropy of softmax(scores) against labels: -sum(p ln(softmax(scores))) for each example, then their mean.
 * Scores are `[..., classes]`; labels are whole numbers `[...]`, or distributions p `[..., classes]`, on the tape or in
 * JavaScript. Stable for scores of any size: the largest is taken off first.
 *
 * Derivative to the scores: (softmax(scores) - p) / n for each of n examples.
 * Errors: IndexOutOfBounds for a label that is no class, ShapeMismatch, InvalidShape for an empty batch, DtypeError,
 * InvalidArgument for a setting out of its range, and for a mean of which no label counts. NaN if all labels have a weight of
 * 0. PyTorch's cross_entropy, whose ignore_index is -100.
 * @example
 * import { constant, defaultKernels, show, softmaxCrossEntropy, startTape, trace } from 'gradfold'
 * const loss = trace(startTape(defaultKernels()), function* (run) {
 *   const scores = yield* run(constant, [[2, 0], [0, 10000]])
 *   return yield* run(softmaxCrossEntropy, scores, [0, 1])
 * })
 * console.log(show(loss)) // => 0.063464
 */
export const softmaxCrossEntropy = (
  tape: Tape,
  scores: Variable,
  labels: Target,
  settings: CrossEntropySettings = {}
): Result<Traced<Variable>> => {
  const checked = firstFailed(
    tape,
    () => atLeastRank(NAME, scores, 1, 'the last axis counts the classes'),
    () => notEmpty(NAME, scores)
  )
  if (isLeft(checked)) return checked
  const examples = scores.shape.slice(0, -1)
  const shape = shapeOfTarget(labels)
  const whole = sameShape(shape, examples)
  if (!whole && !sameShape(shape, scores.shape)) {
    const text =
      `softmaxCrossEntropy of ${shapesText([scores.shape])} scores takes labels ${shapesText([examples])} or ` +
      `distributions ${shapesText([scores.shape])}, not ${shapesText([shape])}: one label for each example.`
    return left(atPath(contextOf(tape).path)(shapeMismatch(NAME, [scores.shape, shape], text)))
  }
  const { weights, labelSmoothing = 0, ignoreIndex, reduction = 'mean' } = settings
  if (weights === undefined && labelSmoothing === 0 && ignoreIndex === undefined) {
    return allOrNothing(tape, () =>
      pipe(
        targetOnTape(tape, labels, whole ? 'int32' : 'float32'),
        andThen((at, known) =>
          whole ? againstLabels(at, scores, known, reduction) : againstDistribution(at, scores, known, reduction)
        )
      )
    )
  }
  const inRange = firstFailed(
    tape,
    () => isWithin(NAME, 'labelSmoothing', labelSmoothing, 0, 1),
    () => (whole ? isIgnoreIndex(NAME, ignoreIndex) : hasNoIgnored(ignoreIndex))
  )
  if (isLeft(inRange)) return inRange
  const host = weightsOfClasses(tape, NAME, 'weights', weights, [scores.shape.slice(-1)])
  if (isLeft(host)) return host
  const weighting = { weights: host.right, labelSmoothing, ignoreIndex, reduction }
  return allOrNothing(tape, () =>
    whole
      ? weightedByLabels(tape, NAME, scores, labels, weighting)
      : weightedByDistributions(tape, scores, labels, weighting)
  )
}

const NAME = 'softmaxCrossEntropy'

const hasNoIgnored = (ignoreIndex: number | undefined): Result<unknown> => {
  if (ignoreIndex === undefined) return right(undefined)
  const text =
    `${NAME} was given distributions, of which none can be ${String(ignoreIndex)}: ignoreIndex is for labels; ` +
    'a distribution of zeros counts for nothing.'
  return left(invalidArgument(NAME, 'ignoreIndex', ignoreIndex, text))
}

/** Their mean is part of the primitive: its derivative needs no losses of single examples. */
const againstLabels = (
  tape: Tape,
  scores: Variable,
  labels: Variable,
  reduction: Reduction
): Result<Traced<Variable>> => {
  const mean = reduction === 'mean'
  const losses = record(tape, softmaxCrossEntropyPrimitive, [scores, labels], { mean })
  return mean
    ? losses
    : pipe(
        losses,
        andThen((at, each) => reduceLoss(at, each, reduction))
      )
}

const againstDistribution = (
  tape: Tape,
  scores: Variable,
  distribution: Variable,
  reduction: Reduction
): Result<Traced<Variable>> =>
  pipe(
    logSoftmax(tape, scores),
    andThen((at, logs) => mul(at, distribution, logs)),
    andThen((at, logs) => sum(at, logs, { axis: -1 })),
    andThen(neg),
    andThen((at, losses) => reduceLoss(at, losses, reduction))
  )
