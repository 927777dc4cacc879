/** The sides of an Either, or a failure that shows the other one. */
import { type Either, isLeft, isRight } from 'fp-ts/Either'
import { show, type TensorError } from 'gradfold'

/** The value of a Right; fails with the error's text. */
export const rightOf = <A>(result: Either<TensorError | string, A>): A => {
  if (isRight(result)) return result.right
  const { left } = result
  throw new Error(`expected a Right, got ${typeof left === 'string' ? left : show(left)}`)
}

/** The error of a Left. */
export const leftOf = <E>(result: Either<E, unknown>): E => {
  if (isLeft(result)) return result.left
  throw new Error('expected a Left, got a Right')
}
