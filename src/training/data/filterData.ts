import { isLeft, isRight, right } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import { attemptUser, type Data, type Place, streamData, streamOf } from './data'

/**
 * Leaves out the examples for which the function, which may be async, does not give true. Shuffle an array before: what
 * is left has no known count, and comes one after another.
 *
 * Errors, met when it is iterated: InvalidArgument for what the function throws, with the position.
 * @example
 * import { pipe } from 'fp-ts/function'
 * import { collectData, dataFrom, filterData } from 'gradfold'
 * const odd = pipe(dataFrom([1, 2, 3]), filterData((n) => n % 2 === 1))
 * console.log(await collectData(odd)) // => { _tag: 'Right', right: [ 1, 3 ] }
 */
export const filterData =
  <A>(keep: (example: A, place: Place) => boolean | Promise<boolean>) =>
  (data: Data<A>): Data<A> =>
    streamData({ count: undefined, batched: data.batched }, (epoch) => kept(streamOf(data, epoch), keep, epoch))

async function* kept<A>(
  examples: AsyncGenerator<Result<A>, void, void>,
  keep: (example: A, place: Place) => boolean | Promise<boolean>,
  epoch: number
): AsyncGenerator<Result<A>, void, void> {
  let position = 0
  for await (const example of examples) {
    const place = { position: position++, epoch }
    const verdict = isLeft(example)
      ? example
      : await attemptUser<boolean>('filterData', 'keep', place, () => keep(example.right, place), right)
    if (isLeft(verdict)) {
      yield verdict
      return
    }
    if (verdict.right && isRight(example)) yield example
  }
}
