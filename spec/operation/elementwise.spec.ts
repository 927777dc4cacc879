/**
 * Operations on one tensor, element by element: values and slopes from identities, at 0, at kinks, and far out.
 */
import {
  abs,
  cast,
  erf,
  exp,
  expm1,
  type Input,
  log,
  neg,
  relu,
  type Result,
  sigmoid,
  softplus,
  sign,
  sqrt,
  square,
  type Tape,
  tanh,
  type Traced,
  type Variable
} from 'gradfold'
import { computed, text } from '../support/computed'
import { applied, appliedToTwo } from '../support/primitiveCase'
import { reluGradientPrimitive } from '../../src/operation/reluGradient'
import { NONE } from '../../src/operation/operand'
import { record } from '../../src/tape/record'

type Unary = (tape: Tape, x: Variable) => Result<Traced<Variable>>

/** x, f(x) and f'(x). */
type Point = readonly [x: number, y: number, slope: number]

const { E, LN2, SQRT2 } = Math
/** tanh 1 = (e^2 - 1) / (e^2 + 1), and tanh' = 1 - tanh^2. */
const tanhOfOne = (E ** 2 - 1) / (E ** 2 + 1)
/** sigmoid 2 = 1 / (1 + e^-2), and sigmoid' = sigmoid (1 - sigmoid). */
const sigmoidOfTwo = 1 / (1 + E ** -2)
const slopeAtTwo = sigmoidOfTwo * (1 - sigmoidOfTwo)

const tables: Readonly<Record<string, readonly [Unary, ReadonlyArray<Point>]>> = {
  neg: [
    neg,
    [
      [1, -1, -1],
      [-2, 2, -1],
      [0, 0, -1],
      [1e4, -1e4, -1]
    ]
  ],
  exp: [
    exp,
    [
      [0, 1, 1],
      [1, E, E],
      [-1, 1 / E, 1 / E],
      [-1e4, 0, 0],
      [1e4, Infinity, Infinity]
    ]
  ],
  log: [
    log,
    [
      [1, 0, 1],
      [E, 1, 1 / E],
      [0.5, -LN2, 2],
      [1e4, 4 * Math.LN10, 1e-4],
      [0, -Infinity, Infinity],
      [-1, NaN, -1]
    ]
  ],
  sqrt: [
    sqrt,
    [
      [4, 2, 0.25],
      [2, SQRT2, SQRT2 / 4],
      [1e4, 100, 0.005],
      [0, 0, Infinity],
      [-1, NaN, NaN]
    ]
  ],
  square: [
    square,
    [
      [3, 9, 6],
      [-4, 16, -8],
      [0, 0, 0],
      [100, 1e4, 200],
      [-1e4, 1e8, -2e4]
    ]
  ],
  // At the kink 0, as PyTorch has it.
  abs: [
    abs,
    [
      [-3, 3, -1],
      [0, 0, 0],
      [4, 4, 1],
      [-100, 100, -1],
      [1e4, 1e4, 1]
    ]
  ],
  sign: [
    sign,
    [
      [-3, -1, 0],
      [0, 0, 0],
      [4, 1, 0],
      [1e4, 1, 0],
      [NaN, NaN, 0]
    ]
  ],
  // At the kink 0, as PyTorch has it; at NaN, which PyTorch lets the gradient pass by, NaN: it is never lost.
  relu: [
    relu,
    [
      [-3, 0, 0],
      [0, 0, 0],
      [4, 4, 1],
      [100, 100, 1],
      [-1e4, 0, 0],
      [NaN, NaN, NaN]
    ]
  ],
  sigmoid: [
    sigmoid,
    [
      [0, 0.5, 0.25],
      [2, sigmoidOfTwo, slopeAtTwo],
      [-2, 1 - sigmoidOfTwo, slopeAtTwo],
      [100, 1, 0],
      [1e4, 1, 0],
      [-1e4, 0, 0]
    ]
  ],
  expm1: [
    expm1,
    [
      [0, 0, 1],
      [1, E - 1, E],
      [-1, 1 / E - 1, 1 / E],
      [1e-6, 1.0000005000001667e-6, 1.0000010000005],
      [-1e4, -1, 0],
      [1e4, Infinity, Infinity]
    ]
  ],
  softplus: [
    softplus,
    [
      [0, LN2, 0.5],
      [2, 2 + Math.log1p(E ** -2), sigmoidOfTwo],
      [-2, Math.log1p(E ** -2), 1 - sigmoidOfTwo],
      [-1e4, 0, 0],
      [1e4, 1e4, 1]
    ]
  ],
  // erf 1 and erf 0.5: NIST Digital Library of Mathematical Functions, table 7.24 (Abramowitz and Stegun, table 7.1).
  erf: [
    erf,
    [
      [0, 0, 2 / Math.sqrt(Math.PI)],
      [1, 0.8427007929497149, 2 / Math.sqrt(Math.PI) / E],
      [-0.5, -0.5204998778130465, (2 / Math.sqrt(Math.PI)) * E ** -0.25],
      [100, 1, 0],
      [-1e4, -1, 0]
    ]
  ],
  tanh: [
    tanh,
    [
      [0, 0, 1],
      [1, tanhOfOne, 1 - tanhOfOne ** 2],
      [-1, -tanhOfOne, 1 - tanhOfOne ** 2],
      [100, 1, 0],
      [-1e4, -1, 0]
    ]
  ]
}

