/** What observed kernels tell: plain values. */
import type { Shape } from './tensor'

/** One operation that was recorded and computed. */
export interface ObservedOperation {
  readonly kind: 'operation'
  /** As on the tape: `matmul`, `softmaxCrossEntropy`. */
  readonly name: string
  readonly inputs: ReadonlyArray<Shape>
  readonly output: Shape
  /** How long the call took. Kernels of a GPU may still be computing when it returns. */
  readonly microseconds: number
  /** Of the output. */
  readonly bytes: number
  /** The layer path that it was recorded under: `encoder.2`. */
  readonly path: string
}

/** One entry's derivative, computed by `backward`: all its kernel calls together. */
export interface ObservedDerivative {
  readonly kind: 'derivative'
  /** The operation whose derivative it is. */
  readonly name: string
  /** Shapes of the operation's inputs; its gradients have those they are needed for. */
  readonly inputs: ReadonlyArray<Shape>
  /** Shape of the operation's output, and so of the gradient that came in. */
  readonly output: Shape
  readonly microseconds: number
  /** Of the gradients that it gave. */
  readonly bytes: number
  readonly path: string
}

/** One `backward` as a whole. */
export interface ObservedBackward {
  readonly kind: 'backward'
  /** The size of the graph: entries of the tape that a gradient reached. */
  readonly entries: number
  readonly microseconds: number
  /** The layer path under which `backward` was called. */
  readonly path: string
}

export type Observation = ObservedOperation | ObservedDerivative | ObservedBackward

/** Who is told, after each computation and before its caller goes on. */
export type Listener = (observation: Observation) => void
