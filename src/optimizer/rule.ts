/** What an optimiser does to one parameter, written once over any representation, as derivatives are. */
import type { Operations } from '../kernels/operations'

export type Rule = <T>(
  operations: Operations<T>,
  parameter: T,
  gradient: T,
  /** The running tensors; none before the first update. */
  slots: ReadonlyArray<T>,
  /** Which update this is, from 1 up. */
  step: number
) => { readonly parameter: T; readonly slots: ReadonlyArray<T> }

export const scalar = <T>(operations: Operations<T>, value: number): T => operations.fill([], value, 'float32')
