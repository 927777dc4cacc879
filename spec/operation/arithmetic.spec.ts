/** add, sub, mul and div: values and gradients worked by hand. */
import {
  add,
  div,
  type Input,
  mul,
  type Operand,
  type Result,
  sub,
  type Tape,
  type Traced,
  type Variable
} from 'gradfold'
import { computed } from '../support/computed'
import { applied, appliedToTwo } from '../support/primitiveCase'

type Arithmetic = (tape: Tape, x: Operand, y: Operand) => Result<Traced<Variable>>

/** The operation, its value, and the gradients to x and y. */
type Row = readonly [Arithmetic, value: string, dx: string, dy: string]

const matrix = [
  [1, 2],
  [3, 4]
]

const check = (x: Input, y: Input, upstream: Input, [operation, value, dx, dy]: Row): void =>
  expect(computed([x, y], appliedToTwo(operation), upstream)).toMatchObject({ value, gradients: [dx, dy] })

describe('of two tensors of one shape', () => {
  it.each<Row>([
    [add, '[11, 22]', '[1, 2]', '[1, 2]'],
    [sub, '[-9, -18]', '[1, 2]', '[-1, -2]'],
    [mul, '[10, 40]', '[10, 40]', '[1, 4]'],
    // g / y, and -g x / y^2.
    [div, '[0.1, 0.1]', '[0.1, 0.1]', '[-0.01, -0.01]']
  ])('%p gives %s', (...row) => check([1, 2], [10, 20], [1, 2], row))
})

describe('of a matrix and a row, which is repeated and gets the sum over the columns', () => {
  it.each<Row>([
    [add, '[[3, 6], [5, 8]]', '[[1, 2], [3, 4]]', '[4, 6]'],
    [sub, '[[-1, -2], [1, 0]]', '[[1, 2], [3, 4]]', '[-4, -6]'],
    // dy = [1 * 1 + 3 * 3, 2 * 2 + 4 * 4].
    [mul, '[[2, 8], [6, 16]]', '[[2, 8], [6, 16]]', '[10, 20]'],
    // dy = -[(1 * 1 + 3 * 3) / 4, (2 * 2 + 4 * 4) / 16].
    [div, '[[0.5, 0.5], [1.5, 1]]', '[[0.5, 0.5], [1.5, 1]]', '[-2.5, -1.25]']
  ])('%p gives %s', (...row) => check(matrix, [2, 4], matrix, row))
})

describe('of a column and a row, both repeated', () => {
  it.each<Row>([
    [add, '[[3, 5], [4, 6]]', '[[3], [7]]', '[4, 6]'],
    [sub, '[[-1, -3], [0, -2]]', '[[3], [7]]', '[-4, -6]'],
    // dx = [1 * 2 + 2 * 4, 3 * 2 + 4 * 4], dy = [1 * 1 + 3 * 2, 2 * 1 + 4 * 2].
    [mul, '[[2, 4], [4, 8]]', '[[10], [22]]', '[7, 10]'],
    // dx = [1 / 2 + 2 / 4, 3 / 2 + 4 / 4], dy = -[(1 + 6) / 4, (2 + 8) / 16].
    [div, '[[0.5, 0.25], [1, 0.5]]', '[[1], [2.5]]', '[-1.75, -0.625]']
  ])('%p gives %s', (...row) => check([[1], [2]], [2, 4], matrix, row))
})

describe('of a number on the right or on the left, which needs no gradient', () => {
  it.each<[string, Arithmetic, right: string, dRight: string, left: string, dLeft: string]>([
    ['add', add, '[12, 14]', '[1, 1]', '[12, 14]', '[1, 1]'],
    ['sub', sub, '[-8, -6]', '[1, 1]', '[8, 6]', '[-1, -1]'],
    ['mul', mul, '[20, 40]', '[10, 10]', '[20, 40]', '[10, 10]'],
    // 10 / x has the slope -10 / x^2.
    ['div', div, '[0.2, 0.4]', '[0.1, 0.1]', '[5, 2.5]', '[-2.5, -0.625]']
  ])('%s', (_name, operation, right, dRight, left, dLeft) => {
    const onRight = computed(
      [[2, 4]],
      applied((tape, x) => operation(tape, x, 10))
    )
    const onLeft = computed(
      [[2, 4]],
      applied((tape, x) => operation(tape, 10, x))
    )
    expect(onRight).toEqual({ type: 'float32 [2]', value: right, gradients: [dRight] })
    expect(onLeft).toEqual({ type: 'float32 [2]', value: left, gradients: [dLeft] })
    expect(computed([], (tape) => operation(tape, 6, 3))).toMatchObject({ type: 'float32 []', gradients: [] })
  })
})

