/**
 * What the reference kernels compute on: plain typed arrays with a shape. float32 tensors hold float64 numbers, so that
 * a rounding error of 1e-7 elsewhere is seen as one.
 */
import { KernelFailure } from '../kernels'
import { sizeOf } from '../shape'
import type { Dtype, Shape, TensorType } from '../tensor'

export type Numbers = Float64Array | Int32Array | Uint8Array

/** Numbers, row after row, and what they mean. */
export interface Block extends TensorType {
  readonly numbers: Numbers
}

export const bytesOf = ({ shape, dtype }: TensorType): number =>
  sizeOf(shape) * (dtype === 'float32' ? 8 : dtype === 'int32' ? 4 : 1)

/** All zeros. Throws KernelFailure if there is no memory for them. */
export const zeros = (shape: Shape, dtype: Dtype): Block => {
  const size = sizeOf(shape)
  try {
    const numbers =
      dtype === 'float32' ? new Float64Array(size) : dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size)
    return { shape, dtype, numbers }
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown
    throw new KernelFailure(
      'outOfMemory',
      `no memory for a ${dtype} tensor of shape [${shape.join(', ')}] (${bytesOf({ shape, dtype })} bytes in float64): ` +
        'release tensors (scope), or use a smaller shape or kernels that hold float32'
    )
  }
}

/**
 * A block whose number at place i is `valueAt(i)`. The array does the conversion: int32 truncates and wraps modulo
 * 2^32, bool is `value !== 0`.
 */
export const generate = (shape: Shape, dtype: Dtype, valueAt: (place: number) => number): Block => {
  const block = zeros(shape, dtype)
  const { numbers } = block
  for (let i = 0; i < numbers.length; i++) {
    const value = valueAt(i)
    numbers[i] = dtype === 'bool' ? Number(value !== 0) : value
  }
  return block
}

/**
 * The places that a walk over `shape`, row after row, visits in an array with these strides: for the index (i, j, ...)
 * `start + i * strides[0] + j * strides[1] + ...`. Broadcasting, transposing and slicing are such walks.
 */
export const places = (shape: Shape, strides: ReadonlyArray<number>, start = 0): Float64Array => {
  const walk = new Float64Array(sizeOf(shape))
  const index = shape.map(() => 0)
  let place = start
  for (let i = 0; i < walk.length; i++) {
    walk[i] = place
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++
      place += strides[axis]!
      if (index[axis]! < shape[axis]!) break
      place -= strides[axis]! * shape[axis]!
      index[axis] = 0
    }
  }
  return walk
}
