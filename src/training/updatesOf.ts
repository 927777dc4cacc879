import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import type { Tape } from '../tape/tape'
import { andThen } from '../tape/trace'
import { batches, type HostBatch } from './batches'
import { type Batch, type Dataset, recordBatch } from './dataset'
import type { FitSettings } from './fitSettings'
import type { Position } from './history'
import type { Part } from './stepOver'

/** The batches of one update, with the share of each in its loss. */
export interface UpdateParts<M> {
  readonly parts: ReadonlyArray<Part<M>>
  /** How many examples they hold together. */
  readonly size: number
}

/** What is left of an epoch, `accumulate` batches at a time. */
export async function* updatesOf<M, D extends Dataset>(
  settings: FitSettings<M, D>,
  { history, steps, key }: Position
): AsyncGenerator<Result<UpdateParts<M>>, void, void> {
  const { data, batchSize, last, accumulate = 1 } = settings
  const how = { ...(batchSize !== undefined && { batchSize }), ...(last && { last }), ...(key && { key }) }
  let gathered: HostBatch<D>[] = []
  let toSkip = steps * accumulate
  for await (const batch of batches('fit', data, { ...how, epoch: history.length })) {
    if (isLeft(batch)) {
      yield batch
      return
    }
    if (toSkip-- > 0) continue
    gathered.push(batch.right)
    if (gathered.length < accumulate) continue
    yield right(partsOf(settings, gathered))
    gathered = []
  }
  if (gathered.length > 0) yield right(partsOf(settings, gathered))
}

const partsOf = <M, D extends Dataset>(
  { loss }: FitSettings<M, D>,
  gathered: ReadonlyArray<HostBatch<D>>
): UpdateParts<M> => {
  const size = gathered.reduce((total, batch) => total + batch.size, 0)
  const parts = gathered.map((batch): Part<M> => ({
    weight: batch.size / size,
    loss: (tape, model) =>
      andThen((at: Tape, fields: Batch<D>) => loss(at, model, fields))(recordBatch<D>(tape, batch.fields))
  }))
  return { parts, size }
}
