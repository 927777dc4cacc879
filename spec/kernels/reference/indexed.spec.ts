import { referenceKernels } from '../../../src/kernels/reference/referenceKernels'
import { evaluate } from '../../support/evaluate'

const matrix = [1, 2, 3, 4, 5, 6]

describe('gather', () => {
  it('takes rows, in any order and more than once', () => {
    const rows = evaluate(referenceKernels, (k, make) =>
      k.gather(make([3, 2], matrix), make([4], [2, 0, 0, 1], 'int32'), 0)
    )
    expect(rows).toEqual({ shape: [4, 2], dtype: 'float32', numbers: [5, 6, 1, 2, 1, 2, 3, 4] })
  })

  it('replaces the axis by the shape of the indices', () => {
    const columns = evaluate(referenceKernels, (k, make) =>
      k.gather(make([2, 3], matrix), make([2, 1], [2, 0], 'int32'), 1)
    )
    expect(columns).toEqual({ shape: [2, 2, 1], dtype: 'float32', numbers: [3, 1, 6, 4] })
    const row = evaluate(referenceKernels, (k, make) => k.gather(make([3, 2], matrix), make([], [1], 'int32'), 0))
    expect(row).toEqual({ shape: [2], dtype: 'float32', numbers: [3, 4] })
  })

  it('takes nothing from nothing', () => {
    const none = evaluate(referenceKernels, (k, make) => k.gather(make([0, 2], []), make([0], [], 'int32'), 0))
    expect(none).toEqual({ shape: [0, 2], dtype: 'float32', numbers: [] })
  })
})

describe('scatterAdd', () => {
  it('adds where an index comes again, and leaves 0 where none comes', () => {
    const sums = evaluate(referenceKernels, (k, make) =>
      k.scatterAdd(make([3, 2], matrix), make([3], [2, 0, 2], 'int32'), 0, 4)
    )
    expect(sums).toEqual({ shape: [4, 2], dtype: 'float32', numbers: [3, 4, 0, 0, 6, 8, 0, 0] })
  })

  it('works along any axis, with indices of any shape', () => {
    const sums = evaluate(referenceKernels, (k, make) =>
      k.scatterAdd(make([2, 3, 1], matrix), make([3, 1], [1, 1, 0], 'int32'), 1, 2)
    )
    expect(sums).toEqual({ shape: [2, 2], dtype: 'float32', numbers: [3, 3, 6, 9] })
  })
})

describe('oneHot', () => {
  it('has 1 at the index, and nothing for an index out of range', () => {
    const rows = evaluate(referenceKernels, (k, make) => k.oneHot(make([2, 2], [2, 0, 3, -1], 'int32'), 3))
    expect(rows).toEqual({ shape: [2, 2, 3], dtype: 'float32', numbers: [0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0] })
  })
})
