import { isLeft } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { equal } from '../operation/equal'
import { mean } from '../operation/mean'
import { oneHot } from '../operation/oneHot'
import { relu } from '../operation/relu'
import { reshape } from '../operation/reshape'
import { atLeastRank } from '../operation/rules'
import { select } from '../operation/select'
import { sub } from '../operation/sub'
import { allOrNothing } from '../tape/allOrNothing'
import type { Tape, Traced } from '../tape/tape'
import { trace } from '../tape/trace'
import type { Variable } from '../tape/variable'
import { firstFailed, isPrediction, isWithin, oneForEachRow, type Target } from './checks'
import { atLabels, labelsOnTape } from './labels'
import { type LossSettings, reduceLoss } from './reduction'

/** Settings of hingeLoss. */
export interface HingeSettings extends LossSettings {
  /** By how much the label's score should be above each other one; not negative, and 1 by default. */
  readonly margin?: number
}

/**
 * The hinge loss over classes: for each row the sum of max(0, margin - scores[label] + scores[j]) over all other classes j, over
 * the number of classes; then their mean. Scores are `[..., classes]`; labels are whole numbers `[...]`, on the tape or in
 * JavaScript.
 *
 * Derivative: 1 / classes to each score within the margin and its opposite to the label's; 0 on the margin.
 * Errors: IndexOutOfBounds for a label that is no class, ShapeMismatch, InvalidShape for an empty batch, InvalidArgument for
 * the margin, DimensionError, DtypeError. PyTorch's multi_margin_loss with p = 1.
 * Source: Weston & Watkins (1999), "Support vector machines for multi-class pattern recognition", ESANN.
 * @example
 * import { constant, defaultKernels, hingeLoss, show, startTape, trace } from 'gradfold'
 * const loss = trace(startTape(defaultKernels()), function* (run) {
 *   return yield* run(hingeLoss, yield* run(constant, [[0.1, 0.2, 0.4, 0.8]]), [3])
 * })
 * console.log(show(loss)) // => 0.325
 */
export const hingeLoss = (
  tape: Tape,
  scores: Variable,
  labels: Target,
  { margin = 1, reduction }: HingeSettings = {}
): Result<Traced<Variable>> => {
  const checked = firstFailed(
    tape,
    () => atLeastRank('hingeLoss', scores, 1, 'the last axis counts the classes'),
    () => isPrediction('hingeLoss', scores),
    () => oneForEachRow('hingeLoss', scores, labels, 'label'),
    () => isWithin('hingeLoss', 'margin', margin, 0, Infinity)
  )
  if (isLeft(checked)) return checked
  const classes = scores.shape.at(-1) ?? 1
  return allOrNothing(tape, () =>
    trace(tape, function* (run) {
      const { labels: known } = yield* run(labelsOnTape, 'hingeLoss', labels, classes)
      const chosen = yield* run(reshape, yield* run(atLabels, scores, known), [...known.shape, 1])
      const within = yield* run(relu, yield* run(sub, scores, yield* run(sub, chosen, margin)))
      // Of the label itself the margin would be left, with which a small loss would lose its digits.
      const own = yield* run(equal, yield* run(oneHot, known, classes), 1)
      const others = yield* run(select, own, 0, within)
      return yield* run(reduceLoss, yield* run(mean, others, { axis: -1 }), reduction)
    })
  )
}
