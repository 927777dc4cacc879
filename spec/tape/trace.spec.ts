import { left, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import {
  add,
  andThen,
  constant,
  fold,
  item,
  lift,
  mul,
  named,
  neg,
  nested,
  of,
  parameter,
  referenceKernels,
  relu,
  reshape,
  type Result,
  shapesKernels,
  square,
  type Tape,
  toArray,
  trace,
  type Traced,
  traverse,
  uniform,
  type Variable
} from 'gradfold'
import { invalidArgument } from '../../src/error/tensorError'
import { watchedKernels } from '../../src/testing/faultyKernels'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'

describe('trace', () => {
  it('stops at the first Left: nothing after it runs', () => {
    const calls: string[] = []
    onTape(
      watchedKernels(referenceKernels(), (operation) => calls.push(operation)),
      (tape) => {
        const after: string[] = []
        const traced = trace(tape, function* (run) {
          const x = yield* run(constant, [1, 2])
          yield* run(reshape, x, [3])
          after.push('the program went on')
          return yield* run(relu, x)
        })
        expect(leftOf(traced)).toMatchObject({ _tag: 'InvalidShape', operation: 'reshape' })
        expect(after).toEqual([])
        expect(calls).toEqual(['upload'])
      }
    )
  })

  it("runs the program's finally blocks when a Left or a throw stops it", () => {
    onTape(referenceKernels(), (tape) => {
      const closed: string[] = []
      const program = (name: string, fails: (at: Tape) => Result<Traced<number>>) =>
        trace(tape, function* (run) {
          try {
            return yield* run(fails)
          } finally {
            closed.push(name)
          }
        })
      expect(leftOf(program('left', (at) => lift(at, left(invalidArgument('probe', 'x', 1, 'no')))))._tag).toBe(
        'InvalidArgument'
      )
      const defect = new Error('a defect')
      const throws = (): never => {
        throw defect
      }
      expect(() => program('throw', throws)).toThrow(defect)
      expect(rightOf(program('right', (at) => of(at, 3))).value).toBe(3)
      expect(closed).toEqual(['left', 'throw', 'right'])
    })
  })

  it('needs no step, and hands values to steps of any number of them', () => {
    onTape(referenceKernels(), (empty) => {
      expect(rightOf(trace(empty, function* () { return 7 }))).toEqual({ value: 7, tape: empty }) // prettier-ignore
      const three = (tape: Tape, a: number, b: string, c: boolean): Result<Traced<string>> => of(tape, `${a}${b}${c}`)
      const none = (tape: Tape): Result<Traced<number>> => of(tape, tape.length)
      const { value } = rightOf(
        trace(empty, function* (run) {
          yield* run(constant, 1)
          return [yield* run(three, 1, 'b', true), yield* run(none)] as const
        })
      )
      expect(value).toEqual(['1btrue', 1])
    })
  })

  it('can be run again: a program is not used up', () => {
    onTape(referenceKernels(), (empty) => {
      const program = (tape: Tape) =>
        trace(tape, function* (run) {
          return yield* run(mul, yield* run(uniform, [2]), 3)
        })
      const [first, second] = [rightOf(program(empty)), rightOf(program(empty))]
      expect(toArray(second.tape)).toEqual(toArray(first.tape))
      expect(rightOf(nested(second.value))).toEqual(rightOf(nested(first.value)))
    })
  })

  it('nests, and lets a throw pass', () => {
    onTape(referenceKernels(), (empty) => {
      const inner = (tape: Tape, n: number) =>
        trace(tape, function* (run) {
          return yield* run(square, yield* run(constant, n))
        })
      const outer = trace(empty, function* (run) {
        const a = yield* run(inner, 3)
        return yield* run(add, a, yield* run(inner, 4))
      })
      expect(rightOf(item(rightOf(outer).value))).toBe(25)
      expect(rightOf(outer).tape.length).toBe(5)
      const defect = new Error('a defect of the program')
      expect(() => trace(empty, function* () { throw defect })).toThrow(defect) // prettier-ignore
    })
  })

  it('goes on for 100,000 steps', () => {
    onTape(shapesKernels(), (empty) => {
      const traced = trace(empty, function* (run) {
        let x = yield* run(constant, 1)
        for (let i = 1; i < 100_000; i++) x = yield* run(relu, x)
        return x
      })
      expect(rightOf(traced).tape.length).toBe(100_000)
    })
  })
})

describe('lift', () => {
  it('brings a plain Either in', () => {
    onTape(referenceKernels(), (empty) => {
      const x = rightOf(constant(empty, [1, 2]))
      const traced = trace(x.tape, function* (run) {
        const numbers = yield* run((tape) => lift(tape, nested(x.value)))
        return yield* run(constant, numbers)
      })
      expect(rightOf(nested(rightOf(traced).value))).toEqual([1, 2])
      expect(lift(empty, right(3))).toEqual(of(empty, 3))
      const error = invalidArgument('probe', 'x', 1, 'no')
      expect(lift(empty, left(error))).toEqual(left(error))
    })
  })
})

describe('fold and traverse', () => {
  it('go from the first to the last, with the place of each', () => {
    onTape(referenceKernels(), (empty) => {
      const places: number[] = []
      const folded = fold(empty, ['a', 'b', 'c'], '', (tape, text, letter, index) => {
        places.push(index)
        return of(tape, text + letter)
      })
      expect([rightOf(folded).value, places]).toEqual(['abc', [0, 1, 2]])
      const made = rightOf(traverse(empty, new Set([1, 2, 3]), (tape, n, index) => constant(tape, n * index)))
      expect(made.value.map((x) => rightOf(item(x)))).toEqual([0, 2, 6])
      expect(made.tape.length).toBe(3)
    })
  })

  it('of nothing are the beginning', () => {
    onTape(referenceKernels(), (empty) => {
      expect(fold(empty, [], 7, () => left(invalidArgument('probe', 'x', 1, 'no')))).toEqual(of(empty, 7))
      expect(traverse(empty, [], (tape) => constant(tape, 1))).toEqual(of(empty, []))
    })
  })

  it('stop at the first Left', () => {
    onTape(referenceKernels(), (empty) => {
      const seenItems: number[] = []
      const result = traverse(empty, [1, -1, 2], (tape, n) => {
        seenItems.push(n)
        return uniform(tape, [n])
      })
      expect(leftOf(result)).toMatchObject({ _tag: 'InvalidShape', shape: [-1] })
      expect(seenItems).toEqual([1, -1])
    })
  })

  it('take 100,000 items', () => {
    onTape(shapesKernels(), (empty) => {
      const items = Array.from({ length: 100_000 }, (_, i) => i)
      expect(rightOf(fold(empty, items, 0, (tape, sum, n) => of(tape, sum + n))).value).toBe(4999950000)
      expect(rightOf(traverse(empty, items, (tape, n) => of(tape, n))).value).toEqual(items)
    })
  })
})

describe('named', () => {
  it('names entries, nests, and gives the name back', () => {
    onTape(referenceKernels(), (empty) => {
      const { tape } = rightOf(
        pipe(
          named(empty, 'encoder', (outer) =>
            pipe(
              parameter(outer, 1, { name: 'a' }),
              andThen((at, a) => named(at, '0', (inner) => pipe(relu(inner, a), andThen(neg)))),
              andThen(square)
            )
          ),
          andThen(neg)
        )
      )
      expect(toArray(tape).map(({ path }) => path)).toEqual(['encoder.a', 'encoder.0', 'encoder.0', 'encoder', ''])
    })
  })

  it('is in the error that happened below, and in none after', () => {
    onTape(referenceKernels(), (empty) => {
      const { tape, value } = rightOf(constant(empty, [1, 2]))
      const fails = (at: Tape, x: Variable) => reshape(at, x, [3])
      const below = named(tape, 'a', (outer) => named(outer, 'b', (inner) => fails(inner, value)))
      expect(leftOf(below).path).toBe('a.b')
      const after = pipe(named(tape, 'a', (inner) => relu(inner, value)), andThen(fails)) // prettier-ignore
      expect(leftOf(after).path).toBe('')
    })
  })
})
