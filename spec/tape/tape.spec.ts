import { inspect } from 'node:util'
import {
  broadcast,
  concat,
  constant,
  defaultKernels,
  evaluation,
  fill,
  nested,
  normal,
  pad,
  parameter,
  read,
  referenceKernels,
  relu,
  reshape,
  type Result,
  show,
  slice,
  startTape,
  sum,
  type Tape,
  toArray,
  type Traced,
  training,
  transpose,
  truncatedNormal,
  uniform,
  type Variable
} from 'gradfold'
import { childKey, randomKey } from '../../src/random/key'
import { contextOf, takeKey, topOf } from '../../src/tape/tape'
import { previousOf } from '../../src/tape/variable'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { rightOf } from '../support/results'

describe('a tape', () => {
  it('is not changed by arrays that it was given and that change later', () => {
    onTape(referenceKernels(), (empty) => {
      const shape = [2, 1]
      const values = [1, 2]
      const { value } = rightOf(constant(empty, { shape, values }))
      shape[0] = 5
      values[0] = 7
      expect(value.shape).toEqual([2, 1])
      expect(rightOf(nested(value))).toEqual([[1], [2]])
    })
  })

  const settings: ReadonlyArray<
    [string, number[], (tape: Tape, x: Variable, array: number[]) => Result<Traced<Variable>>]
  > = [
    ['fill', [2, 3], (tape, _, shape) => fill(tape, shape, 1)],
    ['uniform', [2, 3], (tape, _, shape) => uniform(tape, shape)],
    ['normal', [2, 3], (tape, _, shape) => normal(tape, shape)],
    ['truncatedNormal', [2, 3], (tape, _, shape) => truncatedNormal(tape, shape)],
    ['reshape', [3, 2], reshape],
    ['broadcast', [4, 2, 3], broadcast],
    ['transpose', [1, 0], (tape, x, permutation) => transpose(tape, x, { permutation })],
    ['sum', [0, 1], (tape, x, axis) => sum(tape, x, { axis })],
    ['slice', [1, 1], (tape, x, begin) => slice(tape, x, begin, begin)],
    ['pad', [1, 1], (tape, x, before) => pad(tape, x, before, before)]
  ]

  it.each(settings)('is not changed by what becomes of the array that %s was given', (_, array, operation) => {
    onTape(referenceKernels(), (empty) => {
      const { tape: at, value: x } = rightOf(parameter(empty, { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] }))
      const { tape, value } = rightOf(operation(at, x, array))
      const before = show(tape)
      array.push(9)
      array[0] = 7
      expect(show(tape)).toBe(before)
      expect(rightOf(read(value)).values).toHaveLength(value.shape.reduce((size, n) => size * n, 1))
    })
  })

  it('is not changed by what becomes of the list of tensors that concat was given', () => {
    onTape(referenceKernels(), (empty) => {
      const { tape: at, value: x } = rightOf(parameter(empty, [1]))
      const list = [x, x]
      const { tape } = rightOf(concat(at, list))
      list.push(x)
      expect(toArray(tape)[1]?.inputs).toEqual([0, 0])
    })
  })

  it('appends without touching what is below: the new entry stands on the old top, in the same context', () => {
    onTape(referenceKernels(), (empty) => {
      let { tape, value } = rightOf(parameter(empty, 1))
      expect(previousOf(value)).toBeUndefined()
      for (let i = 0; i < 20; i++) {
        const next = rightOf(relu(tape, value))
        expect(topOf(next.tape)).toBe(next.value)
        expect(previousOf(next.value)).toBe(topOf(tape))
        expect(contextOf(next.tape)).toBe(contextOf(tape))
        expect(next.tape.length).toBe(tape.length + 1)
        ;({ tape, value } = next)
      }
    })
  })

  it('says in a line what it is', () => {
    const tape = startTape(referenceKernels())
    expect(inspect(tape)).toBe('Tape of 0 entries on reference, training')
    expect(inspect(evaluation(tape))).toBe('Tape of 0 entries on reference, evaluation')
  })
})

describe('the random key of a tape', () => {
  const drawn = (tape: Tape): unknown => rightOf(nested(rightOf(uniform(tape, [4])).value))

  it.each(kernelSets)('draws the same numbers from the same seed on $name', ({ create }) => {
    const draw = (settings?: { readonly seed: number }): unknown => onTape(create(), drawn, settings)
    expect(draw({ seed: 7 })).toEqual(onTape(defaultKernels(), drawn, { seed: 7 }))
    expect(draw()).toEqual(draw({ seed: 0 }))
    expect(draw({ seed: 7 })).not.toEqual(draw({ seed: 8 }))
  })

  it('is taken by number: child after child of the key of the seed', () => {
    const tape = startTape(referenceKernels(), { seed: 7 })
    let at = tape
    for (let i = 0; i < 3; i++) {
      const { value, tape: next } = takeKey(at)
      expect(value).toEqual(childKey(randomKey(7), i))
      expect(takeKey(at).value).toEqual(value)
      at = next
    }
    expect(takeKey(tape).value).toEqual(childKey(randomKey(7), 0))
    expect(toArray(at)).toEqual([])
  })
})

describe('training and evaluation', () => {
  it('are marks on the tape; entries are shared', () => {
    onTape(referenceKernels(), (empty) => {
      const { tape, value } = rightOf(parameter(empty, 1))
      const quiet = evaluation(tape)
      expect([tape.training, quiet.training, training(quiet).training]).toEqual([true, false, true])
      expect(topOf(quiet)).toBe(topOf(tape))
      const next = rightOf(relu(quiet, value))
      expect(next.tape.training).toBe(false)
      expect(rightOf(relu(training(next.tape), next.value)).tape.training).toBe(true)
    })
    onTape(referenceKernels(), (tape) => expect(tape.training).toBe(false), { training: false })
  })
})
