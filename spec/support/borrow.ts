/** Kernels for a spec, called directly, and tensors for them. */
import { type Kernels, memory, type Shape, type Tensor, type Values } from 'gradfold'

/** Hands new kernels to the body, and sees that their memory is empty afterwards. */
export const borrow = (create: () => Kernels, body: (kernels: Kernels) => void): void => {
  const kernels = create()
  body(kernels)
  kernels.allocations.releaseAll()
  expect(memory(kernels)).toMatchObject({ tensors: 0, bytes: 0 })
}

export const floats = (kernels: Kernels, shape: Shape, values: Values | ReadonlyArray<number>): Tensor =>
  kernels.upload(shape, 'float32', () => Float32Array.from(values))
export const whole = (kernels: Kernels, values: ReadonlyArray<number>): Tensor =>
  kernels.upload([values.length], 'int32', () => Int32Array.from(values))
export const bools = (kernels: Kernels, values: ReadonlyArray<number>): Tensor =>
  kernels.upload([values.length], 'bool', () => Uint8Array.from(values))
export const numbers = (kernels: Kernels, tensor: Tensor): ReadonlyArray<number> => Array.from(kernels.read(tensor))
export const constantly = (size: number, value: number): Float32Array => new Float32Array(size).fill(value)
