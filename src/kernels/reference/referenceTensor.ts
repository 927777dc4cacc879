import { Tensor } from '../tensor'
import { type Block, bytesOf, type Numbers } from './numbers'

export class ReferenceTensor extends Tensor {
  /** Undefined once released. Only the kernels write it. */
  numbers: Numbers | undefined

  constructor({ shape, dtype, numbers }: Block) {
    super(shape, dtype)
    this.numbers = numbers
  }

  get bytes(): number {
    return bytesOf(this)
  }
}

/** The numbers of a live tensor of the reference kernels. Operations have checked both before kernels are called. */
export const blockOf = (tensor: Tensor): Block => {
  if (!(tensor instanceof ReferenceTensor))
    throw new Error('the reference kernels were given a tensor of other kernels')
  const { shape, dtype, numbers } = tensor
  if (numbers === undefined) throw new Error('the reference kernels were given a released tensor')
  return { shape, dtype, numbers }
}
