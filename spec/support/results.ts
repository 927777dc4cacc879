/** The sides of a Result, or a failure that shows the other one. */
import { isLeft, isRight } from 'fp-ts/Either'
import { type Result, show, type TensorError } from 'gradfold'

/** The value of a Right; fails with the error's text. */
export const rightOf = <A>(result: Result<A>): A => {
  if (isLeft(result)) throw new Error(`expected a Right, got ${show(result.left)}`)
  return result.right
}

/** The error of a Left. */
export const leftOf = <A>(result: Result<A>): TensorError => {
  if (isRight(result)) throw new Error('expected a Left, got a Right')
  return result.left
}
