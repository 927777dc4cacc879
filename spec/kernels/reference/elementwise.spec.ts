import type { Kernels } from '../../../src/kernels/kernels'
import { referenceKernels } from '../../../src/kernels/reference/referenceKernels'
import type { Tensor } from '../../../src/kernels/tensor'
import { evaluate } from '../../support/evaluate'

describe('broadcasting', () => {
  it('adds a row to every row', () => {
    expect(
      evaluate(referenceKernels, (k, make) => k.add(make([2, 3], [1, 2, 3, 4, 5, 6]), make([3], [10, 20, 30])))
    ).toEqual({
      shape: [2, 3],
      dtype: 'float32',
      numbers: [11, 22, 33, 14, 25, 36]
    })
  })

  it('stretches both sides: a column minus a row', () => {
    expect(evaluate(referenceKernels, (k, make) => k.sub(make([2, 1], [10, 20]), make([1, 3], [1, 2, 3])))).toEqual({
      shape: [2, 3],
      dtype: 'float32',
      numbers: [9, 8, 7, 19, 18, 17]
    })
  })

  it('stretches 1 to 0', () => {
    expect(evaluate(referenceKernels, (k, make) => k.mul(make([0, 1], []), make([1, 4], [1, 2, 3, 4])))).toEqual({
      shape: [0, 4],
      dtype: 'float32',
      numbers: []
    })
  })

  it('selects with all three stretched', () => {
    const selected = evaluate(referenceKernels, (k, make) =>
      k.select(make([2, 1], [1, 0], 'bool'), make([3], [1, 2, 3], 'int32'), make([], [9], 'int32'))
    )
    expect(selected).toEqual({ shape: [2, 3], dtype: 'int32', numbers: [1, 2, 3, 9, 9, 9] })
  })
})

describe('operations of one tensor', () => {
  const of = (numbers: ReadonlyArray<number>, run: (kernels: Kernels, x: Tensor) => Tensor): ReadonlyArray<number> =>
    evaluate(referenceKernels, (k, make) => run(k, make([numbers.length], numbers))).numbers

  it('has the values of the functions', () => {
    expect(of([1, -2, 0], (k, x) => k.neg(x))).toEqual([-1, 2, -0])
    expect(of([0, 1, -Infinity], (k, x) => k.exp(x))).toEqual([1, Math.E, 0])
    expect(of([1, Math.E, 0, -1], (k, x) => k.log(x))).toEqual([0, 1, -Infinity, NaN])
    expect(of([4, 0, -1], (k, x) => k.sqrt(x))).toEqual([2, 0, NaN])
    expect(of([3, -1e4], (k, x) => k.square(x))).toEqual([9, 1e8])
    expect(of([-3, 3], (k, x) => k.abs(x))).toEqual([3, 3])
    expect(of([-3, 0, 3, NaN], (k, x) => k.sign(x))).toEqual([-1, 0, 1, NaN])
    expect(of([-3, 3, NaN], (k, x) => k.relu(x))).toEqual([0, 3, NaN])
    expect(of([0, Math.log(2), 1e4], (k, x) => k.tanh(x))).toEqual([0, 0.6, 1])
    expect(of([0, 1e4, -1e4], (k, x) => k.sigmoid(x))).toEqual([0.5, 1, 0])
  })
})

describe('operations of two tensors', () => {
  const of = (run: (kernels: Kernels, x: Tensor, y: Tensor) => Tensor): ReadonlyArray<number> =>
    evaluate(referenceKernels, (k, make) => run(k, make([4], [1, 2, 3, NaN]), make([4], [2, 2, 2, 2]))).numbers

  it('has the values of the functions, and NaN beside NaN', () => {
    expect(of((k, x, y) => k.add(x, y))).toEqual([3, 4, 5, NaN])
    expect(of((k, x, y) => k.sub(x, y))).toEqual([-1, 0, 1, NaN])
    expect(of((k, x, y) => k.mul(x, y))).toEqual([2, 4, 6, NaN])
    expect(of((k, x, y) => k.div(x, y))).toEqual([0.5, 1, 1.5, NaN])
    expect(of((k, x, y) => k.maximum(x, y))).toEqual([2, 2, 3, NaN])
    expect(of((k, x, y) => k.maximum(y, x))).toEqual([2, 2, 3, NaN])
    expect(of((k, x, y) => k.minimum(x, y))).toEqual([1, 2, 2, NaN])
    expect(of((k, x, y) => k.minimum(y, x))).toEqual([1, 2, 2, NaN])
    expect(of((k, x, y) => k.reluGradient(y, x))).toEqual([2, 2, 2, NaN])
  })

  it('is not equal to NaN in any comparison', () => {
    expect(of((k, x, y) => k.equal(x, y))).toEqual([0, 1, 0, 0])
    expect(of((k, x, y) => k.notEqual(x, y))).toEqual([1, 0, 1, 1])
    expect(of((k, x, y) => k.less(x, y))).toEqual([1, 0, 0, 0])
    expect(of((k, x, y) => k.lessEqual(x, y))).toEqual([1, 1, 0, 0])
    expect(of((k, x, y) => k.greater(x, y))).toEqual([0, 0, 1, 0])
    expect(of((k, x, y) => k.greaterEqual(x, y))).toEqual([0, 1, 1, 0])
    expect(of((k, x) => k.notEqual(x, x))).toEqual([0, 0, 0, 1])
  })

  it('answers comparisons in bool', () => {
    expect(evaluate(referenceKernels, (k, make) => k.less(make([], [1], 'int32'), make([], [2], 'int32')))).toEqual({
      shape: [],
      dtype: 'bool',
      numbers: [1]
    })
  })
})

describe('int32', () => {
  it('wraps in every operation that can overflow', () => {
    const least = -(2 ** 31)
    const of = (run: (kernels: Kernels, least: Tensor, two: Tensor) => Tensor): ReadonlyArray<number> =>
      evaluate(referenceKernels, (k, make) => run(k, make([], [least], 'int32'), make([], [2], 'int32'))).numbers
    expect(of((k, x, y) => k.sub(x, y))).toEqual([2 ** 31 - 2])
    expect(of((k, x) => k.add(x, x))).toEqual([0])
    expect(of((k, x, y) => k.mul(x, y))).toEqual([0])
    expect(of((k, x) => k.neg(x))).toEqual([least])
    expect(of((k, x) => k.abs(x))).toEqual([least])
    expect(of((k, x) => k.square(x))).toEqual([0])
  })
})

describe('cast', () => {
  it('truncates to int32 towards 0', () => {
    expect(evaluate(referenceKernels, (k, make) => k.cast(make([4], [1.9, -1.9, 0, -0.5]), 'int32'))).toEqual({
      shape: [4],
      dtype: 'int32',
      numbers: [1, -1, 0, 0]
    })
  })

  it('is true in bool for all but 0', () => {
    expect(evaluate(referenceKernels, (k, make) => k.cast(make([4], [0, 0.1, -9, NaN]), 'bool'))).toEqual({
      shape: [4],
      dtype: 'bool',
      numbers: [0, 1, 1, 1]
    })
  })

  it('is 0 and 1 from bool', () => {
    const truth = evaluate(referenceKernels, (k, make) => k.cast(make([2], [0, 1], 'bool'), 'float32'))
    expect(truth).toEqual({ shape: [2], dtype: 'float32', numbers: [0, 1] })
  })
})
