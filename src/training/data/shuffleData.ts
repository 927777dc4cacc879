import { isLeft } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import { bitStream } from '../../random/bits'
import { below, drawPermutation } from '../../random/drawPermutation'
import { childKey, randomKey, type RandomKey } from '../../random/key'
import { countError, type Data, isCount, refusedData, streamData, streamOf } from './data'

/** Settings of shuffleData. */
export interface ShuffleSettings {
  /** Any number. The same seed and epoch give the same order, another epoch another one. */
  readonly seed: number
  /**
   * How many examples are held to choose the next from. By default all of an array, and 1024 of what comes one after
   * another: then an example comes at most so many places early.
   */
  readonly bufferSize?: number
}

/**
 * A random order, a new one in each epoch. Arrays (also mapped ones) are permuted as a whole, and their examples made
 * only when reached; of what comes one after another, each is drawn from a buffer that the next one then fills.
 *
 * Errors, met when it is iterated: InvalidArgument for bufferSize.
 * @example
 * import { pipe } from 'fp-ts/function'
 * import { collectData, dataFrom, shuffleData } from 'gradfold'
 * const shuffled = pipe(dataFrom([1, 2, 3, 4]), shuffleData({ seed: 7 }))
 * console.log(await collectData(shuffled)) // => { _tag: 'Right', right: [ 3, 4, 1, 2 ] }
 */
export const shuffleData =
  ({ seed, bufferSize }: ShuffleSettings) =>
  <A>(data: Data<A>): Data<A> => {
    if (bufferSize !== undefined && !isCount(bufferSize, 1)) {
      return refusedData(countError('shuffleData', 'bufferSize', bufferSize, 1, 'at least a few batches'))
    }
    const keyOf = (epoch: number): RandomKey => childKey(randomKey(seed), epoch)
    if (data._tag === 'StreamData' || bufferSize !== undefined) {
      return streamData(data, (epoch) => buffered(streamOf(data, epoch), bufferSize ?? 1024, keyOf(epoch)))
    }
    return {
      ...data,
      open: (epoch) => {
        const at = data.open(epoch)
        const order = drawPermutation(keyOf(epoch), data.count)
        return (index) => at(order[index]!)
      }
    }
  }

async function* buffered<A>(
  examples: AsyncGenerator<Result<A>, void, void>,
  size: number,
  key: RandomKey
): AsyncGenerator<Result<A>, void, void> {
  const next = bitStream(key)
  const buffer: Result<A>[] = []
  for await (const example of examples) {
    if (isLeft(example)) {
      yield example
      return
    }
    if (buffer.length < size) {
      buffer.push(example)
      continue
    }
    const place = below(next, size)
    const drawn = buffer[place]!
    buffer[place] = example
    yield drawn
  }
  while (buffer.length > 0) {
    const place = below(next, buffer.length)
    const drawn = buffer[place]!
    buffer[place] = buffer.at(-1)!
    buffer.pop()
    yield drawn
  }
}
