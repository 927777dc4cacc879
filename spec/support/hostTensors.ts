/** Tensors in and out of kernels for specs. */
import type { Kernels } from '../../src/kernels/kernels'
import type { HostTensor, Tensor } from '../../src/kernels/tensor'
import { hostTensor } from '../../src/testing/generators/hostTensor'

export { hostTensor }

export const uploaded = (kernels: Kernels, { shape, dtype, values }: HostTensor): Tensor =>
  kernels.upload(shape, dtype, () => values)

export const downloaded = (kernels: Kernels, tensor: Tensor): HostTensor => ({
  shape: tensor.shape,
  dtype: tensor.dtype,
  values: kernels.read(tensor)
})

/** |x| of every number of a float32 tensor, for the sum of absolute terms. */
export const absolute = (x: HostTensor): HostTensor =>
  x.dtype === 'float32' ? hostTensor(x.shape, Array.from(x.values, Math.abs)) : x