describe.each(Object.entries(tables))('%s', (_name, [operation, points]) => {
  const xs = points.map(([x]) => x)
  const ys = points.map(([, y]) => y)
  const slopes = points.map(([, , slope]) => slope)

  it('has these values and slopes', () => {
    expect(computed([xs], applied(operation))).toEqual({
      type: `float32 [${points.length}]`,
      value: text(ys),
      gradients: [text(slopes)]
    })
  })

  it('multiplies the slope with what comes from above', () => {
    const finite = points.filter((point) => point.every(Number.isFinite))
    const upstream = finite.map((_, i) => i - 1.5)
    const { gradients } = computed([finite.map(([x]) => x)], applied(operation), upstream)
    expect(gradients).toEqual([text(finite.map(([, , slope], i) => slope * (i - 1.5)))])
  })

  it.each([[[0]], [[2, 0, 3]], [[]], [[1, 1]]])('keeps the shape [%p]', (shape) => {
    const size = shape.reduce((product, n) => product * n, 1)
    const input: Input = { shape, values: new Float64Array(size).fill(1) }
    const { type, gradients } = computed([input], applied(operation))
    expect(type).toBe(`float32 [${shape.join(', ')}]`)
    expect(gradients).toHaveLength(1)
  })
})

describe('of int32', () => {
  it.each<[string, Unary, string]>([
    ['neg', neg, '[-7, 7, 0, -46341, -2147483648]'],
    ['square', square, '[49, 49, 0, -2147479015, 0]'],
    ['abs', abs, '[7, 7, 0, 46341, -2147483648]'],
    ['sign', sign, '[1, -1, 0, 1, -1]'],
    ['relu', relu, '[7, 0, 0, 46341, 0]']
  ])('%s wraps modulo 2^32, and no gradient flows', (_name, operation, value) => {
    const x = Int32Array.of(7, -7, 0, 46341, -(2 ** 31))
    expect(computed([x], applied(operation))).toEqual({ type: 'int32 [5]', value, gradients: ['none'] })
  })
})

describe('cast', () => {
  it('truncates to int32, towards zero, and lets no gradient through', () => {
    const found = computed(
      [[1.9, -1.9, 0, 100]],
      applied((tape, x) => cast(tape, x, 'int32'))
    )
    expect(found).toEqual({ type: 'int32 [4]', value: '[1, -1, 0, 100]', gradients: ['none'] })
  })

  it('is true for what is not 0, NaN included', () => {
    const found = computed(
      [[0, 0.1, -3, NaN]],
      applied((tape, x) => cast(tape, x, 'bool'))
    )
    expect(found).toEqual({ type: 'bool [4]', value: '[false, true, true, true]', gradients: ['none'] })
  })

  it('to float32 gives numbers, through which nothing flows to whole ones', () => {
    const toFloat = applied((tape, x) => cast(tape, x, 'float32'))
    expect(computed([Int32Array.of(-3, 2)], toFloat)).toEqual({
      type: 'float32 [2]',
      value: '[-3, 2]',
      gradients: ['none']
    })
    expect(computed([[true, false]], toFloat)).toEqual({ type: 'float32 [2]', value: '[1, 0]', gradients: ['none'] })
  })

  it('from float32 to float32 changes nothing', () => {
    const found = computed(
      [[[0.1, 2]]],
      applied((tape, x) => cast(tape, x, 'float32')),
      [[3, 4]]
    )
    expect(found).toEqual({ type: 'float32 [1, 2]', value: '[[0.1, 2]]', gradients: ['[[3, 4]]'] })
  })
})

describe('reluGradient', () => {
  it('is g where y > 0, whatever g is, and is linear in g alone', () => {
    const found = computed(
      [
        [1, Infinity, 3, -4],
        [0, 0, 2, 5]
      ],
      appliedToTwo((tape, g, y) => record(tape, reluGradientPrimitive, [g, y], NONE)),
      [1, 2, 3, 4]
    )
    expect(found).toMatchObject({ value: '[0, 0, 3, -4]', gradients: ['[0, 0, 3, 4]', '[0, 0, 0, 0]'] })
  })
})
