/** What precision, recall and F1 of one batch have in common. */
import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import { type Readable, read } from '../../tape/read'
import { type Average, averaged, type Ratio, sharesOf } from './average'
import { addCounts, checkThreshold, scored } from './classCounts'

/** Settings of precision, recall and f1Score. */
export interface AverageSettings {
  /** How the classes' numbers become one; by default `binary` for `[n]` scores and `macro` for `[n, classes]`. */
  readonly average?: Average
  /** Of `[n]` scores, those above it are class 1; 0.5 by default, for probabilities. For logits, 0. */
  readonly threshold?: number
}

export const ratioOf = (
  operation: string,
  ratio: Ratio,
  scores: Readable,
  labels: Readable,
  { average, threshold = 0.5 }: AverageSettings
): Result<number | ReadonlyArray<number>> => {
  const bounded = checkThreshold(operation, threshold)
  if (isLeft(bounded)) return bounded
  const given = read(scores)
  if (isLeft(given)) return given
  const known = read(labels)
  if (isLeft(known)) return known
  const batch = scored(operation, given.right, known.right)
  if (isLeft(batch)) return batch
  const counts = addCounts(operation, undefined, batch.right, threshold)
  if (isLeft(counts)) return counts
  return average === 'none' ? right(sharesOf(counts.right, ratio)) : averaged(operation, counts.right, ratio, average)
}
