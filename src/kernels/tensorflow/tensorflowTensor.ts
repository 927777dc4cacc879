/** A tensor that TensorFlow holds. */
import type { Normed } from './tensorflowNorm'
import { bytesOf, type Dtype, type Shape, Tensor } from '../tensor'

export class TensorflowTensor extends Tensor {
  /** How many tensors share TensorFlow's buffer; undefined while this one alone has it. */
  sharers: { count: number } | undefined = undefined
  /** Of scores whose losses were computed: TensorFlow's id of what softmaxMinusOneHot is for these labels. */
  slopes: { readonly labels: number; readonly id: number } | undefined = undefined

  /** Of a result of batchNorm: what its gradient and the running statistics are made of. */
  normed: Normed | undefined = undefined

  constructor(
    shape: Shape,
    dtype: Dtype,
    /** How many numbers. */
    readonly size: number,
    /** What the addon calls it. */
    readonly id: number
  ) {
    super(shape, dtype)
  }

  get bytes(): number {
    return this.size * bytesOf[this.dtype]
  }
}

/** These kernels' tensors are TensorflowTensors: `record` lets no other variable through. */
export const own = (tensor: Tensor): TensorflowTensor => {
  if (tensor instanceof TensorflowTensor) return tensor
  throw new Error('gradfold: the TensorFlow kernels were handed a tensor of other kernels')
}
