/** transpose, reshape, broadcast, slice, pad and concat: the gradient goes back where the numbers came from. */
import { broadcast, concat, pad, reshape, type Shape, slice, transpose } from 'gradfold'
import type { Program } from '../support/derivatives'
import { computed } from '../support/computed'
import { applied } from '../support/primitiveCase'

const matrix = [
  [1, 2, 3],
  [4, 5, 6]
]
const cube = { shape: [1, 2, 3], values: [1, 2, 3, 4, 5, 6] }
const none = { shape: [2, 0], values: [] }

describe('transpose', () => {
  it('reverses the axes, and the gradient back', () => {
    expect(
      computed([matrix], applied(transpose), [
        [1, 2],
        [3, 4],
        [5, 6]
      ])
    ).toEqual({
      type: 'float32 [3, 2]',
      value: '[[1, 4], [2, 5], [3, 6]]',
      gradients: ['[[1, 3, 5], [2, 4, 6]]']
    })
  })

  it('puts axis permutation[i] at place i', () => {
    const turned = applied((tape, x) => transpose(tape, x, { permutation: [2, 0, 1] }))
    // Turned back by [1, 2, 0], which is not [2, 0, 1].
    expect(computed([cube], turned, { shape: [3, 1, 2], values: [1, 2, 3, 4, 5, 6] })).toEqual({
      type: 'float32 [3, 1, 2]',
      value: '[[[1, 4]], [[2, 5]], [[3, 6]]]',
      gradients: ['[[[1, 3, 5], [2, 4, 6]]]']
    })
  })

  it('of a scalar, a vector, nothing, int32 and bool', () => {
    expect(computed([7], applied(transpose))).toEqual({ type: 'float32 []', value: '7', gradients: ['1'] })
    expect(computed([[1, 2]], applied(transpose))).toMatchObject({ value: '[1, 2]' })
    expect(computed([none], applied(transpose))).toMatchObject({ type: 'float32 [0, 2]', value: '[]' })
    const whole = { shape: [1, 2], values: Int32Array.of(1, 2) }
    expect(computed([whole], applied(transpose))).toMatchObject({ type: 'int32 [2, 1]', gradients: ['none'] })
    expect(computed([[[true, false]]], applied(transpose))).toMatchObject({ value: '[[true], [false]]' })
  })
})

describe('reshape', () => {
  const to = (shape: Shape): Program => applied((tape, x) => reshape(tape, x, shape))

  it('keeps the numbers row by row; -1 is what is left', () => {
    const expected = {
      type: 'float32 [3, 2]',
      value: '[[1, 2], [3, 4], [5, 6]]',
      gradients: ['[[1, 2, 3], [4, 5, 6]]']
    }
    const upstream = [
      [1, 2],
      [3, 4],
      [5, 6]
    ]
    expect(computed([matrix], to([3, 2]), upstream)).toEqual(expected)
    expect(computed([matrix], to([-1, 2]), upstream)).toEqual(expected)
    expect(computed([matrix], to([3, -1]), upstream)).toEqual(expected)
  })

  it('adds axes of size 1, takes them away, and makes a scalar', () => {
    expect(computed([matrix], to([1, 2, 3, 1])).type).toBe('float32 [1, 2, 3, 1]')
    expect(computed([[[5]]], to([]))).toEqual({ type: 'float32 []', value: '5', gradients: ['[[1]]'] })
    expect(computed([5], to([-1]))).toEqual({ type: 'float32 [1]', value: '[5]', gradients: ['1'] })
  })

  it('of nothing', () => {
    expect(computed([none], to([0, 5]))).toMatchObject({ type: 'float32 [0, 5]', gradients: ['[[], []]'] })
    expect(computed([none], to([2, -1]))).toMatchObject({ type: 'float32 [2, 0]' })
  })
})

describe('broadcast', () => {
  const to = (shape: Shape): Program => applied((tape, x) => broadcast(tape, x, shape))

  it('repeats, and sums what comes back', () => {
    expect(
      computed([[1, 2]], to([2, 2]), [
        [1, 2],
        [3, 4]
      ])
    ).toEqual({
      type: 'float32 [2, 2]',
      value: '[[1, 2], [1, 2]]',
      gradients: ['[4, 6]']
    })
    expect(computed([[[1], [2]]], to([2, 3]), matrix)).toEqual({
      type: 'float32 [2, 3]',
      value: '[[1, 1, 1], [2, 2, 2]]',
      gradients: ['[[6], [15]]']
    })
    expect(computed([3], to([2, 3]), matrix)).toMatchObject({ value: '[[3, 3, 3], [3, 3, 3]]', gradients: ['21'] })
  })

  it('to its own shape, and to nothing', () => {
    expect(computed([[1, 2]], to([2]), [3, 4])).toMatchObject({ value: '[1, 2]', gradients: ['[3, 4]'] })
    // Repeated no times: no number depends on it.
    expect(computed([[[1], [2]]], to([2, 0]))).toEqual({
      type: 'float32 [2, 0]',
      value: '[[], []]',
      gradients: ['[[0], [0]]']
    })
    expect(computed([[true]], to([2])).value).toBe('[true, true]')
  })
})

