import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import { countError, type Data, isCount, streamOf } from './data'

/** Settings of iterateData and collectData. */
export interface IterateSettings {
  /** Which epoch, from 0: `shuffleData` has another order in each. 0 by default. */
  readonly epoch?: number
}

/**
 * Goes through a pipeline once. Each example is a Right; after the first Left there is nothing more. Leaving the loop
 * early closes the source.
 * @example
 * import { isRight } from 'fp-ts/Either'
 * import { dataFrom, iterateData } from 'gradfold'
 * let letters = ''
 * for await (const letter of iterateData(dataFrom(['a', 'b']))) if (isRight(letter)) letters += letter.right
 * console.log(letters) // => ab
 */
export const iterateData = <A>(
  data: Data<A>,
  { epoch = 0 }: IterateSettings = {}
): AsyncGenerator<Result<A>, void, void> => (isCount(epoch, 0) ? streamOf(data, epoch) : onlyError(epoch))

async function* onlyError(epoch: number): AsyncGenerator<Result<never>, void, void> {
  yield await Promise.resolve(left(countError('iterateData', 'epoch', epoch, 0, 'the first epoch is 0')))
}

/**
 * All examples of an epoch, or the first error.
 * @example
 * import { pipe } from 'fp-ts/function'
 * import { collectData, dataFrom, shuffleData } from 'gradfold'
 * const shuffled = pipe(dataFrom([1, 2, 3, 4]), shuffleData({ seed: 7 }))
 * console.log(await collectData(shuffled, { epoch: 1 })) // => { _tag: 'Right', right: [ 1, 3, 2, 4 ] }
 */
export const collectData = async <A>(
  data: Data<A>,
  settings: IterateSettings = {}
): Promise<Result<ReadonlyArray<A>>> => {
  const examples: A[] = []
  for await (const example of iterateData(data, settings)) {
    if (isLeft(example)) return example
    examples.push(example.right)
  }
  return right(examples)
}
