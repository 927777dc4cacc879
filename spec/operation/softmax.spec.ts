/** softmax and logSoftmax: of logarithms, so that the values are fractions. */
import { type Input, logSoftmax, softmax } from 'gradfold'
import type { Program } from '../support/derivatives'
import { computed, text } from '../support/computed'
import { applied } from '../support/primitiveCase'

const { LN2, log } = Math
/** softmax is 1/7, 2/7, 4/7. */
const logs = [0, LN2, 2 * LN2]

const soft = (axis?: number): Program =>
  applied((tape, x) => (axis === undefined ? softmax(tape, x) : softmax(tape, x, { axis })))
const logSoft = (axis?: number): Program =>
  applied((tape, x) => (axis === undefined ? logSoftmax(tape, x) : logSoftmax(tape, x, { axis })))

describe('softmax', () => {
  it('is exp(x) / sum(exp(x)), with the gradient y (g - sum(g y))', () => {
    // sum(g y) = 1 + 2 + 8 = 11.
    expect(computed([logs], soft(), [7, 7, 14])).toEqual({
      type: 'float32 [3]',
      value: text([1 / 7, 2 / 7, 4 / 7]),
      gradients: [text([-4 / 7, -8 / 7, 12 / 7])]
    })
  })

  it('goes along the last axis by default, or along another', () => {
    const rows = { shape: [2, 2], values: [0, 0, LN2, LN2] }
    expect(computed([rows], soft()).value).toBe('[[0.5, 0.5], [0.5, 0.5]]')
    const columns = {
      value: text([
        [1 / 3, 1 / 3],
        [2 / 3, 2 / 3]
      ]),
      gradients: [
        text([
          [2 / 9, 0],
          [-2 / 9, 0]
        ])
      ]
    }
    // Of the first column g = [1, 0]: y (g - 1/3).
    const upstream = [
      [1, 1],
      [0, 1]
    ]
    expect(computed([rows], soft(0), upstream)).toMatchObject(columns)
    expect(computed([rows], soft(-2), upstream)).toMatchObject(columns)
  })

  it('of three axes, along the middle one', () => {
    const x = { shape: [1, 3, 2], values: [0, 5, LN2, 5, 2 * LN2, 5] }
    const third = 1 / 3
    expect(computed([x], soft(1)).value).toBe(
      text([
        [
          [1 / 7, third],
          [2 / 7, third],
          [4 / 7, third]
        ]
      ])
    )
  })

  it.each<[string, Input, string]>([
    ['0', [0, 0], '[0.5, 0.5]'],
    ['100', [100, 100, -100], text([0.5, 0.5, Math.exp(-200) / 2])],
    ['10,000', [1e4, 0, -1e4], '[1, 0, 0]'],
    ['-10,000', [-1e4, -1e4], '[0.5, 0.5]']
  ])('holds up at %s', (_name, x, value) => expect(computed([x], soft()).value).toBe(value))
})

describe('logSoftmax', () => {
  it('is ln(softmax(x)), with the gradient g - y sum(g)', () => {
    expect(computed([logs], logSoft(), [1, 0, 0])).toEqual({
      type: 'float32 [3]',
      value: text([log(1 / 7), log(2 / 7), log(4 / 7)]),
      gradients: [text([6 / 7, -2 / 7, -4 / 7])]
    })
  })

  it('goes along another axis', () => {
    const x = { shape: [2, 1], values: [0, LN2] }
    const expected = { value: text([[log(1 / 3)], [log(2 / 3)]]), gradients: [text([[2 / 3], [-2 / 3]])] }
    expect(computed([x], logSoft(0), [[1], [0]])).toMatchObject(expected)
    expect(computed([x], logSoft(-2), [[1], [0]])).toMatchObject(expected)
    expect(computed([x], logSoft(1))).toMatchObject({ value: '[[0], [0]]', gradients: ['[[0], [0]]'] })
  })

  it('keeps the distance where softmax is 0', () => {
    expect(computed([[1e4, 0, -1e4]], logSoft(), [0, 0, 1])).toMatchObject({
      value: '[0, -10000, -20000]',
      gradients: ['[-1, 0, 1]']
    })
    expect(computed([[100, -100]], logSoft()).value).toBe('[0, -200]')
    expect(computed([[-1e4, -1e4]], logSoft()).value).toBe(text([-LN2, -LN2]))
  })
})

describe.each([
  ['softmax', soft, '[1]'],
  ['logSoftmax', logSoft, '[0]']
] as const)('%s', (_name, program, ofOne) => {
  it('of one number is certain, whatever it is', () => {
    expect(computed([[-5]], program(), [3])).toEqual({ type: 'float32 [1]', value: ofOne, gradients: ['[0]'] })
    expect(computed([[1e4]], program(0))).toMatchObject({ value: ofOne })
  })

  it('of nothing is nothing', () => {
    expect(computed([{ shape: [2, 0], values: [] }], program())).toMatchObject({
      type: 'float32 [2, 0]',
      value: '[[], []]'
    })
    expect(computed([{ shape: [0, 3], values: [] }], program())).toMatchObject({
      type: 'float32 [0, 3]',
      gradients: ['[]']
    })
    expect(computed([{ shape: [0, 3], values: [] }], program(0))).toMatchObject({ type: 'float32 [0, 3]' })
  })
})
