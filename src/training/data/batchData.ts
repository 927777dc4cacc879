import { isLeft } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import type { Rows } from '../dataset'
import { countError, type Data, isCount, refusedData, streamData, streamOf } from './data'
import { type Dtypes, type Example, stack } from './stack'

/** Settings of batchData. */
export interface BatchDataSettings {
  /** Examples in a batch. */
  readonly size: number
  /** Whether a last, shorter batch is kept (default) or dropped. */
  readonly last?: 'keep' | 'drop'
  /** The dtypes of some fields: plain numbers are float32 else, also where they are class labels. */
  readonly dtypes?: Dtypes
}

/**
 * Stacks so many examples into one batch: each field, numbers or arrays of equal shapes `[...]`, becomes a HostTensor
 * `[size, ...]`.
 *
 * Errors, met when it is iterated, with the field's name and the example's number: ShapeMismatch and DtypeError for
 * examples that do not stack, InvalidArgument for fields that are not in all of them and for size, and those of
 * `constant`.
 * @example
 * import { pipe } from 'fp-ts/function'
 * import { batchData, collectData, dataFrom, show } from 'gradfold'
 * const examples = dataFrom([{ x: [1, 2], y: 0 }, { x: [3, 4], y: 1 }, { x: [5, 6], y: 1 }])
 * const batches = await collectData(pipe(examples, batchData({ size: 2, dtypes: { y: 'int32' } })))
 * if (batches._tag === 'Right') console.log(batches.right.map(({ x }) => x.shape)) // => [ [ 2, 2 ], [ 1, 2 ] ]
 */
export const batchData =
  ({ size, last = 'keep', dtypes = {} }: BatchDataSettings) =>
  <A extends Example>(data: Data<A>): Data<Rows<A>> => {
    if (!isCount(size, 1)) return refusedData(countError('batchData', 'size', size, 1, '32 to 256 are usual'))
    return batchesOf('batchData', data, size, last, dtypes)
  }

/** The same under the name of the function that the user called. */
export const batchesOf = <A extends Example>(
  operation: string,
  data: Data<A>,
  size: number,
  last: 'keep' | 'drop',
  dtypes: Dtypes
): Data<Rows<A>> => {
  const count = data.count === undefined ? undefined : batchCount(data.count, size, last)
  return streamData({ count, batched: true }, (epoch) => stacked(operation, streamOf(data, epoch), size, last, dtypes))
}

/** How many batches so many examples make. */
export const batchCount = (count: number, size: number, last: 'keep' | 'drop'): number =>
  last === 'keep' ? Math.ceil(count / size) : Math.floor(count / size)

async function* stacked<A extends Example>(
  operation: string,
  examples: AsyncGenerator<Result<A>, void, void>,
  size: number,
  last: 'keep' | 'drop',
  dtypes: Dtypes
): AsyncGenerator<Result<Rows<A>>, void, void> {
  let gathered: A[] = []
  let from = 0
  for await (const example of examples) {
    if (isLeft(example)) {
      yield example
      return
    }
    gathered.push(example.right)
    if (gathered.length < size) continue
    const batch = stack(operation, gathered, from, dtypes)
    yield batch
    if (isLeft(batch)) return
    from += size
    gathered = []
  }
  if (gathered.length > 0 && last === 'keep') yield stack(operation, gathered, from, dtypes)
}
