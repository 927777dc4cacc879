/** Tensors in and out of kernels for specs. */
import type { Kernels } from '../../src/kernels/kernels'
import type { Dtype, HostTensor, Shape, Tensor, Values } from '../../src/kernels/tensor'

const valuesOf = (dtype: Dtype, numbers: ReadonlyArray<number>): Values =>
  dtype === 'float32'
    ? Float64Array.from(numbers)
    : dtype === 'int32'
      ? Int32Array.from(numbers)
      : Uint8Array.from(numbers)

export const hostTensor = (shape: Shape, numbers: ReadonlyArray<number>, dtype: Dtype = 'float32'): HostTensor => ({
  shape,
  dtype,
  values: valuesOf(dtype, numbers)
})

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
