import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { scope } from '../tape/scope'
import { evaluation, type Tape, type Traced } from '../tape/tape'
import { andThen } from '../tape/trace'
import { type Batch, batchOf, checkBatchSize, type Dataset, rowsOf } from './dataset'

/** Numbers by name: loss, accuracy. */
export type Measures = Readonly<Record<string, number>>

/** What is measured on one batch. */
export type Measure<M, D extends Dataset> = (tape: Tape, model: M, batch: Batch<D>) => Result<Traced<Measures>>

/** Settings of evaluate. */
export interface EvaluateSettings {
  /** How many examples at a time; 256 by default. The result does not depend on it. */
  readonly batchSize?: number
}

/**
 * Measures a model on a dataset, in batches, on an evaluation tape: the mean of each measure over all examples (a batch
 * counts by its size). Everything that it makes is released.
 *
 * Errors: those of `measure`; InvalidArgument, ShapeMismatch and InvalidShape for the dataset and batchSize.
 * @example
 * import { isRight } from 'fp-ts/Either'
 * import { accuracy, evaluate, lift, linear, linearForward, startTape, trace, wasmKernels, zeros } from 'gradfold'
 * const model = linear(startTape(wasmKernels()), 1, 2, { init: zeros })
 * const data = { inputs: [[1], [2], [3]], labels: Int32Array.of(0, 0, 1) }
 * if (isRight(model)) {
 *   const measures = evaluate(model.right, data, (tape, layer, batch) =>
 *     trace(tape, function* (run) {
 *       const scores = yield* run(linearForward, layer, batch.inputs)
 *       return { accuracy: yield* run((at) => lift(at, accuracy(scores, batch.labels))) }
 *     })
 *   )
 *   // Scores of zero name the first class.
 *   if (isRight(measures)) console.log(measures.right['accuracy']?.toFixed(3)) // => 0.667
 * }
 */
export const evaluate = <M, D extends Dataset>(
  traced: Traced<M>,
  data: D,
  measure: Measure<M, D>,
  { batchSize = 256 }: EvaluateSettings = {}
): Result<Measures> => {
  const sized = checkBatchSize('evaluate', batchSize)
  if (isLeft(sized)) return sized
  const checked = rowsOf('evaluate', data)
  if (isLeft(checked)) return checked
  const { rows, count } = checked.right
  const totals: Record<string, number> = {}
  for (let from = 0; from < count; from += batchSize) {
    const size = Math.min(batchSize, count - from)
    const indices = Int32Array.from({ length: size }, (_, i) => from + i)
    const measured = scope(evaluation(traced.tape), (tape) =>
      andThen((at: Tape, batch: Batch<D>) => measure(at, traced.value, batch))(batchOf(tape, rows, indices))
    )
    if (isLeft(measured)) return measured
    for (const [name, value] of Object.entries(measured.right.value)) {
      totals[name] = (totals[name] ?? 0) + value * size
    }
  }
  // Divided once, at the end: the mean of 1 and 1 is 1, whatever the batches.
  return right(Object.fromEntries(Object.entries(totals).map(([name, total]) => [name, total / count])))
}
