/** How the losses of the examples become one. */
import { left, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { invalidShape, shapeText } from '../error/tensorError'
import { sizeOf } from '../kernels/shape'
import { div } from '../operation/div'
import { mean } from '../operation/mean'
import { sum } from '../operation/sum'
import type { Tape, Traced } from '../tape/tape'
import { andThen, of } from '../tape/trace'
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

/** The same for losses that were multiplied by weights of the examples: their mean is over the sum of these weights. */
export const reduceWeighted = (
  tape: Tape,
  losses: Variable,
  weights: Variable | undefined,
  reduction: Reduction = 'mean'
): Result<Traced<Variable>> =>
  weights === undefined || reduction !== 'mean'
    ? reduceLoss(tape, losses, reduction)
    : pipe(
        sum(tape, losses),
        andThen((at, total) =>
          pipe(
            sum(at, weights),
            andThen((next, count) => div(next, total, count))
          )
        )
      )

/** Refuses a batch without examples, whose mean would be NaN. */
export const notEmpty = (operation: string, { shape }: Variable): Result<unknown> =>
  sizeOf(shape) > 0
    ? right(undefined)
    : left(
        invalidShape(
          operation,
          shape,
          `${operation} was given an empty batch, ${shapeText(shape)}: leave it out; the mean of nothing is not a number.`
        )
      )
