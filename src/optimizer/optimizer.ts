/**
 * Optimisers are plain records of settings; their state is a plain value. `update` is a pure function: parameters,
 * gradients and state in, parameters and state out.
 */
import type { Tensor } from '../kernels/tensor'

/** Settings of stochastic gradient descent, complete. */
export interface Sgd {
  readonly _tag: 'Sgd'
  readonly learningRate: number
  readonly momentum: number
  readonly nesterov: boolean
}

/** Settings of Adam, complete. */
export interface Adam {
  readonly _tag: 'Adam'
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly eps: number
}

/** Any optimiser, told apart by `_tag`. */
export type Optimizer = Sgd | Adam

/** What an optimiser remembers. */
export interface OptimizerState {
  /** How many updates were made. */
  readonly step: number
  /** For each parameter, by path, its running tensors, each of the parameter's shape; in a scale that its kernel set chose. */
  readonly slots: Readonly<Record<string, ReadonlyArray<Tensor>>>
}

/** The state before the first update. */
export const initialState: OptimizerState = { step: 0, slots: {} }
