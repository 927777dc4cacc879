/** What an optimiser does to one parameter, and what the optimisers' arithmetic has in common. */
import type { Result } from '../error/result'
import type { Kernels } from '../kernels/kernels'
import type { Tensor } from '../kernels/tensor'
import type { LearningRate } from './schedule'

/** A running tensor: PyTorch's number is `factor` times the one that is kept. */
export interface Slot {
  /** As PyTorch calls it in its state. */
  readonly name: string
  readonly factor: number
}

/** All that `update` has to know of an optimiser. */
export interface Plan {
  /** What errors call it. */
  readonly operation: string
  readonly learningRate: LearningRate
  readonly check: () => Result<unknown>
  /** The running tensors that it keeps for each parameter, in their order, on these kernels. */
  readonly slots: (kernels: Kernels) => ReadonlyArray<Slot>
  /** Whether running tensors may begin or end in the course of training. */
  readonly mayLackSlots: boolean
  readonly rule: Rule
}

export type Rule = (
  tools: Tools,
  parameter: Tensor,
  gradient: Tensor,
  /** The running tensors; none before the first update. */
  slots: ReadonlyArray<Tensor>
) => Moved

export interface Moved {
  readonly parameter: Tensor
  readonly slots: ReadonlyArray<Tensor>
}

/** What a rule computes with. */
export interface Tools {
  readonly kernels: Kernels
  /** The learning rate of this update. */
  readonly rate: number
  /** Which update this is, from 1 up. */
  readonly step: number
  /** A float32 scalar, one for each value in an update. */
  readonly number: (value: number) => Tensor
  /**
   * Gives `result` once the intermediate tensor that it was computed from is released: the memory of one large temporary is
   * still in the processor's cache when the next takes it (a step of 784-128-64-10 with Adam is 3 % faster).
   */
  readonly free: (spent: Tensor, result: Tensor) => Tensor
  /** Called with the parameter, and with each slot, once it is not read any more. */
  readonly spent: (input: Tensor) => void
}

/** factor x + y. */
export const plus = ({ kernels, number, free }: Tools, x: Tensor, factor: number, y: Tensor): Tensor => {
  const scaled = kernels.mul(x, number(factor))
  return free(scaled, kernels.add(scaled, y))
}

/** factor slot + next, where there is a slot; it is not read any more. */
export const accumulated = (tools: Tools, slot: Tensor | undefined, factor: number, next: Tensor): Tensor => {
  if (slot === undefined) return next
  const faded = tools.kernels.mul(slot, tools.number(factor))
  tools.spent(slot)
  return tools.free(faded, tools.kernels.add(faded, next))
}

/** The same for a `next` that is used nowhere else. */
export const gathered = (tools: Tools, slot: Tensor | undefined, factor: number, next: Tensor): Tensor => {
  const sum = accumulated(tools, slot, factor, next)
  return sum === next ? next : tools.free(next, sum)
}

/** The gradient of the loss with half of weightDecay |parameter|^2 added. */
export const withDecay = (tools: Tools, gradient: Tensor, parameter: Tensor, weightDecay: number): Tensor =>
  weightDecay === 0 ? gradient : plus(tools, parameter, weightDecay, gradient)

/** x / (sqrt(square) + eps). */
export const overRoot = ({ kernels, number, free }: Tools, x: Tensor, square: Tensor, eps: number): Tensor => {
  const deviation = kernels.sqrt(square)
  const spread = free(deviation, kernels.add(deviation, number(eps)))
  return free(spread, kernels.div(x, spread))
}

/** parameter - change, of which neither is read any more. */
export const moved = ({ kernels, free, spent }: Tools, parameter: Tensor, change: Tensor): Tensor => {
  const next = free(change, kernels.sub(parameter, change))
  spent(parameter)
  return next
}

/**
 * Whether a decay is one for kernels that have the update as one call: such a call has m + (1 - decay) (g - m), in float32.
 * Below a half it loses a small gradient beside a large mean, and the root of a mean square that vanished by it is divided by.
 * A decay that rounds to 1 would never let anything in.
 */
export const fitsOneCall = (decay: number): boolean => decay >= 0.5 && Math.fround(decay) < 1
