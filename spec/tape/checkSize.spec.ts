import { referenceKernels } from 'gradfold'
import { checkSize } from '../../src/tape/record'

/** Kernels that hold two axes, and tensors of 24 bytes. */
const small = { ...referenceKernels(), name: 'small', maxRank: 2, maxBytes: 24 }
const check = (...shape: ReadonlyArray<number>): ReturnType<typeof checkSize> =>
  checkSize('probe', small, { shape, dtype: 'float32' })

describe('what kernels can hold', () => {
  it('is all up to the most axes and the most bytes', () => {
    for (const shape of [[], [6], [2, 3], [6, 1], [1000, 0]]) expect(check(...shape)).toBeUndefined()
  })

  it('is not one axis more', () => {
    expect(check(1, 1, 1)).toMatchObject({
      _tag: 'DimensionError',
      operation: 'probe',
      shape: [1, 1, 1],
      axes: [],
      message: 'The result [1, 1, 1] would have 3 axes, but small takes at most 2: reshape neighbouring axes into one.'
    })
  })

  it('is not one number more', () => {
    expect(check(7)).toMatchObject({ _tag: 'InvalidShape', operation: 'probe', shape: [7] })
    expect(check(7)?.message).toMatch(/^The result \[7\] would take 28 bytes, but a tensor on small has at most 24: /)
  })
})
