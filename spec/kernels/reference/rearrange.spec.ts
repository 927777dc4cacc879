import type { Kernels } from '../../../src/kernels/kernels'
import { referenceKernels } from '../../../src/kernels/reference/referenceKernels'
import type { Tensor } from '../../../src/kernels/tensor'
import { evaluate } from '../../support/evaluate'

/** Of the [2, 3] matrix 1 2 3 | 4 5 6, in int32 to see that the dtype is kept. */
const of = (run: (kernels: Kernels, x: Tensor) => Tensor) => {
  const { shape, dtype, numbers } = evaluate(referenceKernels, (k, make) =>
    run(k, make([2, 3], [1, 2, 3, 4, 5, 6], 'int32'))
  )
  expect(dtype).toBe('int32')
  return { shape, numbers }
}

describe('transpose', () => {
  it('swaps rows and columns', () => {
    expect(of((k, x) => k.transpose(x, [1, 0]))).toEqual({ shape: [3, 2], numbers: [1, 4, 2, 5, 3, 6] })
  })

  it('has axis permutation[i] of x as axis i', () => {
    const moved = evaluate(referenceKernels, (k, make) => k.transpose(make([1, 2, 3], [1, 2, 3, 4, 5, 6]), [2, 0, 1]))
    expect(moved).toEqual({ shape: [3, 1, 2], dtype: 'float32', numbers: [1, 4, 2, 5, 3, 6] })
  })
})

describe('reshape', () => {
  it('keeps the order of the numbers', () => {
    expect(of((k, x) => k.reshape(x, [3, 1, 2]))).toEqual({ shape: [3, 1, 2], numbers: [1, 2, 3, 4, 5, 6] })
  })
})

describe('broadcast', () => {
  it('repeats along new axes and axes of size 1', () => {
    const repeated = evaluate(referenceKernels, (k, make) => k.broadcast(make([2, 1], [1, 2]), [2, 2, 3]))
    expect(repeated).toEqual({ shape: [2, 2, 3], dtype: 'float32', numbers: [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2] })
  })
})

describe('slice', () => {
  it('cuts out a block', () => {
    expect(of((k, x) => k.slice(x, [0, 1], [2, 2]))).toEqual({ shape: [2, 2], numbers: [2, 3, 5, 6] })
    expect(of((k, x) => k.slice(x, [1, 0], [1, 3]))).toEqual({ shape: [1, 3], numbers: [4, 5, 6] })
    expect(of((k, x) => k.slice(x, [2, 3], [0, 0]))).toEqual({ shape: [0, 0], numbers: [] })
  })
})

describe('pad', () => {
  it('puts zeros around', () => {
    expect(of((k, x) => k.pad(x, [1, 0], [0, 2]))).toEqual({
      shape: [3, 5],
      numbers: [0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 4, 5, 6, 0, 0]
    })
  })

  it('makes zeros of an empty tensor', () => {
    const padded = evaluate(referenceKernels, (k, make) => k.pad(make([0], [], 'bool'), [1], [1]))
    expect(padded).toEqual({ shape: [2], dtype: 'bool', numbers: [0, 0] })
  })
})

describe('concat', () => {
  it('puts rows below rows and columns beside columns', () => {
    expect(of((k, x) => k.concat([x, x], 0))).toEqual({ shape: [4, 3], numbers: [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6] })
    expect(of((k, x) => k.concat([x, k.fill([2, 1], 0, 'int32'), x], 1))).toEqual({
      shape: [2, 7],
      numbers: [1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 0, 4, 5, 6]
    })
  })

  it('takes one tensor, and empty ones', () => {
    expect(of((k, x) => k.concat([x], 1))).toEqual({ shape: [2, 3], numbers: [1, 2, 3, 4, 5, 6] })
    expect(of((k, x) => k.concat([k.fill([0, 3], 0, 'int32'), x], 0))).toEqual({
      shape: [2, 3],
      numbers: [1, 2, 3, 4, 5, 6]
    })
  })
})
