import { isLeft } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import { countError, type Data, isCount, refusedData, streamData, streamOf } from './data'

/**
 * Each epoch without its first examples; with takeData, another part of the same data.
 *
 * Errors, met when it is iterated: InvalidArgument for count.
 * @example
 * import { pipe } from 'fp-ts/function'
 * import { collectData, dataFrom, skipData } from 'gradfold'
 * console.log(await collectData(pipe(dataFrom([1, 2, 3]), skipData(2)))) // => { _tag: 'Right', right: [ 3 ] }
 */
export const skipData =
  (count: number) =>
  <A>(data: Data<A>): Data<A> => {
    if (!isCount(count, 0)) return refusedData(countError('skipData', 'count', count, 0, 'how many to leave out'))
    if (data._tag === 'IndexedData') {
      const open = (epoch: number) => {
        const at = data.open(epoch)
        return (index: number) => at(index + count)
      }
      return { ...data, count: Math.max(0, data.count - count), open }
    }
    const known = data.count === undefined ? undefined : Math.max(0, data.count - count)
    return streamData({ count: known, batched: data.batched }, (epoch) => without(streamOf(data, epoch), count))
  }

async function* without<A>(
  examples: AsyncGenerator<Result<A>, void, void>,
  count: number
): AsyncGenerator<Result<A>, void, void> {
  let position = 0
  for await (const example of examples) if (position++ >= count || isLeft(example)) yield example
}
