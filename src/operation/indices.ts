/** Indices as users have them, and the check that they are in range. */
import { isLeft, left, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { atPath, indexOutOfBounds } from '../error/tensorError'
import type { Kernels } from '../kernels/kernels'
import type { Tensor, TensorType } from '../kernels/tensor'
import { Variable } from '../tape/variable'
import { allOrNothing } from '../tape/allOrNothing'
import { type Input, toHost } from '../tape/input'
import { constant } from '../tape/leaf'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { andThen } from '../tape/trace'
import { wrongDtype } from './rules'

/** Whole numbers on the tape, or in JavaScript: then they are recorded as an int32 constant. */
export type Indices = Variable | Input

/** Records what is done with indices, after them where they are not on the tape yet. */
export const recordIndexed = (
  operation: string,
  tape: Tape,
  indices: Indices,
  body: (tape: Tape, indices: Variable) => Result<Traced<Variable>>
): Result<Traced<Variable>> => {
  if (indices instanceof Variable) return body(tape, indices)
  const host = toHost(operation, indices, 'int32')
  if (isLeft(host)) return left(atPath(contextOf(tape).path)(host.left))
  return allOrNothing(tape, () => pipe(constant(tape, host.right), andThen(body)))
}

export const areIndices = (operation: string, { dtype }: TensorType): Result<unknown> =>
  dtype === 'int32'
    ? right(undefined)
    : wrongDtype(operation, 'int32 indices', [dtype], `convert them with cast(tape, indices, 'int32')`)

export const inRange = (
  operation: string,
  what: string,
  kernels: Kernels,
  indices: Tensor,
  size: number
): Result<unknown> => {
  const fault = kernels.firstOutOfRange(indices, size)
  return fault === undefined
    ? right(undefined)
    : left(
        indexOutOfBounds(
          operation,
          fault.value,
          size,
          `${operation} was given the ${what} ${fault.value} (number ${fault.position}), but ` +
            (size === 0
              ? 'there is nothing to choose from: is the table or the number of classes still empty?'
              : `they go from 0 to ${size - 1}: do they start at 1, or is the number of classes or rows too small?`)
        )
      )
}
