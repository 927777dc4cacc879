/** gather, its adjoint scatterAdd, and oneHot. */
import { andThen, gather, type Indices, matmul, oneHot, scatterAdd } from 'gradfold'
import { pipe } from 'fp-ts/function'
import type { Program } from '../support/derivatives'
import { computed } from '../support/computed'
import { applied, appliedToTwo } from '../support/primitiveCase'

describe('gather', () => {
  const table = [
    [1, 2],
    [3, 4],
    [5, 6]
  ]
  const looked = (indices: Indices, axis?: number): Program =>
    applied((tape, x) => (axis === undefined ? gather(tape, x, indices) : gather(tape, x, indices, { axis })))

  it('looks up rows, and adds each slice of g where it came from', () => {
    expect(computed([table], looked([2, 0, 2]), table)).toEqual({
      type: 'float32 [3, 2]',
      value: '[[5, 6], [1, 2], [5, 6]]',
      gradients: ['[[3, 4], [0, 0], [6, 8]]']
    })
  })

  it('looks up columns, counted from the end too', () => {
    const expected = { value: '[[2, 2], [4, 4], [6, 6]]', gradients: ['[[0, 3], [0, 7], [0, 11]]'] }
    expect(computed([table], looked([1, 1], 1), table)).toMatchObject(expected)
    expect(computed([table], looked([1, 1], -1), table)).toMatchObject(expected)
  })

  it('puts the shape of the indices where the axis was', () => {
    expect(computed([table], looked([[0], [1]])).type).toBe('float32 [2, 1, 2]')
    expect(computed([table], looked({ shape: [1, 2], values: [1, 0] }, 1)).type).toBe('float32 [3, 1, 2]')
    expect(computed([table], looked(1), [7, 8])).toEqual({
      type: 'float32 [2]',
      value: '[3, 4]',
      gradients: ['[[0, 0], [7, 8], [0, 0]]']
    })
    expect(computed([table], looked([]))).toEqual({
      type: 'float32 [0, 2]',
      value: '[]',
      gradients: ['[[0, 0], [0, 0], [0, 0]]']
    })
  })

  it('takes indices from the tape, which need no gradient', () => {
    const program = appliedToTwo((tape, x, indices) => gather(tape, x, indices))
    expect(computed([[10, 20], Int32Array.of(1, 1, 0)], program, [1, 2, 4])).toEqual({
      type: 'float32 [3]',
      value: '[20, 20, 10]',
      gradients: ['[4, 3]', 'none']
    })
  })

  it('of int32, bool, and rows without columns', () => {
    expect(computed([Int32Array.of(7, 8)], looked([1]))).toEqual({
      type: 'int32 [1]',
      value: '[8]',
      gradients: ['none']
    })
    expect(computed([[true, false]], looked([1, 0]))).toMatchObject({ value: '[false, true]' })
    expect(computed([{ shape: [2, 0], values: [] }], looked([1, 1, 0]))).toMatchObject({
      type: 'float32 [3, 0]',
      gradients: ['[[], []]']
    })
  })
})

