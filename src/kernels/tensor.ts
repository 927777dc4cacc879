/**
 * The handle to numbers that a kernel set holds, and the plain values around it.
 */
import { inspected } from './inspected'
import type { Allocations } from './allocations'

/** Sizes along each axis; `[]` is a scalar. */
export type Shape = ReadonlyArray<number>

/** `float32` is the one differentiable dtype; on the reference kernels it holds float64 numbers. `bool` is 0 or 1. */
export type Dtype = 'float32' | 'int32' | 'bool'

/** Bytes of one number, as float32 kernels hold it. */
export const bytesOf: Readonly<Record<Dtype, number>> = { float32: 4, int32: 4, bool: 1 }

/** What is known of a tensor before any number is. */
export interface TensorType {
  readonly shape: Shape
  readonly dtype: Dtype
}

/** Numbers in JavaScript's memory, row after row. */
export type Values = Float32Array | Float64Array | Int32Array | Uint8Array

/** A tensor in JavaScript's memory: what `read` gives and what `constant` and `parameter` take. */
export interface HostTensor extends TensorType {
  readonly values: Values
}

/**
 * An opaque, immutable handle to numbers that a kernel set holds. It has one owner, an allocation list; once released
 * it has none, and reading it is a `Released` error. Kernel sets extend it with where their numbers are.
 */
export abstract class Tensor implements TensorType {
  /** Private, so that deep comparisons, immer and JSON stop here and do not walk along all tensors there are. */
  #owner: Allocations | undefined = undefined
  #previous: Tensor | undefined = undefined
  #next: Tensor | undefined = undefined
  /** How many pending cotangents a fold has that are this very tensor. Only the fold writes it. */
  claims = 0

  constructor(
    readonly shape: Shape,
    readonly dtype: Dtype
  ) {}

  /** The bytes that its numbers take. */
  abstract get bytes(): number

  /** @internal The list that owns this tensor; undefined once it is released. */
  get owner(): Allocations | undefined {
    return this.#owner
  }

  [inspected](): string {
    return `Tensor [${this.shape.join(', ')}] ${this.dtype}`
  }

  /** @internal The older neighbour in the owner's list. */
  static previousOf(tensor: Tensor): Tensor | undefined {
    return tensor.#previous
  }

  /** @internal The newer one. */
  static nextOf(tensor: Tensor): Tensor | undefined {
    return tensor.#next
  }

  /** @internal For allocations.ts alone. */
  static place(
    tensor: Tensor,
    owner: Allocations | undefined,
    previous: Tensor | undefined,
    next: Tensor | undefined
  ): void {
    tensor.#owner = owner
    tensor.#previous = previous
    tensor.#next = next
  }
}

/** True once the numbers are gone. */
export const isReleased = (tensor: Tensor): boolean => tensor.owner === undefined
