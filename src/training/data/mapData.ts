import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import {
  attemptUser,
  type Awaitable,
  countError,
  type Data,
  isCount,
  type Place,
  refusedData,
  streamData,
  streamOf
} from './data'

/** Settings of mapData. */
export interface MapDataSettings {
  /**
   * How many calls may be under way at once, for functions that wait (files, requests); 1 by default. The order stays.
   * With more than one the examples come one after another from here on: shuffle an array before.
   */
  readonly concurrency?: number
}

/**
 * Applies a function to each example, when it is reached. The function may be async; it is told the example's position
 * and the epoch, as a seed for augmentation, say.
 *
 * Errors, met when it is iterated: InvalidArgument for what the function throws, with the position, and for concurrency.
 * @example
 * import { pipe } from 'fp-ts/function'
 * import { collectData, dataFrom, mapData } from 'gradfold'
 * const scaled = pipe(dataFrom([0, 51, 255]), mapData((pixel) => pixel / 255))
 * console.log(await collectData(scaled)) // => { _tag: 'Right', right: [ 0, 0.2, 1 ] }
 */
export const mapData =
  <A, B>(f: (example: A, place: Place) => B | Promise<B>, { concurrency = 1 }: MapDataSettings = {}) =>
  (data: Data<A>): Data<B> => {
    if (!isCount(concurrency, 1)) {
      return refusedData(countError('mapData', 'concurrency', concurrency, 1, '4 to 16 are usual for files'))
    }
    const apply = (example: Result<A>, place: Place): Awaitable<Result<B>> =>
      isLeft(example) ? example : attemptUser<B>('mapData', 'f', place, () => f(example.right, place), right)
    if (data._tag === 'StreamData' || concurrency > 1) {
      return streamData(data, (epoch) => ordered(streamOf(data, epoch), apply, concurrency, epoch))
    }
    return {
      ...data,
      open: (epoch) => {
        const at = data.open(epoch)
        return (position) => {
          const example = at(position)
          return example instanceof Promise
            ? example.then((known) => apply(known, { position, epoch }))
            : apply(example, { position, epoch })
        }
      }
    }
  }

/** Up to `concurrency` calls at once, and their answers in the order of the examples. */
async function* ordered<A, B>(
  examples: AsyncGenerator<Result<A>, void, void>,
  apply: (example: Result<A>, place: Place) => Awaitable<Result<B>>,
  concurrency: number,
  epoch: number
): AsyncGenerator<Result<B>, void, void> {
  const pending: Promise<Result<B>>[] = []
  let position = 0
  let ended = false
  try {
    for (;;) {
      while (!ended && pending.length < concurrency) {
        const next = await examples.next()
        if (next.done === true) ended = true
        else pending.push(Promise.resolve(apply(next.value, { position: position++, epoch })))
      }
      const first = pending.shift()
      if (first === undefined) return
      const answer = await first
      yield answer
      if (isLeft(answer)) return
    }
  } finally {
    await Promise.all(pending)
    await examples.return()
  }
}
