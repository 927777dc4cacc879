/** Layers are plain records told apart by `_tag`: they can be printed, compared, edited and saved. */
import type { Result } from '../error/result'
import type { Tape, Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'

/** y = x W^T + b. */
export interface Linear {
  readonly _tag: 'Linear'
  readonly inFeatures: number
  readonly outFeatures: number
  /** `[outFeatures, inFeatures]`, as in PyTorch. */
  readonly weight: Variable
  /** `[outFeatures]` */
  readonly bias?: Variable
}

/** A function of one variable, without parameters. */
export interface Activation {
  readonly _tag: 'Activation'
  readonly activation: ActivationName
}

/** The functions that can be a layer. */
export type ActivationName = 'relu' | 'sigmoid' | 'tanh' | 'softmax' | 'logSoftmax'

/** One layer after the other. */
export interface Sequential<L extends ReadonlyArray<Layer> = ReadonlyArray<Layer>> {
  readonly _tag: 'Sequential'
  readonly layers: L
}

/** A layer of the user's own: its parameters, and what it does with them. */
export interface Custom<P = unknown> {
  readonly _tag: 'Custom'
  readonly name: string
  readonly parameters: P
  // A method, so that a Custom of any parameters is a Layer.
  forward(tape: Tape, parameters: P, x: Variable): Result<Traced<Variable>>
}

/** Any layer, told apart by `_tag`. */
export type Layer = Linear | Activation | Sequential | Custom

/** What makes a layer on a tape: `(tape) => linear(tape, 784, 128)`. */
export type Maker<L extends Layer = Layer> = (tape: Tape) => Result<Traced<L>>
