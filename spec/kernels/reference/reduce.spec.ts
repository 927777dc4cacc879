import type { Kernels } from '../../../src/kernels/kernels'
import { referenceKernels } from '../../../src/kernels/reference/referenceKernels'
import type { Shape, Tensor } from '../../../src/kernels/tensor'
import { evaluate } from '../../support/evaluate'

const upTo = (size: number): ReadonlyArray<number> => Array.from({ length: size }, (_, i) => i + 1)

describe('sum', () => {
  const of = (shape: Shape, axes: ReadonlyArray<number>, keepDims: boolean) =>
    evaluate(referenceKernels, (k, make) => k.sum(make(shape, upTo(shape.reduce((a, b) => a * b, 1))), axes, keepDims))

  it('sums columns, rows and all', () => {
    expect(of([2, 3], [0], false)).toEqual({ shape: [3], dtype: 'float32', numbers: [5, 7, 9] })
    expect(of([2, 3], [1], false)).toEqual({ shape: [2], dtype: 'float32', numbers: [6, 15] })
    expect(of([2, 3], [0, 1], false)).toEqual({ shape: [], dtype: 'float32', numbers: [21] })
  })

  it('keeps axes with size 1', () => {
    expect(of([2, 3], [1], true)).toEqual({ shape: [2, 1], dtype: 'float32', numbers: [6, 15] })
  })

  it('sums over axes that are not neighbours', () => {
    // 1 2 | 3 4 || 5 6 | 7 8: over the first and last, 1 + 2 + 5 + 6 and 3 + 4 + 7 + 8.
    expect(of([2, 2, 2], [0, 2], false)).toEqual({ shape: [2], dtype: 'float32', numbers: [14, 22] })
  })

  it('copies where no axis is named, and is 0 of nothing', () => {
    expect(of([2, 1], [], false)).toEqual({ shape: [2, 1], dtype: 'float32', numbers: [1, 2] })
    expect(of([0, 2], [0], false)).toEqual({ shape: [2], dtype: 'float32', numbers: [0, 0] })
    expect(of([2, 0], [0], false)).toEqual({ shape: [0], dtype: 'float32', numbers: [] })
  })

  it('wraps int32', () => {
    const wrapped = evaluate(referenceKernels, (k, make) => k.sum(make([2], [2 ** 31 - 1, 1], 'int32'), [0], false))
    expect(wrapped).toEqual({ shape: [], dtype: 'int32', numbers: [-(2 ** 31)] })
  })
})

describe('mean', () => {
  it('divides by the number of summands', () => {
    const means = evaluate(referenceKernels, (k, make) => k.mean(make([2, 2], [1, 2, 5, 8]), [1], true))
    expect(means).toEqual({ shape: [2, 1], dtype: 'float32', numbers: [1.5, 6.5] })
  })

  it('is NaN of nothing', () => {
    const means = evaluate(referenceKernels, (k, make) => k.mean(make([2, 0], []), [1], false))
    expect(means).toEqual({ shape: [2], dtype: 'float32', numbers: [NaN, NaN] })
  })
})

describe('max', () => {
  it('is the largest, NaN where one is NaN', () => {
    const numbers = [-3, -1, -2, 1, NaN, 2, -Infinity, -Infinity, -Infinity]
    const largest = evaluate(referenceKernels, (k, make) => k.max(make([3, 3], numbers), [1], false))
    expect(largest).toEqual({ shape: [3], dtype: 'float32', numbers: [-1, NaN, -Infinity] })
  })

  it('takes int32', () => {
    const largest = evaluate(referenceKernels, (k, make) => k.max(make([2, 2], [-5, 7, -9, 3], 'int32'), [0], true))
    expect(largest).toEqual({ shape: [1, 2], dtype: 'int32', numbers: [-5, 7] })
  })
})

describe('softmax and logSoftmax', () => {
  const of = (run: (kernels: Kernels, x: Tensor) => Tensor, shape: Shape, numbers: ReadonlyArray<number>) =>
    evaluate(referenceKernels, (k, make) => run(k, make(shape, numbers))).numbers
  const softmax = (kernels: Kernels, x: Tensor): Tensor => kernels.softmax(x)
  const logSoftmax = (kernels: Kernels, x: Tensor): Tensor => kernels.logSoftmax(x)

  it('shares in the ratio of the powers, row by row', () => {
    // exp of 0, log 3 and 0, log 4: 1 to 3 and 1 to 4.
    const [a, b, c, d] = of(softmax, [2, 2], [0, Math.log(3), 0, Math.log(4)])
    expect(a).toBeCloseTo(0.25, 15)
    expect(b).toBeCloseTo(0.75, 15)
    expect(c).toBeCloseTo(0.2, 15)
    expect(d).toBeCloseTo(0.8, 15)
    const [e, f] = of(logSoftmax, [2], [0, Math.log(3)])
    expect(e).toBeCloseTo(-Math.log(4), 15)
    expect(f).toBeCloseTo(Math.log(3) - Math.log(4), 15)
  })

  it('does not overflow', () => {
    expect(of(softmax, [3], [1e4, 1e4, -1e4])).toEqual([0.5, 0.5, 0])
    expect(of(logSoftmax, [3], [1e4, 1e4, -1e4])).toEqual([-Math.LN2, -Math.LN2, -2e4 - Math.LN2])
  })

  it('is 0 and -Infinity for -Infinity beside a number', () => {
    expect(of(softmax, [2], [-Infinity, 5])).toEqual([0, 1])
    expect(of(logSoftmax, [2], [-Infinity, 5])).toEqual([-Infinity, 0])
  })

  // As torch.softmax and torch.log_softmax do.
  it.each([[[Infinity, 1]], [[-Infinity, -Infinity]], [[NaN, 1]]])('is NaN all along the row %p', (row) => {
    expect(of(softmax, [2, 2], [...row, 0, 0])).toEqual([NaN, NaN, 0.5, 0.5])
    expect(of(logSoftmax, [2, 2], [...row, 0, 0])).toEqual([NaN, NaN, -Math.LN2, -Math.LN2])
  })

  it('takes rows of one number and of none', () => {
    expect(of(softmax, [2, 1], [3, -3])).toEqual([1, 1])
    expect(of(logSoftmax, [2, 1], [3, -3])).toEqual([0, 0])
    expect(of(softmax, [2, 0], [])).toEqual([])
  })
})
