import { KernelFailure } from '../../../src/kernels/kernels'
import { bytesOf, generate, places, zeros } from '../../../src/kernels/reference/numbers'

describe('places', () => {
  it('walks row after row', () => {
    expect(Array.from(places([2, 3], [3, 1]))).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('walks a transposed matrix column after column', () => {
    expect(Array.from(places([3, 2], [1, 3]))).toEqual([0, 3, 1, 4, 2, 5])
  })

  it('stays where the stride is 0', () => {
    expect(Array.from(places([2, 2, 2], [1, 0, 2]))).toEqual([0, 2, 0, 2, 1, 3, 1, 3])
  })

  it('begins at the start: the block of 2 by 2 at (1, 2) of a [4, 5] matrix', () => {
    expect(Array.from(places([2, 2], [5, 1], 7))).toEqual([7, 8, 12, 13])
  })

  it('has one place in a scalar and none where a size is 0', () => {
    expect(Array.from(places([], []))).toEqual([0])
    expect(Array.from(places([2, 0, 3], [0, 3, 1]))).toEqual([])
  })
})

describe('generate', () => {
  it('truncates and wraps int32', () => {
    const values = [1.9, -1.9, 2 ** 31, -(2 ** 31) - 1]
    expect(Array.from(generate([4], 'int32', (i) => values[i] ?? 0).numbers)).toEqual([1, -1, -(2 ** 31), 2 ** 31 - 1])
  })

  it('has 1 in bool for all but 0, NaN too', () => {
    const values = [0, -0, 0.5, -3, 256, NaN]
    expect(Array.from(generate([6], 'bool', (i) => values[i] ?? 0).numbers)).toEqual([0, 0, 1, 1, 1, 1])
  })

  it('keeps float64 in float32', () => {
    expect(Array.from(generate([1], 'float32', () => 0.1).numbers)).toEqual([0.1])
  })
})

describe('bytesOf', () => {
  it('counts 8 for float32, which is held as float64, 4 for int32, 1 for bool', () => {
    expect(bytesOf({ shape: [2, 3], dtype: 'float32' })).toBe(48)
    expect(bytesOf({ shape: [2, 3], dtype: 'int32' })).toBe(24)
    expect(bytesOf({ shape: [2, 3], dtype: 'bool' })).toBe(6)
    expect(bytesOf({ shape: [2, 0], dtype: 'float32' })).toBe(0)
  })
})

describe('zeros', () => {
  it('fails as kernels do where there is no memory', () => {
    expect(() => zeros([2 ** 20, 2 ** 20], 'float32')).toThrow(KernelFailure)
    expect(() => zeros([2 ** 20, 2 ** 20], 'float32')).toThrow(
      'no memory for a float32 tensor of shape [1048576, 1048576] (8796093022208 bytes in float64)'
    )
  })
})
