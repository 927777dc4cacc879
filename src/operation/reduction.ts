/** What sum, mean and max share. */
import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { atPath } from '../error/tensorError'
import type { Variable } from '../tape/variable'
import { contextOf, type Tape } from '../tape/tape'
import { type Axes, normalizeAxes } from './axes'

export interface ReduceAttributes {
  readonly axes: ReadonlyArray<number>
  readonly keepDims: boolean
}

/** Settings of sum, mean and max. */
export interface ReduceSettings {
  /** Which axes go, negative from the end; all by default. */
  readonly axis?: Axes
  /** Keep them, with size 1. */
  readonly keepDims?: boolean
}

export const reduceAttributes = (
  tape: Tape,
  operation: string,
  x: Variable,
  { axis, keepDims = false }: ReduceSettings
): Result<ReduceAttributes> => {
  const axes = normalizeAxes(operation, x.shape, axis)
  return isLeft(axes) ? left(atPath(contextOf(tape).path)(axes.left)) : right({ axes: axes.right, keepDims })
}