describe('of one variable given twice, whose two gradients add up', () => {
  it.each<[string, Arithmetic, value: string, gradient: string]>([
    ['add', add, '[4, 6]', '[2, 4]'],
    ['sub', sub, '[0, 0]', '[0, 0]'],
    ['mul', mul, '[4, 9]', '[4, 12]'],
    ['div', div, '[1, 1]', '[0, 0]']
  ])('%s', (_name, operation, value, gradient) => {
    const twice = computed(
      [[2, 3]],
      applied((tape, x) => operation(tape, x, x)),
      [1, 2]
    )
    expect(twice).toMatchObject({ value, gradients: [gradient] })
  })
})

describe('of int32', () => {
  it.each<[string, Arithmetic, two: string, number: string]>([
    ['add', add, '[4, -5, -2147483648]', '[10, -4, -2147483646]'],
    ['sub', sub, '[10, -9, 2147483646]', '[4, -10, 2147483644]'],
    // Modulo 2^32: 2^31 - 1 times 3 is 3 * 2^31 - 3, which is 2^31 - 3.
    ['mul', mul, '[-21, -14, 2147483647]', '[21, -21, 2147483645]']
  ])('%s wraps modulo 2^32, and no gradient flows', (_name, operation, two, number) => {
    const x = Int32Array.of(7, -7, 2147483647)
    expect(computed([x, Int32Array.of(-3, 2, 1)], appliedToTwo(operation))).toEqual({
      type: 'int32 [3]',
      value: two,
      gradients: ['none', 'none']
    })
    const beside = computed(
      [x],
      applied((tape, y) => operation(tape, y, 3))
    )
    expect(beside).toEqual({ type: 'int32 [3]', value: number, gradients: ['none'] })
  })
})

describe('at the ends', () => {
  it('division by 0 is infinite or NaN, and so are its slopes', () => {
    expect(
      computed(
        [
          [1, -1, 0],
          [0, 0, 0]
        ],
        appliedToTwo(div)
      )
    ).toMatchObject({
      value: '[Infinity, -Infinity, NaN]',
      gradients: ['[Infinity, Infinity, Infinity]', '[-Infinity, Infinity, NaN]']
    })
  })

  it('large and small numbers keep their size', () => {
    expect(
      computed(
        [
          [100, -1e4],
          [1e4, 1e-4]
        ],
        appliedToTwo(mul)
      )
    ).toMatchObject({
      value: '[1000000, -1]',
      gradients: ['[10000, 0.0001]', '[100, -10000]']
    })
  })

  it.each<[string, Arithmetic]>(Object.entries({ add, sub, mul, div }))(
    '%s of nothing is nothing',
    (_name, operation) => {
      const empty = { shape: [2, 0], values: [] }
      // A column of two is repeated no times, and nothing adds up to 0.
      expect(computed([empty, [[1], [2]]], appliedToTwo(operation))).toEqual({
        type: 'float32 [2, 0]',
        value: '[[], []]',
        gradients: ['[[], []]', '[[0], [0]]']
      })
    }
  )

  it.each<[string, Arithmetic]>(Object.entries({ add, sub, mul, div }))('%s of single numbers', (_name, operation) => {
    expect(computed([[[1]], 2], appliedToTwo(operation)).type).toBe('float32 [1, 1]')
    expect(computed([1, 2], appliedToTwo(operation)).type).toBe('float32 []')
  })
})
