/**
 * A primitive is data: its name, its shape rule, how it runs, what its derivative needs, and its derivative, written
 * once over any representation T. With tensors it is `backward`, with variables `gradient`.
 */
import type { Result } from '../error/result'
import type { Kernels } from '../kernels/kernels'
import type { Operations } from '../kernels/operations'
import type { Shape, Tensor, TensorType } from '../kernels/tensor'

/** What a derivative may look at: only what its primitive declares in `saves`, and the shapes of its inputs. */
export interface At<T> {
  input(index: number): T
  output(): T
  shape(index: number): Shape
  /** How many inputs there are. */
  readonly count: number
}

export interface Primitive<A> {
  readonly name: string
  /** Which numbers the derivative needs besides the upstream gradient. */
  readonly saves: 'none' | 'inputs' | 'output' | 'inputs and output'
  /** Shape and dtype of the result, or what is wrong with the inputs. Runs before any kernel. */
  rule(inputs: ReadonlyArray<TensorType>, attributes: A): Result<TensorType>
  /** Its first input is a buffer, and its result what that becomes: `current` and `settle` look for it. */
  readonly assigns?: true
  /** Faults that only numbers show (an index out of range); runs after the rule, before the operation. */
  inspect?(kernels: Kernels, inputs: ReadonlyArray<Tensor>, attributes: A): Result<unknown>
  run(kernels: Kernels, inputs: ReadonlyArray<Tensor>, attributes: A): Tensor
  /**
   * One thunk for each input, called only where that input needs a cotangent; it returns a tensor of the input's shape,
   * and may return `upstream` itself. Inputs that are not float32 are never asked for theirs.
   */
  derivative<T>(operations: Operations<T>, upstream: T, at: At<T>, attributes: A): ReadonlyArray<() => T>
}

/** The derivative of what has none: gradients stop at such a primitive. */
export const noDerivative = (): ReadonlyArray<never> => []

/** Whether gradients flow through. */
export const isDifferentiable = ({ derivative }: { readonly derivative: unknown }): boolean =>
  derivative !== noDerivative
