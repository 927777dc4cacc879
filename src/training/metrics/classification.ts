import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import type { HostTensor } from '../../kernels/tensor'
import { type Average, averaged, f1Ratio, precisionRatio, recallRatio } from './average'
import { addCounts, checkThreshold, type ClassCounts, nothingMeasured, scored } from './classCounts'
import type { Measures, Metric } from './metric'
import { countWithin } from './topKAccuracy'

/** Settings of classification. */
export interface ClassificationSettings {
  /** How the classes' numbers become one; by default `binary` for `[n]` scores and `macro` for `[n, classes]`. */
  readonly average?: Exclude<Average, 'none'>
  /** Also `top5` for a 5 among these; none by default. */
  readonly topK?: ReadonlyArray<number>
  /** Of `[n]` scores, those above it are class 1; 0.5 by default, for probabilities. For logits, 0. */
  readonly threshold?: number
}

/** What classification has counted. */
export interface ClassificationState {
  readonly counts: ClassCounts | undefined
  readonly within: ReadonlyArray<number>
}

/**
 * A metric for `measureWith`: `accuracy`, `precision`, `recall`, `f1`, and `top5` if asked for, of all batches
 * together, from counts by class. Scores `[n, classes]` or `[n]` and labels `[n]`, as in `precision`.
 *
 * Errors: those of `precision` and `topKAccuracy`; ShapeMismatch for another number of classes in a later batch.
 * @example
 * import { classification } from 'gradfold'
 * const metric = classification({ topK: [2] })
 * const scores = { shape: [2, 3], dtype: 'float32', values: Float32Array.of(0.1, 0.7, 0.2, 0.5, 0.2, 0.3) } as const
 * const state = metric.add(metric.initial, scores, { shape: [2], dtype: 'int32', values: Int32Array.of(1, 2) })
 * if (state._tag === 'Right') console.log(metric.result(state.right))
 * // => { _tag: 'Right', right: { accuracy: 0.5, precision: 0.3333333333333333, recall: 0.3333333333333333, f1: 0.3333333333333333, top2: 1 } }
 */
export const classification = ({ average, topK = [], threshold = 0.5 }: ClassificationSettings = {}): Metric<
  ClassificationState,
  Measures
> => ({
  initial: { counts: undefined, within: topK.map(() => 0) },
  add: ({ counts, within }, scores, labels) => {
    const bounded = checkThreshold('classification', threshold)
    return isLeft(bounded) ? bounded : addBatch(counts, within, topK, threshold, scores, labels)
  },
  result: ({ counts, within }) => {
    if (counts === undefined) return nothingMeasured('classification')
    const measures: Record<string, number> = { accuracy: counts.correct.reduce((sum, n) => sum + n, 0) / counts.count }
    for (const [name, ratio] of [
      ['precision', precisionRatio],
      ['recall', recallRatio],
      ['f1', f1Ratio]
    ] as const) {
      const value = averaged('classification', counts, ratio, average)
      if (isLeft(value)) return value
      measures[name] = value.right
    }
    topK.forEach((k, i) => (measures[`top${k}`] = within[i]! / counts.count))
    return right(measures)
  }
})

const addBatch = (
  counts: ClassCounts | undefined,
  within: ReadonlyArray<number>,
  topK: ReadonlyArray<number>,
  threshold: number,
  scores: HostTensor,
  labels: HostTensor
): Result<ClassificationState> => {
  const batch = scored('classification', scores, labels)
  if (isLeft(batch)) return batch
  const next = addCounts('classification', counts, batch.right, threshold)
  if (isLeft(next)) return next
  const inside: number[] = []
  for (const k of topK) {
    const more = countWithin('classification', 'topK', batch.right, k)
    if (isLeft(more)) return more
    inside.push(within[inside.length]! + more.right)
  }
  return right({ counts: next.right, within: inside })
}
