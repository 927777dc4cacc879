import { KernelFailure, type Kernels, memory } from '../../../src/kernels/kernels'
import { shapesKernels } from '../../../src/kernels/shapes/shapesKernels'
import type { Dtype, Shape, Tensor } from '../../../src/kernels/tensor'

/** Shape and dtype of what `body` makes; nothing may be left once all is released. */
const typeOf = (body: (kernels: Kernels, make: (shape: Shape, dtype?: Dtype) => Tensor) => Tensor) => {
  const kernels = shapesKernels()
  const { shape, dtype } = body(kernels, (given, type = 'float32') => kernels.fill(given, 0, type))
  kernels.allocations.releaseAll()
  expect(memory(kernels)).toEqual({ tensors: 0, bytes: 0 })
  return { shape, dtype }
}

describe('shapesKernels', () => {
  it('never ask for the numbers', () => {
    const kernels = shapesKernels()
    const values = jest.fn(() => new Float32Array(6))
    const tensor = kernels.upload([2, 3], 'float32', values)
    expect(values).not.toHaveBeenCalled()
    expect([tensor.shape, tensor.dtype]).toEqual([[2, 3], 'float32'])
    kernels.release(tensor)
    expect(memory(kernels)).toEqual({ tensors: 0, bytes: 0 })
  })

  it('have none to read, and say the way out', () => {
    const kernels = shapesKernels()
    const tensor = kernels.fill([2, 3], 1, 'float32')
    expect(() => kernels.read(tensor)).toThrow(KernelFailure)
    expect(() => kernels.read(tensor)).toThrow('a tensor of shape [2, 3] has no numbers to read')
    expect(() => kernels.read(tensor)).toThrow('startTape(defaultKernels())')
    expect(kernels.firstOutOfRange(tensor, 1)).toBeUndefined()
    kernels.release(tensor)
    expect(() => kernels.release(tensor)).toThrow('a released tensor')
    expect(memory(kernels)).toEqual({ tensors: 0, bytes: 0 })
  })

  it('count bytes as float32 kernels take them, at no cost', () => {
    const kernels = shapesKernels()
    const tensors = [
      kernels.fill([2 ** 20, 2 ** 20], 0, 'float32'),
      kernels.fill([3], 0, 'int32'),
      kernels.fill([5], 0, 'bool')
    ]
    expect(memory(kernels)).toEqual({ tensors: 3, bytes: 2 ** 42 + 12 + 5 })
    expect(tensors.map((tensor) => tensor.bytes)).toEqual([2 ** 42, 12, 5])
    kernels.allocations.releaseAll()
    expect(memory(kernels)).toEqual({ tensors: 0, bytes: 0 })
  })

  it('follow shapes', () => {
    expect(typeOf((k, make) => k.add(make([2, 1]), make([3])))).toEqual({ shape: [2, 3], dtype: 'float32' })
    expect(typeOf((k, make) => k.select(make([4, 1, 1], 'bool'), make([3]), make([2, 1])))).toEqual({
      shape: [4, 2, 3],
      dtype: 'float32'
    })
    expect(typeOf((k, make) => k.sum(make([2, 3, 4]), [0, 2], true))).toEqual({ shape: [1, 3, 1], dtype: 'float32' })
    expect(typeOf((k, make) => k.max(make([2, 3, 4], 'int32'), [1], false))).toEqual({ shape: [2, 4], dtype: 'int32' })
    expect(typeOf((k, make) => k.matmul(make([5, 3, 2]), make([4, 3]), true, true))).toEqual({
      shape: [5, 2, 4],
      dtype: 'float32'
    })
    expect(typeOf((k, make) => k.transpose(make([2, 3, 4]), [2, 0, 1]))).toEqual({ shape: [4, 2, 3], dtype: 'float32' })
    expect(typeOf((k, make) => k.pad(make([2, 3]), [1, 0], [0, 4]))).toEqual({ shape: [3, 7], dtype: 'float32' })
    expect(typeOf((k, make) => k.concat([make([2, 3]), make([2, 5])], 1))).toEqual({ shape: [2, 8], dtype: 'float32' })
    expect(typeOf((k, make) => k.gather(make([2, 3, 4]), make([5, 6], 'int32'), 1))).toEqual({
      shape: [2, 5, 6, 4],
      dtype: 'float32'
    })
    expect(typeOf((k, make) => k.scatterAdd(make([2, 5, 6, 4]), make([5, 6], 'int32'), 1, 3))).toEqual({
      shape: [2, 3, 4],
      dtype: 'float32'
    })
  })

  it('follow dtypes', () => {
    expect(typeOf((k, make) => k.less(make([2], 'int32'), make([2], 'int32')))).toEqual({ shape: [2], dtype: 'bool' })
    expect(typeOf((k, make) => k.cast(make([2]), 'bool'))).toEqual({ shape: [2], dtype: 'bool' })
    expect(typeOf((k, make) => k.select(make([], 'bool'), make([], 'int32'), make([], 'int32')))).toEqual({
      shape: [],
      dtype: 'int32'
    })
    expect(typeOf((k, make) => k.oneHot(make([2], 'int32'), 7))).toEqual({ shape: [2, 7], dtype: 'float32' })
  })
})
