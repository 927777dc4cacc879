import { KernelFailure, memory } from '../../../src/kernels/kernels'
import { referenceKernels } from '../../../src/kernels/reference/referenceKernels'
import { shapesKernels } from '../../../src/kernels/shapes/shapesKernels'

describe('referenceKernels', () => {
  it('say what they are', () => {
    const { name, precision, dtypes, maxRank } = referenceKernels()
    expect({ name, precision, dtypes, maxRank }).toEqual({
      name: 'reference',
      precision: 'float64',
      dtypes: ['float32', 'int32', 'bool'],
      maxRank: 32
    })
  })

  it('hold float64', () => {
    const kernels = referenceKernels()
    const tensor = kernels.upload([1], 'float32', () => Float64Array.of(1 / 3))
    expect(kernels.read(tensor)).toEqual(Float64Array.of(1 / 3))
    expect(memory(kernels)).toEqual({ tensors: 1, bytes: 8 })
    kernels.release(tensor)
    expect(memory(kernels)).toEqual({ tensors: 0, bytes: 0 })
  })

  it('count a reshaped tensor as numbers of its own', () => {
    const kernels = referenceKernels()
    const x = kernels.fill([2, 3], 1, 'int32')
    const y = kernels.reshape(x, [6])
    expect(memory(kernels)).toEqual({ tensors: 2, bytes: 48 })
    kernels.release(x)
    expect(Array.from(kernels.read(y))).toEqual([1, 1, 1, 1, 1, 1])
    kernels.release(y)
    expect(memory(kernels)).toEqual({ tensors: 0, bytes: 0 })
  })

  it('fail without a trace where there is no memory', () => {
    const kernels = referenceKernels()
    expect(() => kernels.fill([2 ** 40], 0, 'float32')).toThrow(KernelFailure)
    expect(memory(kernels)).toEqual({ tensors: 0, bytes: 0 })
    expect(kernels.allocations.toArray()).toHaveLength(0)
  })

  it('refuse what no operation may hand them: released tensors, and those of other kernels', () => {
    const kernels = referenceKernels()
    const other = shapesKernels()
    const tensor = kernels.fill([2], 1, 'float32')
    const shape = other.fill([2], 1, 'float32')
    expect(() => kernels.neg(shape)).toThrow('a tensor of other kernels')
    kernels.release(tensor)
    expect(() => kernels.neg(tensor)).toThrow('a released tensor')
    expect(() => kernels.release(tensor)).toThrow('a released tensor')
    other.release(shape)
    expect([memory(kernels), memory(other)]).toEqual([
      { tensors: 0, bytes: 0 },
      { tensors: 0, bytes: 0 }
    ])
  })
})
