import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import type { HostTensor } from '../../kernels/tensor'
import type { Readable } from '../../tape/read'
import { checkThreshold, guessesOf, nothingMeasured, sameClasses, scored } from './classCounts'
import { type Metric, readingOf } from './metric'

/** Settings of confusion and confusionMatrix. */
export interface ConfusionSettings {
  /** Of `[n]` scores, those above it are class 1; 0.5 by default, for probabilities. For logits, 0. */
  readonly threshold?: number
}

/** An int32 `[classes, classes]`; undefined before the first batch. */
export type ConfusionState = HostTensor | undefined

/**
 * How often each label (row) was predicted as each class (column): an int32 `[classes, classes]` whose diagonal is what
 * was right. Scores `[n, classes]` or `[n]`, labels `[n]`, as in `precision`.
 *
 * Errors: ShapeMismatch, InvalidShape for an empty batch, IndexOutOfBounds for a label that is no class, InvalidArgument
 * for threshold, Released.
 * @example
 * import { confusionMatrix, constant, lift, show, startTape, trace, wasmKernels } from 'gradfold'
 * const program = trace(startTape(wasmKernels()), function* (run) {
 *   const scores = yield* run(constant, [0.9, 0.8, 0.7, 0.1])
 *   const labels = yield* run(constant, [1, 1, 0, 0], { dtype: 'int32' })
 *   return yield* run((tape) => lift(tape, confusionMatrix(scores, labels)))
 * })
 * if (program._tag === 'Right') console.log([...program.right.value.values]) // => [ 1, 1, 0, 2 ]
 */
export const confusionMatrix = (
  scores: Readable,
  labels: Readable,
  settings: ConfusionSettings = {}
): Result<HostTensor> => readingOf(confusion(settings), scores, labels)

/**
 * The same as a metric for `measureWith`, of all batches together: `evaluate` gives its numbers as `name.label.class`.
 * ShapeMismatch for another number of classes in a later batch; else the errors of confusionMatrix.
 * @example
 * import { confusion } from 'gradfold'
 * const metric = confusion()
 * const scores = { shape: [2], dtype: 'float32', values: Float32Array.of(0.9, 0.2) } as const
 * const table = metric.add(metric.initial, scores, { shape: [2], dtype: 'int32', values: Int32Array.of(1, 1) })
 * if (table._tag === 'Right') console.log([...(table.right?.values ?? [])]) // => [ 0, 0, 1, 1 ]
 */
export const confusion = ({ threshold = 0.5 }: ConfusionSettings = {}): Metric<ConfusionState, HostTensor> => ({
  initial: undefined,
  add: (before, scores, labels) => {
    const bounded = checkThreshold('confusionMatrix', threshold)
    if (isLeft(bounded)) return bounded
    const batch = scored('confusionMatrix', scores, labels)
    if (isLeft(batch)) return batch
    const { classes } = batch.right
    const same = sameClasses('confusionMatrix', before?.shape[0] ?? classes, classes)
    if (isLeft(same)) return same
    const values = Int32Array.from(before?.values ?? new Int32Array(classes * classes))
    guessesOf(batch.right, threshold).forEach((guess, i) => values[labels.values[i]! * classes + guess]!++)
    return right({ shape: [classes, classes], dtype: 'int32', values })
  },
  result: (table) => (table === undefined ? nothingMeasured('confusionMatrix') : right(table))
})
