import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import { invalidArgument } from '../../error/tensorError'
import { type Readable, read } from '../../tape/read'
import { type Scored, scored } from './classCounts'

/** Settings of topKAccuracy. */
export interface TopKSettings {
  /** Among how many largest scores the label has to be. */
  readonly k: number
}

/**
 * The share of examples whose label is among the k largest scores, from 0 to 1: scores `[n, classes]`, labels `[n]`.
 * Of equal scores the first counts as larger, and NaN as the largest, as in `predictions`: k = 1 is the accuracy.
 *
 * Errors: ShapeMismatch, InvalidShape for an empty batch, IndexOutOfBounds for a label that is no class, InvalidArgument
 * unless k is from 1 to the number of classes, Released.
 * @example
 * import { constant, lift, show, startTape, topKAccuracy, trace, wasmKernels } from 'gradfold'
 * const program = trace(startTape(wasmKernels()), function* (run) {
 *   const scores = yield* run(constant, [[1, 2, 3], [3, 2, 1]])
 *   const labels = yield* run(constant, [1, 2], { dtype: 'int32' })
 *   return yield* run((tape) => lift(tape, topKAccuracy(scores, labels, { k: 2 })))
 * })
 * if (program._tag === 'Right') console.log(program.right.value) // => 0.5
 */
export const topKAccuracy = (scores: Readable, labels: Readable, { k }: TopKSettings): Result<number> => {
  const given = read(scores)
  if (isLeft(given)) return given
  const known = read(labels)
  if (isLeft(known)) return known
  const batch = scored('topKAccuracy', given.right, known.right)
  if (isLeft(batch)) return batch
  const within = countWithin('topKAccuracy', 'k', batch.right, k)
  return isLeft(within) ? within : right(within.right / batch.right.labels.values.length)
}

/** How many labels are among the k largest scores. */
export const countWithin = (operation: string, argument: string, batch: Scored, k: number): Result<number> => {
  const { classes, single, scores, labels } = batch
  if (single || !Number.isSafeInteger(k) || k < 1 || k > classes) {
    const text = single
      ? `${operation} needs a score for each class, [n, classes], to find the ${k} largest: of one score use accuracy.`
      : `${operation} needs ${argument} to be a whole number from 1 to ${classes}, the number of classes, not ${k}.`
    return left(invalidArgument(operation, argument, k, text))
  }
  let within = 0
  for (let row = 0; row < labels.values.length; row++) {
    const label = labels.values[row]!
    const own = scores.values[row * classes + label]!
    let ahead = 0
    for (let other = 0; other < classes; other++) {
      const score = scores.values[row * classes + other]!
      const equal = score === own || (Number.isNaN(score) && Number.isNaN(own))
      if (equal ? other < label : score > own || Number.isNaN(score)) ahead++
    }
    if (ahead < k) within++
  }
  return right(within)
}
