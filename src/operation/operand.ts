/** Plain numbers beside variables: `mul(tape, x, 2)`. */
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import type { Dtype } from '../kernels/tensor'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import { allOrNothing } from '../tape/allOrNothing'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'
import { andThen, of } from '../tape/trace'
import { fillFor } from './fill'

/** A variable, or a number that is recorded as a scalar of the other operand's dtype. */
export type Operand = Variable | number

/** Records a primitive of two operands. */
export const recordBinary = (
  tape: Tape,
  primitive: Primitive<object>,
  x: Operand,
  y: Operand
): Result<Traced<Variable>> => {
  if (typeof x === 'object' && typeof y === 'object') return record(tape, primitive, [x, y], NONE)
  return recordOperands(tape, primitive.name, x, y, (at, left, right) => record(at, primitive, [left, right], NONE))
}

/** Hands two operands on as variables: a number takes the dtype of the other, float32 if both are numbers. */
export const recordOperands = (
  tape: Tape,
  operation: string,
  x: Operand,
  y: Operand,
  body: (tape: Tape, x: Variable, y: Variable) => Result<Traced<Variable>>
): Result<Traced<Variable>> =>
  allOrNothing(tape, () =>
    pipe(
      asVariable(tape, operation, x, typeof y === 'object' ? y.dtype : 'float32'),
      andThen((at, left) =>
        pipe(
          asVariable(at, operation, y, left.dtype),
          andThen((later, right) => body(later, left, right))
        )
      )
    )
  )

const asVariable = (tape: Tape, operation: string, x: Operand, dtype: Dtype): Result<Traced<Variable>> =>
  typeof x === 'object' ? of(tape, x) : fillFor(operation, tape, [], x, dtype)

/** One object for all entries without attributes. */
export const NONE: object = Object.freeze({})
