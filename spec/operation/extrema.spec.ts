/** maximum, minimum and max: who gets the gradient, at ties above all. */
import { max, maximum, minimum } from 'gradfold'
import { computed } from '../support/computed'
import { applied, appliedToTwo } from '../support/primitiveCase'

// PyTorch gives half to each of two that are equal (torch.maximum, torch.minimum).
describe('maximum', () => {
  it('gives g to the larger, half to each where they are equal', () => {
    const found = computed(
      [
        [1, 5, 3],
        [4, 2, 3]
      ],
      appliedToTwo(maximum),
      [1, 2, 3]
    )
    expect(found).toEqual({ type: 'float32 [3]', value: '[4, 5, 3]', gradients: ['[0, 2, 1.5]', '[1, 0, 1.5]'] })
  })

  it('sums over what was repeated', () => {
    // The row 2, 2 beats 1; it ties with 2; of 3 and 4 it gets nothing.
    const found = computed(
      [
        [
          [1, 2],
          [3, 4]
        ],
        [2, 2]
      ],
      appliedToTwo(maximum),
      [
        [1, 2],
        [3, 4]
      ]
    )
    expect(found).toMatchObject({ value: '[[2, 2], [3, 4]]', gradients: ['[[0, 1], [3, 4]]', '[1, 1]'] })
  })

  it('beside 0 is a relu, but for half at the kink', () => {
    const found = computed(
      [[-100, 0, 100]],
      applied((tape, x) => maximum(tape, x, 0))
    )
    expect(found).toMatchObject({ value: '[0, 0, 100]', gradients: ['[0, 0.5, 1]'] })
  })
})

describe('minimum', () => {
  it('gives g to the smaller, half to each where they are equal', () => {
    const found = computed(
      [
        [1, 5, 3],
        [4, 2, 3]
      ],
      appliedToTwo(minimum),
      [1, 2, 3]
    )
    expect(found).toEqual({ type: 'float32 [3]', value: '[1, 2, 3]', gradients: ['[1, 0, 1.5]', '[0, 2, 1.5]'] })
  })

  it('takes a number on the left', () => {
    const found = computed(
      [[-1e4, 6, 1e4]],
      applied((tape, x) => minimum(tape, 6, x))
    )
    expect(found).toMatchObject({ value: '[-10000, 6, 6]', gradients: ['[1, 0.5, 0]'] })
  })
})

describe.each([
  ['maximum', maximum],
  ['minimum', minimum]
] as const)('%s', (_name, operation) => {
  it('of NaN and a number is NaN, which neither of them lost to: both get g, as in PyTorch', () => {
    const found = computed(
      [
        [NaN, 1],
        [1, NaN]
      ],
      appliedToTwo(operation),
      [2, 3]
    )
    expect(found).toMatchObject({ value: '[NaN, NaN]', gradients: ['[2, 3]', '[2, 3]'] })
  })

  it('of a variable and itself gives it all of g', () => {
    const found = computed(
      [[1, -2]],
      applied((tape, x) => operation(tape, x, x)),
      [3, 4]
    )
    expect(found).toMatchObject({ value: '[1, -2]', gradients: ['[3, 4]'] })
  })

  it('of int32 is int32, of nothing nothing', () => {
    const found = computed([Int32Array.of(1, 5), Int32Array.of(1, 5)], appliedToTwo(operation))
    expect(found).toEqual({ type: 'int32 [2]', value: '[1, 5]', gradients: ['none', 'none'] })
    expect(computed([{ shape: [0, 1], values: [] }, [1, 2]], appliedToTwo(operation))).toMatchObject({
      type: 'float32 [0, 2]',
      gradients: ['[]', '[0, 0]']
    })
  })
})

// PyTorch's amax shares g equally between all that are largest.
describe('max', () => {
  const matrix = [
    [1, 5, 5],
    [7, 2, 7]
  ]

  it('over the columns shares g between the largest of each row', () => {
    const found = computed(
      [matrix],
      applied((tape, x) => max(tape, x, { axis: 1 })),
      [1, 3]
    )
    expect(found).toEqual({ type: 'float32 [2]', value: '[5, 7]', gradients: ['[[0, 0.5, 0.5], [1.5, 0, 1.5]]'] })
  })

  it('over the rows, which keep an axis of size 1', () => {
    const found = computed(
      [matrix],
      applied((tape, x) => max(tape, x, { axis: -2, keepDims: true })),
      [[1, 2, 3]]
    )
    expect(found).toEqual({ type: 'float32 [1, 3]', value: '[[7, 5, 7]]', gradients: ['[[0, 2, 0], [1, 0, 3]]'] })
  })

  it('over all axes, by default or by name in any order', () => {
    const expected = { type: 'float32 []', value: '7', gradients: ['[[0, 0, 0], [0.5, 0, 0.5]]'] }
    expect(computed([matrix], applied(max))).toEqual(expected)
    expect(
      computed(
        [matrix],
        applied((tape, x) => max(tape, x, { axis: [1, 0] }))
      )
    ).toEqual(expected)
  })

  it('over no axis is x itself', () => {
    const found = computed(
      [[1, -1]],
      applied((tape, x) => max(tape, x, { axis: [] })),
      [2, 3]
    )
    expect(found).toEqual({ type: 'float32 [2]', value: '[1, -1]', gradients: ['[2, 3]'] })
    expect(computed([4], applied(max))).toEqual({ type: 'float32 []', value: '4', gradients: ['1'] })
  })

  it('of infinities and NaN', () => {
    expect(computed([[-Infinity, -Infinity]], applied(max))).toMatchObject({
      value: '-Infinity',
      gradients: ['[0.5, 0.5]']
    })
    // NaN equals nothing, itself included: nobody is the largest, and 0 / 0 of g is NaN, as in PyTorch.
    expect(computed([[1, NaN]], applied(max))).toMatchObject({ value: 'NaN', gradients: ['[NaN, NaN]'] })
  })

  it('of rows that are not there is nothing', () => {
    const empty = { shape: [0, 3], values: [] }
    expect(
      computed(
        [empty],
        applied((tape, x) => max(tape, x, { axis: 1 }))
      )
    ).toEqual({
      type: 'float32 [0]',
      value: '[]',
      gradients: ['[]']
    })
  })

  it('of int32', () => {
    const x = { shape: [2, 2], values: Int32Array.of(-(2 ** 31), 2 ** 24 + 1, 2 ** 24, 3) }
    expect(
      computed(
        [x],
        applied((tape, y) => max(tape, y, { axis: 0 }))
      )
    ).toEqual({
      type: 'int32 [2]',
      value: '[16777216, 16777217]',
      gradients: ['none']
    })
  })
})
