import { isLeft, left } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { atPath, shapeMismatch, shapesText } from '../error/tensorError'
import { sameShape } from '../kernels/shape'
import type { Dtype } from '../kernels/tensor'
import { softmaxCrossEntropyPrimitive } from '../operation/softmaxCrossEntropy'
import { logSoftmax } from '../operation/logSoftmax'
import { mul } from '../operation/mul'
import { neg } from '../operation/neg'
import { atLeastRank } from '../operation/rules'
import { sum } from '../operation/sum'
import { allOrNothing } from '../tape/allOrNothing'
import { type Input, shapeOfInput } from '../tape/input'
import { constant } from '../tape/leaf'
import { record } from '../tape/record'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { andThen, of } from '../tape/trace'
import { Variable } from '../tape/variable'
import { type LossSettings, notEmpty, reduceLoss, type Reduction } from './reduction'

/**
 * The cross-entropy of softmax(scores) against labels: -sum(p ln(softmax(scores))) for each example, then their mean.
 * Scores are `[..., classes]`; labels are whole numbers `[...]`, or distributions p `[..., classes]`, on the tape or in
 * JavaScript. Stable for scores of any size: the largest is taken off first.
 *
 * Derivative to the scores: (softmax(scores) - p) / n for each of n examples.
 * Errors: IndexOutOfBounds for a label that is no class, ShapeMismatch, InvalidShape for an empty batch, DtypeError.
 * PyTorch's cross_entropy.
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
  labels: Variable | Input,
  { reduction = 'mean' }: LossSettings = {}
): Result<Traced<Variable>> => {
  const { path } = contextOf(tape)
  const ranked = atLeastRank('softmaxCrossEntropy', scores, 1, 'the last axis counts the classes')
  if (isLeft(ranked)) return left(atPath(path)(ranked.left))
  const checked = notEmpty(tape, 'softmaxCrossEntropy', scores)
  if (isLeft(checked)) return checked
  const examples = scores.shape.slice(0, -1)
  const shape = labels instanceof Variable ? labels.shape : shapeOfInput(labels)
  const whole = sameShape(shape, examples)
  if (!whole && !sameShape(shape, scores.shape)) {
    const text =
      `softmaxCrossEntropy of ${shapesText([scores.shape])} scores takes labels ${shapesText([examples])} or ` +
      `distributions ${shapesText([scores.shape])}, not ${shapesText([shape])}: one label for each example.`
    return left(atPath(path)(shapeMismatch('softmaxCrossEntropy', [scores.shape, shape], text)))
  }
  return allOrNothing(tape, () =>
    pipe(
      onTape(tape, labels, whole ? 'int32' : 'float32'),
      andThen((at, known) =>
        whole ? againstLabels(at, scores, known, reduction) : againstDistribution(at, scores, known, reduction)
      )
    )
  )
}

const onTape = (tape: Tape, labels: Variable | Input, dtype: Dtype): Result<Traced<Variable>> =>
  labels instanceof Variable ? of(tape, labels) : constant(tape, labels, { dtype })

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
