import type { Result } from '../../error/result'
import { countError, type Data, isCount, refusedData, streamData, streamOf } from './data'

/**
 * Keeps up to `size` examples (batches, after batchData) ready or under way while the one before is worked on: waiting
 * for files and requests goes on meanwhile, JavaScript's own work of the stages before does not become faster. Order
 * and errors stay; leaving early waits for the one under way, then closes the source.
 *
 * Errors, met when it is iterated: InvalidArgument for size.
 * @example
 * import { pipe } from 'fp-ts/function'
 * import { collectData, dataFrom, mapData, prefetchData } from 'gradfold'
 * const loaded = pipe(dataFrom([1, 2, 3]), mapData(async (n) => n * 10), prefetchData(2))
 * console.log(await collectData(loaded)) // => { _tag: 'Right', right: [ 10, 20, 30 ] }
 */
export const prefetchData =
  (size: number) =>
  <A>(data: Data<A>): Data<A> =>
    isCount(size, 1)
      ? streamData(data, (epoch) => ahead(streamOf(data, epoch), size))
      : refusedData(countError('prefetchData', 'size', size, 1, '2 is usual'))

async function* ahead<A>(
  examples: AsyncGenerator<Result<A>, void, void>,
  size: number
): AsyncGenerator<Result<A>, void, void> {
  const pending: Promise<IteratorResult<Result<A>, void>>[] = []
  let left = false
  // One after another, so that after an early end no more than the one under way is made in vain.
  let last: Promise<IteratorResult<Result<A>, void>> | undefined
  const request = (): void => {
    last =
      last === undefined
        ? examples.next()
        : last.then((before) => (left || before.done === true ? over : examples.next()))
    // It is awaited in its turn; until then a rejection is not unhandled.
    last.catch(() => undefined)
    pending.push(last)
  }
  try {
    for (;;) {
      while (pending.length < size) request()
      const next = await pending.shift()!
      if (next.done === true) return
      request()
      yield next.value
    }
  } finally {
    left = true
    await last?.catch(() => undefined)
    await examples.return()
  }
}

const over: IteratorReturnResult<void> = { done: true, value: undefined }