describe('slice', () => {
  const block = (begin: ReadonlyArray<number>, size: ReadonlyArray<number>): Program =>
    applied((tape, x) => slice(tape, x, begin, size))

  it('cuts a block, and puts zeros around its gradient', () => {
    expect(
      computed([matrix], block([0, 1], [2, 2]), [
        [1, 2],
        [3, 4]
      ])
    ).toEqual({
      type: 'float32 [2, 2]',
      value: '[[2, 3], [5, 6]]',
      gradients: ['[[0, 1, 2], [0, 3, 4]]']
    })
  })

  it('takes axes left out whole, and -1 to the end', () => {
    const row = { type: 'float32 [1, 3]', value: '[[4, 5, 6]]', gradients: ['[[0, 0, 0], [1, 1, 1]]'] }
    expect(computed([matrix], block([1], [1]))).toEqual(row)
    expect(computed([matrix], block([1], [-1]))).toEqual(row)
    expect(computed([matrix], block([1, 0], [1]))).toEqual(row)
    expect(computed([matrix], block([], []))).toMatchObject({ value: '[[1, 2, 3], [4, 5, 6]]' })
    expect(computed([7], block([], []))).toMatchObject({ type: 'float32 []', value: '7', gradients: ['1'] })
  })

  it('of size 0, at the end too', () => {
    const gradients = ['[[0, 0, 0], [0, 0, 0]]']
    expect(computed([matrix], block([2], [0]))).toEqual({ type: 'float32 [0, 3]', value: '[]', gradients })
    expect(computed([matrix], block([2], [-1]))).toEqual({ type: 'float32 [0, 3]', value: '[]', gradients })
    expect(computed([none], block([0, 0], [1, 0]))).toMatchObject({ type: 'float32 [1, 0]', gradients: ['[[], []]'] })
  })

  it('of int32', () => {
    expect(computed([Int32Array.of(1, 2, 3)], block([1], [2]))).toEqual({
      type: 'int32 [2]',
      value: '[2, 3]',
      gradients: ['none']
    })
  })
})

describe('pad', () => {
  it('puts zeros around, whose gradient is lost', () => {
    const padded = applied((tape, x) => pad(tape, x, [1, 0], [0, 2]))
    expect(
      computed([[[7]]], padded, [
        [1, 2, 3],
        [4, 5, 6]
      ])
    ).toEqual({
      type: 'float32 [2, 3]',
      value: '[[0, 0, 0], [7, 0, 0]]',
      gradients: ['[[4]]']
    })
  })

  it('of nothing is zeros, of bools false', () => {
    const padded = applied((tape, x) => pad(tape, x, [1], [1]))
    expect(computed([[]], padded)).toEqual({ type: 'float32 [2]', value: '[0, 0]', gradients: ['[]'] })
    expect(computed([[true]], padded)).toMatchObject({ type: 'bool [3]', value: '[false, true, false]' })
    expect(
      computed(
        [7],
        applied((tape, x) => pad(tape, x, [], []))
      )
    ).toMatchObject({ value: '7', gradients: ['1'] })
  })
})

describe('concat', () => {
  const joined =
    (axis?: number): Program =>
    (tape, inputs) =>
      axis === undefined ? concat(tape, inputs) : concat(tape, inputs, { axis })

  it('along the first axis by default, and gives each its part', () => {
    expect(
      computed(
        [
          [[1, 2]],
          [
            [3, 4],
            [5, 6]
          ]
        ],
        joined(),
        [
          [1, 2],
          [3, 4],
          [5, 6]
        ]
      )
    ).toEqual({
      type: 'float32 [3, 2]',
      value: '[[1, 2], [3, 4], [5, 6]]',
      gradients: ['[[1, 2]]', '[[3, 4], [5, 6]]']
    })
  })

  it('along another axis, counted from the end too', () => {
    const expected = { value: '[[1, 3, 4], [2, 5, 6]]', gradients: ['[[1], [4]]', '[[2, 3], [5, 6]]'] }
    expect(
      computed(
        [
          [[1], [2]],
          [
            [3, 4],
            [5, 6]
          ]
        ],
        joined(1),
        matrix
      )
    ).toMatchObject(expected)
    expect(
      computed(
        [
          [[1], [2]],
          [
            [3, 4],
            [5, 6]
          ]
        ],
        joined(-1),
        matrix
      )
    ).toMatchObject(expected)
  })

  it('of one variable several times gives it the sum of its parts', () => {
    const thrice = applied((tape, x) => concat(tape, [x, x, x]))
    expect(computed([[1, 2]], thrice, [1, 2, 3, 4, 5, 6])).toMatchObject({
      value: '[1, 2, 1, 2, 1, 2]',
      gradients: ['[9, 12]']
    })
  })

  it('of one, of empty ones among others, and of nothing', () => {
    expect(computed([[1, 2]], joined(), [3, 4])).toMatchObject({ value: '[1, 2]', gradients: ['[3, 4]'] })
    expect(computed([[], [1], []], joined(), [5])).toMatchObject({ value: '[1]', gradients: ['[]', '[5]', '[]'] })
    expect(computed([none, none], joined(1))).toMatchObject({ type: 'float32 [2, 0]' })
  })

  it('of int32', () => {
    expect(computed([Int32Array.of(1), Int32Array.of(2)], joined())).toEqual({
      type: 'int32 [2]',
      value: '[1, 2]',
      gradients: ['none', 'none']
    })
  })
})
