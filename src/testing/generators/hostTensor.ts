import fc from 'fast-check'
import type { Dtype, HostTensor, Shape, Values } from '../../kernels/tensor'
import { tensorText } from './tensorText'

/** A tensor that fast-check prints as TypeScript. float32 numbers are kept as float64, for the reference kernels. */
export const hostTensor = (shape: Shape, numbers: ReadonlyArray<number>, dtype: Dtype = 'float32'): HostTensor => {
  const tensor: HostTensor = { shape, dtype, values: valuesOf(dtype, numbers) }
  // Not enumerable: a copy with other numbers would print these, and no comparison should see it.
  return Object.defineProperty(tensor, fc.toStringMethod, { value: () => tensorText(tensor) })
}

const valuesOf = (dtype: Dtype, numbers: ReadonlyArray<number>): Values => {
  if (dtype === 'float32') return Float64Array.from(numbers)
  return dtype === 'int32' ? Int32Array.from(numbers) : Uint8Array.from(numbers)
}
