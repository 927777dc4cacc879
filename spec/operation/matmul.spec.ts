import { matmul, type MatmulSettings } from 'gradfold'
import type { Program } from '../support/derivatives'
import { computed } from '../support/computed'
import { applied, appliedToTwo } from '../support/primitiveCase'

const product = (settings?: MatmulSettings): Program => appliedToTwo((tape, x, y) => matmul(tape, x, y, settings))

const x = [
  [1, 2],
  [3, 4]
]
const y = [
  [5, 6],
  [7, 8]
]
const g = [
  [1, 2],
  [3, 4]
]

describe('matmul', () => {
  it('of two matrices: G Y^T to X, and X^T G to Y', () => {
    expect(computed([x, y], product(), g)).toEqual({
      type: 'float32 [2, 2]',
      value: '[[19, 22], [43, 50]]',
      gradients: ['[[17, 23], [39, 53]]', '[[10, 14], [14, 20]]']
    })
  })

  it('of a row by a column, and of a column by a row', () => {
    expect(computed([[[1, 2, 3]], [[4], [5], [6]]], product(), [[2]])).toEqual({
      type: 'float32 [1, 1]',
      value: '[[32]]',
      gradients: ['[[8, 10, 12]]', '[[2], [4], [6]]']
    })
    expect(computed([[[1], [2]], [[3, 4]]], product(), g)).toEqual({
      type: 'float32 [2, 2]',
      value: '[[3, 4], [6, 8]]',
      // [1 * 3 + 2 * 4, 3 * 3 + 4 * 4], and [1 * 1 + 2 * 3, 1 * 2 + 2 * 4].
      gradients: ['[[11], [25]]', '[[7, 10]]']
    })
  })

  // x and y as above, given transposed: the same product, and the gradients transposed.
  const xt = [
    [1, 3],
    [2, 4]
  ]
  const yt = [
    [5, 7],
    [6, 8]
  ]
  it.each([
    ['x', { transposeX: true }, xt, y, '[[17, 39], [23, 53]]', '[[10, 14], [14, 20]]'],
    ['y', { transposeY: true }, x, yt, '[[17, 23], [39, 53]]', '[[10, 14], [14, 20]]'],
    ['both', { transposeX: true, transposeY: true }, xt, yt, '[[17, 39], [23, 53]]', '[[10, 14], [14, 20]]']
  ])('with %s transposed', (_name, settings, left, right, dx, dy) => {
    expect(computed([left, right], product(settings), g)).toEqual({
      type: 'float32 [2, 2]',
      value: '[[19, 22], [43, 50]]',
      gradients: [dx, dy]
    })
  })

  it('of a batch by one matrix, which gets the sum', () => {
    // [1, 2] and [3, 4] by the column [5, 6]; from above 1 and 10.
    expect(
      computed(
        [
          [[[1, 2]], [[3, 4]]],
          [[5], [6]]
        ],
        product(),
        [[[1]], [[10]]]
      )
    ).toEqual({
      type: 'float32 [2, 1, 1]',
      value: '[[[17]], [[39]]]',
      gradients: ['[[[5, 6]], [[50, 60]]]', '[[31], [42]]']
    })
  })

  it('of batches that both stretch', () => {
    const left = { shape: [2, 1, 1, 1], values: [1, 2] }
    const right = { shape: [3, 1, 1], values: [10, 20, 30] }
    expect(computed([left, right], product())).toEqual({
      type: 'float32 [2, 3, 1, 1]',
      value: '[[[[10]], [[20]], [[30]]], [[[20]], [[40]], [[60]]]]',
      gradients: ['[[[[60]]], [[[60]]]]', '[[[3]], [[3]], [[3]]]']
    })
  })

  it('of a matrix by itself: G X^T + X^T G', () => {
    // [[5, 11], [11, 25]] + [[10, 14], [14, 20]].
    const square = applied((tape, a) => matmul(tape, a, a))
    expect(computed([x], square, g)).toMatchObject({
      value: '[[7, 10], [15, 22]]',
      gradients: ['[[15, 25], [25, 45]]']
    })
  })

  it('of a matrix by its own transpose: (G + G^T) X', () => {
    // [[2, 5], [5, 8]] by [[1, 2], [3, 4]].
    const gram = applied((tape, a) => matmul(tape, a, a, { transposeY: true }))
    expect(computed([x], gram, g)).toMatchObject({
      value: '[[5, 11], [11, 25]]',
      gradients: ['[[17, 24], [29, 42]]']
    })
  })

  it('over nothing is 0, and of nothing is nothing', () => {
    const noInner = [
      { shape: [2, 0], values: [] },
      { shape: [0, 3], values: [] }
    ]
    expect(computed(noInner, product())).toEqual({
      type: 'float32 [2, 3]',
      value: '[[0, 0, 0], [0, 0, 0]]',
      gradients: ['[[], []]', '[]']
    })
    const noRows = [{ shape: [0, 2], values: [] }, y]
    expect(computed(noRows, product())).toEqual({
      type: 'float32 [0, 2]',
      value: '[]',
      gradients: ['[]', '[[0, 0], [0, 0]]']
    })
    const noBatch = [{ shape: [0, 1, 2], values: [] }, y]
    expect(computed(noBatch, product()).gradients).toEqual(['[]', '[[0, 0], [0, 0]]'])
  })

  it('of large numbers', () => {
    expect(computed([[[1e4, -1e4]], [[1e4], [100]]], product())).toMatchObject({
      value: '[[99000000]]',
      gradients: ['[[10000, 100]]', '[[10000], [-10000]]']
    })
  })
})
