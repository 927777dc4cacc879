import { inspect } from 'node:util'
import fc from 'fast-check'
import { isLeft } from 'fp-ts/Either'
import {
  add,
  backward,
  broadcast,
  concat,
  constant,
  defaultKernels,
  evaluation,
  fill,
  gradient,
  gradientOf,
  mul,
  named,
  nested,
  normal,
  pad,
  parameter,
  read,
  referenceKernels,
  relu,
  reshape,
  type Result,
  scope,
  show,
  slice,
  startTape,
  sum,
  type Tape,
  toArray,
  trace,
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
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'

/** All that can be seen of a tape. */
const picture = (tape: Tape): unknown => ({
  entries: toArray(tape),
  table: show(tape),
  length: tape.length,
  training: tape.training,
  next: takeKey(tape).value,
  draw: rightOf(nested(rightOf(uniform(tape, [3])).value)),
  path: contextOf(tape).path,
  kernels: tape.kernels
})

/** What can be done with a tape and a scalar parameter on it. */
const uses: Readonly<Record<string, (tape: Tape, x: Variable) => unknown>> = {
  constant: (tape) => constant(tape, [[1, 2]]),
  parameter: (tape) => parameter(tape, 3, { name: 'w' }),
  add: (tape, x) => add(tape, x, 1),
  fail: (tape, x) => reshape(tape, x, [2, 3]),
  foreign: (tape, x) => add(startTape(tape.kernels), x, x),
  draw: (tape) => normal(tape, [2]),
  takeKey: (tape) => takeKey(tape),
  evaluation: (tape, x) => relu(evaluation(tape), x),
  training: (tape, x) => relu(training(tape), x),
  named: (tape, x) => named(tape, 'inner', (inner) => relu(inner, x)),
  scope: (tape, x) => scope(tape, (inner) => mul(inner, x, x)),
  backward: (tape, x) => backward(tape, x),
  gradient: (tape, x) => gradient(tape, x, { x }),
  trace: (tape, x) =>
    trace(tape, function* (run) {
      const y = yield* run(uniform, [])
      return yield* run(mul, x, y)
    }),
  look: (tape) => [toArray(tape), show(tape), inspect(tape), JSON.stringify(tape)]
}

describe('a tape', () => {
  it('is never changed by anything that is done with it', () => {
    const use = fc.constantFrom(...Object.keys(uses))
    fc.assert(
      fc.property(fc.array(use, { minLength: 1, maxLength: 12 }), (names) => {
        onTape(referenceKernels(), (empty) => {
          const { tape, value } = rightOf(parameter(empty, 2))
          const before = picture(tape)
          for (const name of names) uses[name]?.(tape, value)
          expect(picture(tape)).toEqual(before)
          expect(rightOf(read(value)).values).toEqual(Float64Array.of(2))
          expect(picture(empty)).toMatchObject({ entries: [], length: 0 })
        })
      }),
      { numRuns: runs(60) }
    )
  })

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

  it('gives forks that are valid next to each other', () => {
    onTape(referenceKernels(), (empty) => {
      const trunk = rightOf(parameter(empty, 3))
      const x = trunk.value
      const left = rightOf(mul(trunk.tape, x, x))
      const right = rightOf(mul(trunk.tape, x, 10))
      expect(rightOf(nested(left.value))).toBe(9)
      expect(rightOf(nested(right.value))).toBe(30)
      expect(toArray(left.tape).slice(0, 1)).toEqual(toArray(trunk.tape))
      expect(toArray(right.tape).slice(0, 1)).toEqual(toArray(trunk.tape))

      const slopeOf = ({ tape, value }: typeof left): unknown => show(gradientOf(rightOf(backward(tape, value)), x))
      expect([slopeOf(left), slopeOf(right), slopeOf(left)]).toEqual(['6', '10', '6'])

      // What one fork has, the other has not.
      expect(leftOf(relu(left.tape, right.value))._tag).toBe('ForeignVariable')
      expect(leftOf(relu(right.tape, left.value))._tag).toBe('ForeignVariable')
      expect(leftOf(relu(trunk.tape, left.value))._tag).toBe('ForeignVariable')
      expect(rightOf(nested(rightOf(add(right.tape, x, right.value)).value))).toBe(33)
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

  it('is the same for forks, and another after each draw', () => {
    onTape(referenceKernels(), (empty) => {
      const first = rightOf(uniform(empty, [4]))
      expect(drawn(empty)).toEqual(rightOf(nested(first.value)))
      const left = rightOf(constant(first.tape, 1)).tape
      const right = evaluation(first.tape)
      expect(drawn(left)).toEqual(drawn(right))
      expect(drawn(left)).not.toEqual(drawn(empty))
    })
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

  it('is not used up by a draw that was refused', () => {
    onTape(referenceKernels(), (tape) => {
      const before = takeKey(tape).value
      expect(isLeft(uniform(tape, [-1]))).toBe(true)
      expect(takeKey(tape).value).toEqual(before)
    })
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
