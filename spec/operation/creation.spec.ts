/** fill, and what is drawn: uniform, normal, truncatedNormal and permutation. How they are distributed: spec/random. */
import {
  fill,
  type Kernels,
  normal,
  permutation,
  read,
  referenceKernels,
  type Result,
  shapesKernels,
  type Tape,
  toArray,
  type Traced,
  truncatedNormal,
  uniform,
  type Values,
  type Variable
} from 'gradfold'
import { kernelSets } from '../support/kernelSets'
import { computed } from '../support/computed'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'

describe('fill', () => {
  it('has one value everywhere, and no gradient', () => {
    expect(computed([], (tape) => fill(tape, [2, 2], 0.5))).toEqual({
      type: 'float32 [2, 2]',
      value: '[[0.5, 0.5], [0.5, 0.5]]',
      gradients: []
    })
    onTape(referenceKernels(), (tape) => expect(rightOf(fill(tape, [1], 1)).value.needsGradient).toBe(false))
  })

  it('of a scalar, of nothing, of whole numbers, of bools, and of what is no number', () => {
    expect(computed([], (tape) => fill(tape, [], -3))).toMatchObject({ type: 'float32 []', value: '-3' })
    expect(computed([], (tape) => fill(tape, [0, 2], 1))).toMatchObject({ type: 'float32 [0, 2]', value: '[]' })
    const whole = { type: 'int32 [1]', value: '[-2147483648]' }
    expect(computed([], (tape) => fill(tape, [1], -(2 ** 31), { dtype: 'int32' }))).toMatchObject(whole)
    expect(computed([], (tape) => fill(tape, [2], 1, { dtype: 'bool' })).value).toBe('[true, true]')
    expect(computed([], (tape) => fill(tape, [1], NaN)).value).toBe('[NaN]')
    expect(computed([], (tape) => fill(tape, [1], -Infinity)).value).toBe('[-Infinity]')
  })
})

type Draw = (tape: Tape) => Result<Traced<Variable>>

const numbersOf = (variable: Variable): Values => rightOf(read(variable)).values

/** What is drawn twice in a row. */
const twice = (kernels: Kernels, draw: Draw, seed: number): ReadonlyArray<ReadonlyArray<number>> =>
  onTape(
    kernels,
    (tape) => {
      const first = rightOf(draw(tape))
      const second = rightOf(draw(first.tape))
      return [Array.from(numbersOf(first.value)), Array.from(numbersOf(second.value))]
    },
    { seed }
  )

const draws: ReadonlyArray<readonly [string, Draw, type: string]> = [
  ['uniform', (tape) => uniform(tape, [4, 8]), 'float32 [4, 8]'],
  ['normal', (tape) => normal(tape, [4, 8]), 'float32 [4, 8]'],
  ['truncatedNormal', (tape) => truncatedNormal(tape, [4, 8]), 'float32 [4, 8]'],
  ['permutation', (tape) => permutation(tape, 32), 'int32 [32]']
]

describe.each(draws)('%s', (name, draw, type) => {
  it('has the shape that was asked for, and no gradient', () => {
    expect(computed([], draw)).toMatchObject({ type, gradients: [] })
    onTape(referenceKernels(), (tape) => expect(rightOf(draw(tape)).value.needsGradient).toBe(false))
  })

  it('gives the same numbers from the same tape, bit by bit, on every kernel set', () => {
    onTape(referenceKernels(), (tape) => {
      const [one, other] = [rightOf(draw(tape)), rightOf(draw(tape))]
      expect(numbersOf(one.value)).toEqual(numbersOf(other.value))
    })
    const expected = twice(referenceKernels(), draw, 7)
    for (const { create } of kernelSets) expect(twice(create(), draw, 7)).toEqual(expected)
  })

  it('gives other numbers from the tape that it leaves, and from another seed', () => {
    const [first, second] = twice(referenceKernels(), draw, 7)
    const [third] = twice(referenceKernels(), draw, 8)
    expect(second).not.toEqual(first)
    expect(third).not.toEqual(first)
  })

  it('uses up a key where there are no numbers, too', () => {
    onTape(shapesKernels(), (tape) => {
      const first = rightOf(draw(tape))
      const second = rightOf(draw(first.tape))
      const [one, other] = toArray(second.tape)
      expect(one).toMatchObject({ operation: name, inputs: [] })
      expect(other?.attributes).not.toEqual(one?.attributes)
    })
  })

  it('that is refused uses up none', () => {
    onTape(referenceKernels(), (tape) => {
      const before = numbersOf(rightOf(draw(tape)).value)
      leftOf(uniform(tape, [2], { low: 1, high: 0 }))
      leftOf(permutation(tape, -1))
      expect(numbersOf(rightOf(draw(tape)).value)).toEqual(before)
    })
  })
})

describe('settings', () => {
  const drawn = (draw: Draw): Values => onTape(referenceKernels(), (tape) => numbersOf(rightOf(draw(tape)).value))

  it('of uniform are its bounds, the upper one excluded', () => {
    const values = drawn((tape) => uniform(tape, [1000], { low: -2, high: 3 }))
    expect(values.every((value) => value >= -2 && value < 3)).toBe(true)
    expect(Math.max(...values)).toBeGreaterThan(2.5)
    expect(Math.min(...values)).toBeLessThan(-1.5)
  })

  it('of normal are its mean and its standard deviation, which may be 0', () => {
    expect(Array.from(drawn((tape) => normal(tape, [3], { mean: 2.5, std: 0 })))).toEqual([2.5, 2.5, 2.5])
    const [narrow, wide] = [1, 10].map((std) => drawn((tape) => normal(tape, [4], { std })))
    Array.from(wide ?? []).forEach((value, i) => expect(value).toBeCloseTo(10 * (narrow?.[i] ?? NaN), 5))
    expect(wide).toHaveLength(4)
  })

  it('of truncatedNormal are its bounds besides', () => {
    const values = drawn((tape) => truncatedNormal(tape, [1000], { mean: 1, std: 2, low: 0.5, high: 2 }))
    expect(values.every((value) => value >= 0.5 && value <= 2)).toBe(true)
  })

  it('of permutation is its size: every number once', () => {
    const values = drawn((tape) => permutation(tape, 100))
    expect(Array.from(values).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
    expect(Array.from(drawn((tape) => permutation(tape, 1)))).toEqual([0])
    expect(Array.from(drawn((tape) => permutation(tape, 0)))).toEqual([])
    expect(Array.from(drawn((tape) => uniform(tape, [0])))).toEqual([])
  })
})
