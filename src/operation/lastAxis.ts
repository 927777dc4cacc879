/** For kernels that work along the last axis: brings another axis there and back. */
import { isLeft, left } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { atPath } from '../error/tensorError'
import { allOrNothing } from '../tape/allOrNothing'
import type { Variable } from '../tape/variable'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { andThen } from '../tape/trace'
import { normalizeAxis } from './axes'
import { transpose } from './transpose'

/** Settings of operations along one axis. */
export interface AxisSettings {
  /** -1, the last, by default. */
  readonly axis?: number
}

export const recordAlongAxis = (
  tape: Tape,
  operation: string,
  x: Variable,
  { axis = -1 }: AxisSettings,
  body: (tape: Tape, x: Variable) => Result<Traced<Variable>>
): Result<Traced<Variable>> => {
  if (axis === -1 || x.shape.length === 0) return body(tape, x)
  const normal = normalizeAxis(operation, x.shape, axis)
  if (isLeft(normal)) return left(atPath(contextOf(tape).path)(normal.left))
  const last = x.shape.length - 1
  if (normal.right === last) return body(tape, x)
  const permutation = x.shape.map((_, i) => (i === last ? normal.right : i === normal.right ? last : i))
  const swap = (at: Tape, y: Variable): Result<Traced<Variable>> => transpose(at, y, { permutation })
  return allOrNothing(tape, () => pipe(swap(tape, x), andThen(body), andThen(swap)))
}
