import type { Kernels } from '../../src/kernels/kernels'
import type { Dtype, Shape, Tensor } from '../../src/kernels/tensor'
import { downloaded, hostTensor, uploaded } from './hostTensors'

/** A tensor as literals. */
export interface Literal {
  readonly shape: Shape
  readonly dtype: Dtype
  readonly numbers: ReadonlyArray<number>
}

export type Make = (shape: Shape, numbers: ReadonlyArray<number>, dtype?: Dtype) => Tensor

/** What `body` computes on kernels of its own, which must have nothing left once all is released. */
export const evaluate = (create: () => Kernels, body: (kernels: Kernels, make: Make) => Tensor): Literal => {
  const kernels = create()
  const result = body(kernels, (shape, numbers, dtype) => uploaded(kernels, hostTensor(shape, numbers, dtype)))
  const { shape, dtype, values } = downloaded(kernels, result)
  kernels.allocations.releaseAll()
  const { tensors, bytes } = kernels.memory()
  if (tensors !== 0 || bytes !== 0) throw new Error(`${tensors} tensors with ${bytes} bytes are left`)
  return { shape, dtype, numbers: Array.from(values) }
}
