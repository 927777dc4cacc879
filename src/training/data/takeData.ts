import type { Result } from '../../error/result'
import { countError, type Data, isCount, refusedData, streamData, streamOf } from './data'

/**
 * The first examples of each epoch, `count` at most; then the source is closed.
 *
 * Errors, met when it is iterated: InvalidArgument for count.
 * @example
 * import { pipe } from 'fp-ts/function'
 * import { collectData, dataFrom, takeData } from 'gradfold'
 * const naturals = dataFrom(function* () {
 *   for (let n = 0; ; n++) yield n
 * })
 * console.log(await collectData(pipe(naturals, takeData(3)))) // => { _tag: 'Right', right: [ 0, 1, 2 ] }
 */
export const takeData =
  (count: number) =>
  <A>(data: Data<A>): Data<A> => {
    if (!isCount(count, 0)) return refusedData(countError('takeData', 'count', count, 0, 'how many to take'))
    if (data._tag === 'IndexedData') return { ...data, count: Math.min(count, data.count) }
    const known = data.count === undefined ? undefined : Math.min(count, data.count)
    return streamData({ count: known, batched: data.batched }, (epoch) => taken(streamOf(data, epoch), count))
  }

async function* taken<A>(
  examples: AsyncGenerator<Result<A>, void, void>,
  count: number
): AsyncGenerator<Result<A>, void, void> {
  let rest = count
  if (rest === 0) return
  for await (const example of examples) {
    yield example
    if (--rest === 0) return
  }
}
