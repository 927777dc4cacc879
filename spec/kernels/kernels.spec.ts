/** What every kernel set promises beside its operations: the life of tensors. */
import { memory } from '../../src/kernels/kernels'
import { isReleased } from '../../src/kernels/tensor'
import { kernelSets } from '../support/kernelSets'

const nothing = { tensors: 0, bytes: 0 }

describe.each(kernelSets)('$name kernels', ({ name, create }) => {
  it('say their name and limits', () => {
    const kernels = create()
    expect(kernels.name).toBe(name)
    expect(kernels.device).not.toBe('')
    expect(kernels.maxRank).toBeGreaterThanOrEqual(6)
    expect(kernels.dtypes).toEqual(['float32', 'int32', 'bool'])
  })

  it('upload a copy, ask for the values once, and read a copy', () => {
    const kernels = create()
    const source = Float32Array.of(1, 2, 3)
    const values = jest.fn(() => source)
    const tensor = kernels.upload([3], 'float32', values)
    source[0] = 9
    const first = kernels.read(tensor)
    first[1] = 9
    expect(Array.from(kernels.read(tensor))).toEqual([1, 2, 3])
    expect(values).toHaveBeenCalledTimes(1)
    kernels.release(tensor)
    expect(memory(kernels)).toEqual(nothing)
  })

  it('take a view into a larger array for its own numbers only', () => {
    const kernels = create()
    const tensor = kernels.upload([2], 'int32', () => Int32Array.of(1, 2, 3, 4).subarray(1, 3))
    expect(Array.from(kernels.read(tensor))).toEqual([2, 3])
    kernels.release(tensor)
    expect(memory(kernels)).toEqual(nothing)
  })

  it('mark a released tensor', () => {
    const kernels = create()
    const tensor = kernels.fill([2], 1, 'float32')
    expect(isReleased(tensor)).toBe(false)
    kernels.release(tensor)
    expect(isReleased(tensor)).toBe(true)
    expect(memory(kernels)).toEqual(nothing)
  })

  it('own separately what they count together', () => {
    const kernels = create()
    const inner = kernels.withOwnAllocations()
    const x = kernels.fill([4], 1, 'float32')
    const y = inner.add(x, x)
    expect(kernels.allocations.toArray().map((tensor) => tensor === x)).toEqual([true])
    expect(inner.allocations.toArray().map((tensor) => tensor === y)).toEqual([true])
    expect(memory(kernels).tensors).toBe(2)
    expect(memory(inner)).toEqual(memory(kernels))
    inner.allocations.releaseAll()
    expect(isReleased(y)).toBe(true)
    expect(Array.from(kernels.read(x))).toEqual([1, 1, 1, 1])
    kernels.release(x)
    expect([memory(kernels), memory(inner)]).toEqual([nothing, nothing])
  })

  it('release by other instances what one has made', () => {
    const kernels = create()
    const tensor = kernels.withOwnAllocations().fill([4], 1, 'float32')
    kernels.release(tensor)
    expect(isReleased(tensor)).toBe(true)
    expect(memory(kernels)).toEqual(nothing)
  })

  it('keep a reshaped tensor when the one it came from is gone, and the other way round', () => {
    const kernels = create()
    const x = kernels.upload([2, 2], 'float32', () => Float32Array.of(1, 2, 3, 4))
    const y = kernels.reshape(x, [4])
    kernels.release(x)
    const z = kernels.reshape(y, [4, 1])
    const reused = kernels.fill([2, 2], 9, 'float32')
    expect(Array.from(kernels.read(y))).toEqual([1, 2, 3, 4])
    kernels.release(y)
    expect(Array.from(kernels.read(z))).toEqual([1, 2, 3, 4])
    kernels.release(z)
    kernels.release(reused)
    expect(memory(kernels)).toEqual(nothing)
  })

  it('find the first index out of range', () => {
    const kernels = create()
    const indices = kernels.upload([2, 2], 'int32', () => Int32Array.of(0, 2, 3, -1))
    expect(kernels.firstOutOfRange(indices, 4)).toEqual({ position: 3, value: -1 })
    expect(kernels.firstOutOfRange(indices, 3)).toEqual({ position: 2, value: 3 })
    expect(kernels.firstOutOfRange(indices, 0)).toEqual({ position: 0, value: 0 })
    const none = kernels.fill([0], 0, 'int32')
    expect(kernels.firstOutOfRange(none, 0)).toBeUndefined()
    const fine = kernels.fill([3], 1, 'int32')
    expect(kernels.firstOutOfRange(fine, 2)).toBeUndefined()
    kernels.allocations.releaseAll()
    expect(memory(kernels)).toEqual(nothing)
  })
})
