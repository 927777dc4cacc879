import { isLeft, left } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidShape } from '../error/tensorError'
import { scope } from '../tape/scope'
import { evaluation, type Tape, type Traced } from '../tape/tape'
import { andThen } from '../tape/trace'
import { batches, type HostBatch, isDataset } from './batches'
import type { Data } from './data/data'
import { type Batch, checkBatchSize, type Dataset, recordBatch, rowsOf, takeRows } from './dataset'
import type { Measures } from './metrics/metric'
import { addMeasured, emptyTally, type Measured, measuresOf, type Tally } from './metrics/tally'

export type { Measured, Measures }

/** What is measured on one batch: numbers that are means over its examples, and what `measureWith` gives. */
export type Measure<M, D extends Dataset> = (tape: Tape, model: M, batch: Batch<D>) => Result<Traced<Measured>>

/** Settings of evaluate. */
export interface EvaluateSettings {
  /**
   * How many examples at a time; 256 by default, 32 for a pipeline that is not batched. The result does not depend on it.
   */
  readonly batchSize?: number
}

/**
 * Measures a model on a dataset, in batches, on an evaluation tape: the mean of each measure over all examples (a batch
 * counts by its size), and metrics handed over by `measureWith` of all examples together. Everything that it makes is
 * released. Of a pipeline (`dataFrom`) epoch 0 is gone through, and the answer is a Promise.
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
export function evaluate<M, D extends Dataset>(
  traced: Traced<M>,
  data: D,
  measure: Measure<M, D>,
  settings?: EvaluateSettings
): Result<Measures>
export function evaluate<M, D extends Dataset>(
  traced: Traced<M>,
  data: Data<D>,
  measure: Measure<M, D>,
  settings?: EvaluateSettings
): Promise<Result<Measures>>
export function evaluate<M, D extends Dataset>(
  traced: Traced<M>,
  data: D | Data<D>,
  measure: Measure<M, D>,
  { batchSize }: EvaluateSettings = {}
): Result<Measures> | Promise<Result<Measures>> {
  const add = (tally: Tally, batch: HostBatch<D>): Result<Tally> => addBatch(traced, measure, tally, batch)
  return isDataset<D>(data) ? ofRows(data, add, batchSize ?? 256) : ofPipeline(data, add, batchSize)
}

const ofRows = <D extends Dataset>(
  data: D,
  add: (tally: Tally, batch: HostBatch<D>) => Result<Tally>,
  batchSize: number
): Result<Measures> => {
  const sized = checkBatchSize('evaluate', batchSize)
  if (isLeft(sized)) return sized
  const checked = rowsOf('evaluate', data)
  if (isLeft(checked)) return checked
  const { rows, count } = checked.right
  let tally = emptyTally
  for (let from = 0; from < count; from += batchSize) {
    const size = Math.min(batchSize, count - from)
    const indices = Int32Array.from({ length: size }, (_, i) => from + i)
    const next = add(tally, { fields: takeRows<D>(rows, indices), size })
    if (isLeft(next)) return next
    tally = next.right
  }
  return measuresOf(tally)
}

const ofPipeline = async <D extends Dataset>(
  data: Data<D>,
  add: (tally: Tally, batch: HostBatch<D>) => Result<Tally>,
  batchSize: number | undefined
): Promise<Result<Measures>> => {
  const settings = batchSize === undefined ? { epoch: 0 } : { epoch: 0, batchSize }
  let tally = emptyTally
  for await (const batch of batches('evaluate', data, settings)) {
    if (isLeft(batch)) return batch
    const next = add(tally, batch.right)
    if (isLeft(next)) return next
    tally = next.right
  }
  return tally.count === 0 ? left(invalidShape('evaluate', [0], 'evaluate was given no examples.')) : measuresOf(tally)
}

const addBatch = <M, D extends Dataset>(
  traced: Traced<M>,
  measure: Measure<M, D>,
  tally: Tally,
  { fields, size }: HostBatch<D>
): Result<Tally> => {
  const measured = scope(evaluation(traced.tape), (tape) =>
    andThen((at: Tape, batch: Batch<D>) => measure(at, traced.value, batch))(recordBatch<D>(tape, fields))
  )
  return isLeft(measured) ? measured : addMeasured(tally, measured.right.value, size)
}
