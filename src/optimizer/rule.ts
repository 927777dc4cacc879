/** What an optimiser does to one parameter. */
import type { Kernels } from '../kernels/kernels'
import type { Tensor } from '../kernels/tensor'

export type Rule = (
  kernels: Kernels,
  parameter: Tensor,
  gradient: Tensor,
  /** The running tensors; none before the first update. */
  slots: ReadonlyArray<Tensor>,
  /** Which update this is, from 1 up. */
  step: number,
  /** A float32 scalar, one for each value in an update. */
  number: (value: number) => Tensor,
  free: Free,
  /** Called with the parameter, and with each slot, once it is not read any more. */
  spent: (input: Tensor) => void
) => { readonly parameter: Tensor; readonly slots: ReadonlyArray<Tensor> }

/**
 * Gives `result` once the intermediate tensor that it was computed from is released: the memory of one large temporary is
 * still in the processor's cache when the next takes it (a step of 784-128-64-10 with Adam is 3 % faster).
 */
export type Free = (spent: Tensor, result: Tensor) => Tensor
