import { type Either, left, mapLeft } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import type { TensorError } from '../../error/tensorError'

/** A derivative that throws is broken, and says so like one that returns a Left. */
export const attempted = <A>(body: () => Result<A>): Either<string, A> => {
  try {
    return mapLeft(({ message }: TensorError) => message)(body())
  } catch (thrown) {
    return left(thrown instanceof Error ? thrown.message : String(thrown))
  }
}
