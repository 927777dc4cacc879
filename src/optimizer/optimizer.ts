/**
 * Optimisers are plain records of settings; their state is a plain value. `update` is a pure function: parameters,
 * gradients and state in, parameters and state out.
 */
import type { Tensor } from '../kernels/tensor'
import type { LearningRate } from './schedule'

/** Settings of stochastic gradient descent, complete. */
export interface Sgd {
  readonly _tag: 'Sgd'
  readonly learningRate: LearningRate
  readonly momentum: number
  readonly dampening: number
  readonly nesterov: boolean
  readonly weightDecay: number
}

/** Settings of Adagrad, complete. */
export interface Adagrad {
  readonly _tag: 'Adagrad'
  readonly learningRate: LearningRate
  readonly learningRateDecay: number
  readonly initialAccumulator: number
  readonly eps: number
  readonly weightDecay: number
}

/** Settings of RMSprop, complete. */
export interface Rmsprop {
  readonly _tag: 'Rmsprop'
  readonly learningRate: LearningRate
  readonly alpha: number
  readonly eps: number
  readonly momentum: number
  readonly centered: boolean
  readonly weightDecay: number
}

/** What Adam and AdamW have in common. */
export interface AdamFields {
  readonly learningRate: LearningRate
  readonly beta1: number
  readonly beta2: number
  readonly eps: number
  readonly weightDecay: number
}

/** Settings of Adam, complete. */
export interface Adam extends AdamFields {
  readonly _tag: 'Adam'
}

/** Settings of AdamW, complete. */
export interface AdamW extends AdamFields {
  readonly _tag: 'AdamW'
}

/** An optimiser that treats all of its parameters alike. */
export type SingleOptimizer = Sgd | Adagrad | Rmsprop | Adam | AdamW

/** A part of a model, and the optimiser that moves it. */
export interface Group {
  /**
   * `encoder` is the parameter of that path and all below it (`encoder.0.weight`); a regular expression is looked for in
   * the path (`/bias$/`).
   */
  readonly path: string | RegExp
  readonly optimizer: SingleOptimizer
}

/** Parts of a model with an optimiser each, and one for what is left. */
export interface Groups {
  readonly _tag: 'Groups'
  readonly groups: ReadonlyArray<Group>
  readonly otherwise: SingleOptimizer
}

/** Any optimiser, told apart by `_tag`. */
export type Optimizer = SingleOptimizer | Groups

/** What an optimiser remembers. */
export interface OptimizerState {
  /** How many updates were made. */
  readonly step: number
  /** For each parameter, by path, its running tensors, each of the parameter's shape; in a scale that its kernel set chose. */
  readonly slots: Readonly<Record<string, ReadonlyArray<Tensor>>>
}

/** The state before the first update. */
export const initialState: OptimizerState = { step: 0, slots: {} }
