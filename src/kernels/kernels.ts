/**
 * The seam between gradfold and what computes: the operations over tensors, and the life of those tensors. There is no
 * global kernel set: a tape carries its own.
 */
import type { Allocations } from './allocations'
import type { Moment, Running } from './batchNormOf'
import type { Listener } from './observation'
import type { Operations } from './operations'
import type { Dtype, Shape, Tensor, Values } from './tensor'

/** Live tensors of a kernel set, whoever owns them, and the bytes of their numbers (shared numbers count once). */
export interface MemoryUse {
  readonly tensors: number
  readonly bytes: number
}

/** Adam's running means of the gradient and of its square, as in the paper; none before the first update. */
export type AdamMeans = readonly [mean: Tensor, square: Tensor]
export type AdamResult = readonly [parameter: Tensor, ...means: AdamMeans]

/** What one update by Adam goes by. Both decays are from 0.5 up, and below 1 in float32. */
export interface AdamStep {
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly eps: number
  /** Which update this is, from 1 up. */
  readonly step: number
}

/** What one update by RMSprop goes by, without momentum and not centred. The decay alpha is from 0.5 up, and below 1 in float32. */
export interface RmspropStep {
  readonly learningRate: number
  readonly alpha: number
  readonly eps: number
}
export type RmspropResult = readonly [parameter: Tensor, square: Tensor]

/** What computes: the primitive operations over tensors, and the life of those tensors. */
export interface Kernels extends Operations<Tensor> {
  /** `wasm`, `reference`, `shapes`, ... */
  readonly name: string
  /** Where it computes and what with, for people: "WebAssembly SIMD, 1 thread". */
  readonly device: string
  /** How exactly a float32 tensor is held; `none` where there are no numbers. */
  readonly precision: 'float32' | 'float64' | 'none'
  readonly dtypes: ReadonlyArray<Dtype>
  /** The largest number of axes. */
  readonly maxRank: number
  /** The largest number of bytes of one tensor. */
  readonly maxBytes: number
  /** Who owns what these kernels make. */
  readonly allocations: Allocations
  /** Who is told of what is computed, if anybody: `observe` makes such kernels. It does not throw. */
  readonly observer?: Listener

  /** A private copy of the numbers; `values` is called at most once, and not at all by kernels without data. */
  upload(shape: Shape, dtype: Dtype, values: () => Values): Tensor
  /** A copy of the numbers. The tensor is live, of these kernels. Throws KernelFailure where there are none. */
  read(tensor: Tensor): Values
  /** Frees the numbers. The tensor is live. */
  release(tensor: Tensor): void
  /** The first of these int32 indices that is not in 0 ... size - 1, and its place; undefined where there are no numbers. */
  firstOutOfRange(indices: Tensor, size: number): { readonly position: number; readonly value: number } | undefined
  /**
   * What a running moment becomes after y = batchNorm(x, ...): (1 - momentum) running + momentum m, with m the mean of x for each
   * feature, or its unbiased variance (divided by n - 1); from what the set may have kept beside y.
   */
  batchMoment(x: Tensor, y: Tensor, running: Running<Tensor>, moment: Moment): Tensor
  /**
   * An update by Adam, where the set has it as one call. The gradient and the means are of the parameter's shape. `spent` is
   * called with the parameter and the means when their memory may be used for the result: it releases them, or does nothing.
   */
  adam?(
    parameter: Tensor,
    gradient: Tensor,
    means: AdamMeans | undefined,
    step: AdamStep,
    spent: (input: Tensor) => void
  ): AdamResult
  /** The same for RMSprop, whose running mean of the squared gradient is `square`. */
  rmsprop?(
    parameter: Tensor,
    gradient: Tensor,
    square: Tensor | undefined,
    step: RmspropStep,
    spent: (input: Tensor) => void
  ): RmspropResult
  memory(): MemoryUse
  /** Bytes taken from the system, free room and the kernels' own included; undefined where JavaScript's heap has it all. */
  reserved?(): number
  /** What a thrown value that is not a KernelFailure means to these kernels (a trap, say); undefined: nothing. */
  failure?(thrown: unknown): KernelFailure | undefined
  /** The same kernels with an empty allocation list. */
  withOwnAllocations(): Kernels
}

/**
 * Thrown by kernels for what only they can notice (out of memory, a lost device). `record`, `backward` and the other
 * entrances turn it into a Left with a `KernelError`, so no user meets it.
 */
export class KernelFailure extends Error {
  constructor(
    readonly reason: 'outOfMemory' | 'noNumbers' | 'lost' | 'unavailable' | 'failed',
    message: string
  ) {
    super(message)
    this.name = 'KernelFailure'
  }
}

/**
 * Live tensors and bytes of a kernel set.
 * @example
 * import { constant, defaultKernels, memory, startTape } from 'gradfold'
 * const kernels = defaultKernels()
 * constant(startTape(kernels), [1, 2, 3])
 * console.log(memory(kernels).tensors, memory(kernels).bytes) // => 1 12
 */
export const memory = (kernels: Kernels): MemoryUse => kernels.memory()
