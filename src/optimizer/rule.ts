/** What an optimiser does to one parameter, written once over any representation, as derivatives are. */
import type { Operations } from '../kernels/operations'

export type Rule = <T>(
  operations: Operations<T>,
  parameter: T,
  gradient: T,
  /** The running tensors; none before the first update. */
  slots: ReadonlyArray<T>,
  /** Which update this is, from 1 up. */
  step: number,
  /** A float32 scalar, one for each value in an update. */
  number: (value: number) => T,
  free: Free<T>
) => { readonly parameter: T; readonly slots: ReadonlyArray<T> }

/**
 * Gives `result` once the intermediate tensor that it was computed from is released: the memory of one large temporary is
 * still in the processor's cache when the next takes it (a step of 784-128-64-10 with Adam is 3 % faster).
 */
export type Free<T> = (spent: T, result: T) => T
