/** How the losses of the examples become one. */
import { left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { atPath, invalidShape, shapeText } from '../error/tensorError'
import { sizeOf } from '../kernels/shape'
import { mean } from '../operation/mean'
import { sum } from '../operation/sum'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { of } from '../tape/trace'
import type { Variable } from '../tape/variable'

/** The mean over the examples (default), their sum, or each by itself. */
export type Reduction = 'mean' | 'sum' | 'none'

/** Settings of the losses. */
export interface LossSettings {
  readonly reduction?: Reduction
}

export const reduceLoss = (tape: Tape, losses: Variable, reduction: Reduction = 'mean'): Result<Traced<Variable>> => {
  if (reduction === 'none') return of(tape, losses)
  return reduction === 'mean' ? mean(tape, losses) : sum(tape, losses)
}

/** Refuses a batch without examples, whose mean would be NaN. */
export const notEmpty = (tape: Tape, operation: string, { shape }: Variable): Result<unknown> =>
  sizeOf(shape) > 0
    ? right(undefined)
    : left(
        atPath(contextOf(tape).path)(
          invalidShape(
            operation,
            shape,
            `${operation} was given an empty batch, ${shapeText(shape)}: leave it out; the mean of nothing is not a number.`
          )
        )
      )