describe('scatterAdd', () => {
  const scattered = (indices: Indices, size: number, axis?: number): Program =>
    applied((tape, x) =>
      axis === undefined ? scatterAdd(tape, x, indices, size) : scatterAdd(tape, x, indices, size, { axis })
    )

  it('adds up what has one index, and gives each g of its place', () => {
    expect(computed([[1, 2, 3]], scattered([0, 2, 0], 3), [10, 20, 30])).toEqual({
      type: 'float32 [3]',
      value: '[4, 0, 2]',
      gradients: ['[10, 30, 10]']
    })
    expect(
      computed(
        [
          [
            [1, 2],
            [3, 4]
          ]
        ],
        scattered([1, 1], 2),
        [
          [1, 2],
          [3, 4]
        ]
      )
    ).toMatchObject({
      value: '[[0, 0], [4, 6]]',
      gradients: ['[[3, 4], [3, 4]]']
    })
  })

  it('along another axis of the result, counted from the end too', () => {
    const upstream = [
      [1, 2, 3],
      [4, 5, 6]
    ]
    const expected = { value: '[[2, 1, 0], [4, 3, 0]]', gradients: ['[[2, 1], [5, 4]]'] }
    expect(
      computed(
        [
          [
            [1, 2],
            [3, 4]
          ]
        ],
        scattered([1, 0], 3, 1),
        upstream
      )
    ).toMatchObject(expected)
    expect(
      computed(
        [
          [
            [1, 2],
            [3, 4]
          ]
        ],
        scattered([1, 0], 3, -1),
        upstream
      )
    ).toMatchObject(expected)
  })

  it('puts an axis in for a single index, and one for several axes of indices', () => {
    expect(computed([[1, 2]], scattered(1, 3)).value).toBe('[[0, 0], [1, 2], [0, 0]]')
    expect(computed([[1, 2]], scattered(1, 3, 1)).value).toBe('[[0, 1, 0], [0, 2, 0]]')
    expect(computed([[1, 2]], scattered(1, 3, -1)).value).toBe('[[0, 1, 0], [0, 2, 0]]')
    expect(
      computed(
        [
          [
            [1, 2],
            [3, 4]
          ]
        ],
        scattered(
          [
            [0, 1],
            [1, 0]
          ],
          2
        )
      ).value
    ).toBe('[5, 5]')
  })

  it('undoes a gather of every row once', () => {
    const order = [2, 0, 1]
    const program = applied((tape, x) =>
      pipe(
        gather(tape, x, order),
        andThen((next, rows) => scatterAdd(next, rows, order, 3))
      )
    )
    expect(computed([[1, 2, 3]], program, [4, 5, 6])).toMatchObject({ value: '[1, 2, 3]', gradients: ['[4, 5, 6]'] })
  })

  it('of nothing is zeros, into no place nothing', () => {
    expect(computed([[]], scattered([], 2))).toEqual({ type: 'float32 [2]', value: '[0, 0]', gradients: ['[]'] })
    expect(computed([[]], scattered([], 0))).toEqual({ type: 'float32 [0]', value: '[]', gradients: ['[]'] })
  })

  it('of int32 wraps modulo 2^32', () => {
    expect(computed([Int32Array.of(2 ** 31 - 1, 2)], scattered([0, 0], 1))).toEqual({
      type: 'int32 [1]',
      value: '[-2147483647]',
      gradients: ['none']
    })
  })
})

describe('oneHot', () => {
  const hot = (depth: number): Program => applied((tape, indices) => oneHot(tape, indices, depth))

  it('has a 1 where the index says, and no gradient', () => {
    const rows = { type: 'float32 [2, 3]', value: '[[0, 0, 1], [1, 0, 0]]' }
    expect(computed([Int32Array.of(2, 0)], hot(3))).toEqual({ ...rows, gradients: ['none'] })
    expect(computed([], (tape) => oneHot(tape, [2, 0], 3))).toEqual({ ...rows, gradients: [] })
  })

  it('of a single index, of a matrix, of nothing, and of one class', () => {
    expect(computed([], (tape) => oneHot(tape, 1, 2))).toMatchObject({ type: 'float32 [2]', value: '[0, 1]' })
    expect(computed([], (tape) => oneHot(tape, [[1], [0]], 2)).value).toBe('[[[0, 1]], [[1, 0]]]')
    expect(computed([], (tape) => oneHot(tape, [], 3)).type).toBe('float32 [0, 3]')
    expect(computed([], (tape) => oneHot(tape, [], 0)).type).toBe('float32 [0, 0]')
    expect(computed([], (tape) => oneHot(tape, [0, 0], 1)).value).toBe('[[1], [1]]')
  })

  it('by a table is a gather', () => {
    const table = [
      [1, 2],
      [3, 4]
    ]
    const picked = applied((tape, x) =>
      pipe(
        oneHot(tape, [1, 0, 1], 2),
        andThen((next, rows) => matmul(next, rows, x))
      )
    )
    const gathered = applied((tape, x) => gather(tape, x, [1, 0, 1]))
    expect(computed([table], picked)).toEqual(computed([table], gathered))
  })
})
