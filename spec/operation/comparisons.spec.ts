/** equal, notEqual, less, lessEqual, greater and greaterEqual. */
import {
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  notEqual,
  type Operand,
  type Result,
  type Tape,
  type Traced,
  type Variable
} from 'gradfold'
import { computed } from '../support/computed'
import { applied, appliedToTwo } from '../support/primitiveCase'

type Comparison = (tape: Tape, x: Operand, y: Operand) => Result<Traced<Variable>>

/** What it says of 1, 2 and 3 beside 2; and of NaN beside a number, beside NaN, and of 0 beside -0. */
const rows: ReadonlyArray<readonly [string, Comparison, ofNumbers: string, atTheEnds: string]> = [
  ['equal', equal, '[false, true, false]', '[false, false, true]'],
  ['notEqual', notEqual, '[true, false, true]', '[true, true, false]'],
  ['less', less, '[true, false, false]', '[false, false, false]'],
  ['lessEqual', lessEqual, '[true, true, false]', '[false, false, true]'],
  ['greater', greater, '[false, false, true]', '[false, false, false]'],
  ['greaterEqual', greaterEqual, '[false, true, true]', '[false, false, true]']
]

describe.each(rows)('%s', (_name, operation, ofNumbers, atTheEnds) => {
  it('compares number by number, and no gradient flows', () => {
    const found = computed(
      [
        [1, 2, 3],
        [2, 2, 2]
      ],
      appliedToTwo(operation)
    )
    expect(found).toEqual({ type: 'bool [3]', value: ofNumbers, gradients: ['none', 'none'] })
  })

  it('takes a number on the right, and on the left', () => {
    const right = applied((tape, x) => operation(tape, x, 2))
    // 2 beside 3, 2 and 1 is what 1, 2 and 3 are beside 2.
    const left = applied((tape, x) => operation(tape, 2, x))
    expect(computed([[1, 2, 3]], right).value).toBe(ofNumbers)
    expect(computed([[3, 2, 1]], left).value).toBe(ofNumbers)
    expect(computed([Int32Array.of(1, 2, 3)], right)).toMatchObject({ type: 'bool [3]', value: ofNumbers })
    expect(computed([], (tape) => operation(tape, 1, 2)).type).toBe('bool []')
  })

  it('is as IEEE 754 has it for NaN, and for the two zeros', () => {
    expect(
      computed(
        [
          [NaN, NaN, 0],
          [1, NaN, -0]
        ],
        appliedToTwo(operation)
      ).value
    ).toBe(atTheEnds)
  })

  it('repeats a column and a row', () => {
    expect(computed([[[1], [2], [3]], [2]], appliedToTwo(operation)).type).toBe('bool [3, 1]')
    expect(
      computed(
        [
          [[1], [2]],
          [1, 2, 3]
        ],
        appliedToTwo(operation)
      ).type
    ).toBe('bool [2, 3]')
  })

  it('of nothing is nothing', () => {
    expect(computed([{ shape: [0, 2], values: [] }, 1], appliedToTwo(operation))).toMatchObject({
      type: 'bool [0, 2]',
      value: '[]'
    })
  })
})

describe('of bools', () => {
  it('equal and notEqual compare them, beside 0 and 1 too', () => {
    const x = [true, false, true]
    const y = [true, true, false]
    expect(computed([x, y], appliedToTwo(equal)).value).toBe('[true, false, false]')
    expect(computed([x, y], appliedToTwo(notEqual)).value).toBe('[false, true, true]')
    const isOne = applied((tape, z) => equal(tape, z, 1))
    expect(computed([x], isOne).value).toBe('[true, false, true]')
  })
})
