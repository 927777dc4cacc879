/** A tensor in the WebAssembly memory. */
import type { Moments } from './batchNorm'
import type { Block } from './matmul'
import { bytesOf, type Dtype, type Shape, Tensor } from '../tensor'

/** How the binary names dtypes. */
export const dtypeCode: Readonly<Record<Dtype, number>> = { float32: 0, int32: 1, bool: 2 }

export class WasmTensor extends Tensor {
  /** How many tensors share the block at `address`; undefined while this one alone has it. */
  sharers: { count: number } | undefined = undefined

  /** Of a matrix that a layer was applied to: its transpose, which the gradient to the layer's weight is made with. */
  transpose: Block | undefined = undefined
  /** Of a result of batchNorm: the moments that it was made with. */
  moments: Moments | undefined = undefined

  constructor(
    shape: Shape,
    dtype: Dtype,
    /** How many numbers. */
    readonly size: number,
    /** What the kernels call it. A reshaped tensor has an id of its own: a packed matrix is cached by id. */
    readonly id: number,
    readonly address: number
  ) {
    super(shape, dtype)
  }

  get bytes(): number {
    return this.size * bytesOf[this.dtype]
  }
}
