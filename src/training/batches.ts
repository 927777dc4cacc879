/** What `fit` and `evaluate` go through: the batches of a record of arrays, or of a pipeline. */
import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidArgument } from '../error/tensorError'
import { drawPermutation } from '../random/drawPermutation'
import type { RandomKey } from '../random/key'
import { batchCount, batchesOf } from './data/batchData'
import { type Data, streamOf } from './data/data'
import { checkBatchSize, type Dataset, type Rows, rowsOf, takeRows } from './dataset'

/** Settings of batches. */
export interface BatchesSettings {
  /** Examples in a batch; 32 by default. Refused for a pipeline that batchData has batched. */
  readonly batchSize?: number
  /** Whether a last, shorter batch is kept (default) or dropped. */
  readonly last?: 'keep' | 'drop'
  /** The order of a Dataset's rows is drawn from it; without it they come as they are. Refused for a pipeline. */
  readonly key?: RandomKey
  /** The epoch of a pipeline, from 0. */
  readonly epoch: number
}

/** A batch in JavaScript's memory. */
export interface HostBatch<D extends Dataset> {
  readonly fields: Rows<D>
  /** How many examples. */
  readonly size: number
}

/** True for a record of arrays, false for a pipeline. */
export const isDataset = <D extends Dataset>(data: D | Data<D>): data is D => !isPipeline(data)

/** By the function, which no field of a Dataset can be: a field may be called `_tag`. */
const isPipeline = (data: object): boolean => 'open' in data && typeof data.open === 'function'

/** Checks what can be before anything is read: for a pipeline, that nothing is asked of it that it says itself. */
export const checkBatches = <D extends Dataset>(
  operation: string,
  data: D | Data<D>,
  settings: Pick<BatchesSettings, 'batchSize' | 'key'>
): Result<unknown> => {
  const checked = checkSettings(operation, data, settings)
  return isLeft(checked) || !isDataset<D>(data) ? checked : rowsOf(operation, data)
}

const checkSettings = <D extends Dataset>(
  operation: string,
  data: D | Data<D>,
  { batchSize, key }: Pick<BatchesSettings, 'batchSize' | 'key'>
): Result<unknown> => {
  if (batchSize !== undefined) {
    const sized = checkBatchSize(operation, batchSize)
    if (isLeft(sized)) return sized
  }
  if (isDataset<D>(data)) return right(undefined)
  if (data.batched && batchSize !== undefined) {
    const text = `${operation} was given a pipeline that is batched already and a batchSize: leave one of them out.`
    return left(invalidArgument(operation, 'batchSize', batchSize, text))
  }
  if (key === undefined) return right(undefined)
  const text = `${operation} does not shuffle a pipeline: put shuffleData({ seed }) into it, before batchData.`
  return left(invalidArgument(operation, 'shuffle', true, text))
}

/** How many batches an epoch has, where that is known before. */
export const batchesIn = <D extends Dataset>(
  operation: string,
  data: D | Data<D>,
  { batchSize = 32, last = 'keep' }: Pick<BatchesSettings, 'batchSize' | 'last'>
): number | undefined => {
  if (isDataset<D>(data)) {
    const checked = rowsOf(operation, data)
    return isLeft(checked) ? undefined : batchCount(checked.right.count, batchSize, last)
  }
  return data.batched || data.count === undefined ? data.count : batchCount(data.count, batchSize, last)
}

/** The batches of one epoch. After the first Left there is nothing more; leaving early closes the source. */
export async function* batches<D extends Dataset>(
  operation: string,
  data: D | Data<D>,
  settings: BatchesSettings
): AsyncGenerator<Result<HostBatch<D>>, void, void> {
  const { batchSize = 32, last = 'keep', key, epoch } = settings
  const checked = checkSettings(operation, data, settings)
  if (isLeft(checked)) yield checked
  else if (isDataset<D>(data)) yield* rowBatches(operation, data, batchSize, last, key)
  else {
    const whole: Data<D | Rows<D>> = data.batched ? data : batchesOf(operation, data, batchSize, last, {})
    let number = 0
    for await (const batch of streamOf(whole, epoch)) {
      const sized = isLeft(batch) ? batch : checkedBatch<D>(operation, batch.right, number++)
      yield sized
      if (isLeft(sized)) return
    }
  }
}

/** The rows of a batch that a user's function may have made. */
function checkedBatch<D extends Dataset>(operation: string, batch: D | Rows<D>, number: number): Result<HostBatch<D>>
function checkedBatch(operation: string, batch: Dataset, number: number): Result<HostBatch<Dataset>> {
  const checked = rowsOf(operation, batch)
  return isLeft(checked)
    ? left({ ...checked.left, message: `Batch number ${number}: ${checked.left.message}` })
    : right({ fields: checked.right.rows, size: checked.right.count })
}

function* rowBatches<D extends Dataset>(
  operation: string,
  data: D,
  batchSize: number,
  last: 'keep' | 'drop',
  key: RandomKey | undefined
): Generator<Result<HostBatch<D>>, void, void> {
  const checked = rowsOf(operation, data)
  if (isLeft(checked)) {
    yield checked
    return
  }
  const { rows, count } = checked.right
  const order = key === undefined ? Int32Array.from({ length: count }, (_, i) => i) : drawPermutation(key, count)
  for (let number = 0; number < batchCount(count, batchSize, last); number++) {
    const indices = order.subarray(number * batchSize, (number + 1) * batchSize)
    yield right({ fields: takeRows<D>(rows, indices), size: indices.length })
  }
}
