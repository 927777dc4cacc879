import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import { invalidArgument } from '../../error/tensorError'
import { nothingMeasured, sameClasses, type Scored, scored } from './classCounts'
import type { Measures, Metric } from './metric'

/** The batches so far, newest first; undefined before the first. */
export interface RankingState {
  readonly batch: Scored
  readonly before: RankingState | undefined
}

/**
 * A metric for `measureWith`: `rocAuc` and `averagePrecision` of all batches together. It keeps all scores until it is
 * read, for they are ranked together. Errors: those of `rocAuc`; ShapeMismatch for another number of classes in a later
 * batch.
 * @example
 * import { ranking } from 'gradfold'
 * const metric = ranking()
 * const scores = { shape: [4], dtype: 'float32', values: Float32Array.of(0.9, 0.6, 0.7, 0.1) } as const
 * const state = metric.add(metric.initial, scores, { shape: [4], dtype: 'int32', values: Int32Array.of(1, 1, 0, 0) })
 * if (state._tag === 'Right') console.log(metric.result(state.right))
 * // => { _tag: 'Right', right: { rocAuc: 0.75, averagePrecision: 0.8333333333333333 } }
 */
export const ranking = (): Metric<RankingState | undefined, Measures> => ({
  ...rankingBy('ranking', rocAucOf),
  result: (state) => {
    const auc = meanOverClasses('ranking', state, rocAucOf)
    if (isLeft(auc)) return auc
    const precision = meanOverClasses('ranking', state, averagePrecisionOf)
    return isLeft(precision) ? precision : right({ rocAuc: auc.right, averagePrecision: precision.right })
  }
})

/** A number from the labels of one class, sorted by falling score: runs of equal scores with their positives. */
type OfRuns = (runs: ReadonlyArray<Run>, positives: number, negatives: number) => number

/** Examples with one and the same score. */
interface Run {
  readonly positives: number
  readonly negatives: number
}

/** A metric of one such number. */
export const rankingBy = (operation: string, ofRuns: OfRuns): Metric<RankingState | undefined, number> => ({
  initial: undefined,
  add: (before, scores, labels) => {
    const batch = scored(operation, scores, labels)
    if (isLeft(batch)) return batch
    const same = sameClasses(operation, before?.batch.classes ?? batch.right.classes, batch.right.classes)
    if (isLeft(same)) return same
    const place = scores.values.findIndex(Number.isNaN)
    if (place < 0) return right({ batch: batch.right, before })
    const text =
      `${operation} was given the score NaN (number ${place}), which has no rank: find where it comes from with ` +
      'firstNonFinite.'
    return left(invalidArgument(operation, 'scores', NaN, text))
  },
  result: (state) => meanOverClasses(operation, state, ofRuns)
})

/** P(a positive's score is above a negative's), equal scores counting half: Mann-Whitney's U by the pairs. */
export const rocAucOf: OfRuns = (runs, positives, negatives) => {
  let above = 0
  let won = 0
  for (const run of runs) {
    won += run.negatives * (above + run.positives / 2)
    above += run.positives
  }
  return won / (positives * negatives)
}

/** The sum of precision times the recall gained, over the distinct scores from above. */
export const averagePrecisionOf: OfRuns = (runs, positives) => {
  let found = 0
  let seen = 0
  let total = 0
  for (const run of runs) {
    found += run.positives
    seen += run.positives + run.negatives
    total += run.positives * (found / seen)
  }
  return total / positives
}

const meanOverClasses = (operation: string, state: RankingState | undefined, ofRuns: OfRuns): Result<number> => {
  if (state === undefined) return nothingMeasured(operation)
  const { classes, single } = state.batch
  let total = 0
  const columns = single ? 1 : classes
  for (let column = 0; column < columns; column++) {
    const positive = single ? 1 : column
    const runs = runsOf(state, columns, column, positive)
    const positives = runs.reduce((sum, run) => sum + run.positives, 0)
    const negatives = runs.reduce((sum, run) => sum + run.negatives, 0)
    if (positives === 0 || negatives === 0) {
      const text =
        `${operation} needs labels of class ${positive} and of others, but ` +
        `${positives === 0 ? 'none is' : 'all are'} of it: measure over more examples, a split by stratify say.`
      return left(invalidArgument(operation, 'labels', positive, text))
    }
    total += ofRuns(runs, positives, negatives)
  }
  return right(total / columns)
}

/** The scores of a column from above. Two typed arrays are sorted, since that takes no comparison in JavaScript. */
const runsOf = (last: RankingState, columns: number, column: number, positive: number): ReadonlyArray<Run> => {
  const positives = scoresWhere(last, columns, column, (label) => label === positive)
  const negatives = scoresWhere(last, columns, column, (label) => label !== positive)
  const runs: Run[] = []
  let p = positives.length
  let n = negatives.length
  while (p + n > 0) {
    const score = Math.max(positives[p - 1] ?? -Infinity, negatives[n - 1] ?? -Infinity)
    const [fromP, fromN] = [p, n]
    // 0 and -0, which the sort tells apart, are one score here.
    while (p > 0 && positives[p - 1] === score) p--
    while (n > 0 && negatives[n - 1] === score) n--
    runs.push({ positives: fromP - p, negatives: fromN - n })
  }
  return runs
}

const scoresWhere = (
  last: RankingState,
  columns: number,
  column: number,
  wanted: (label: number) => boolean
): Float64Array => {
  const found: number[] = []
  for (let at: RankingState | undefined = last; at !== undefined; at = at.before) {
    const { scores, labels } = at.batch
    for (let row = 0; row < labels.values.length; row++) {
      if (wanted(labels.values[row]!)) found.push(scores.values[row * columns + column]!)
    }
  }
  return Float64Array.from(found).sort()
}
