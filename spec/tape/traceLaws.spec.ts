/** Laws of composition, for random programs whose tapes and numbers are compared. */
import fc from 'fast-check'
import { isLeft } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import {
  add,
  andThen,
  map,
  mul,
  named,
  neg,
  of,
  parameter,
  read,
  referenceKernels,
  relu,
  reshape,
  type Result,
  sigmoid,
  square,
  type Tape,
  toArray,
  type Traced,
  uniform,
  type Variable
} from 'gradfold'
import { contextOf, takeKey } from '../../src/tape/tape'
import { onTape } from '../support/leaks'
import { rightOf } from '../support/results'
import { runs } from '../support/runs'

type Step = (tape: Tape, x: Variable) => Result<Traced<Variable>>

/** Operations that record, one that draws, one that records nothing, and one that fails. */
const steps: Readonly<Record<string, Step>> = {
  relu,
  neg,
  square,
  sigmoid,
  double: (tape, x) => mul(tape, x, 2),
  noise: (tape, x) => pipe(uniform(tape, x.shape), andThen((at, drawn) => add(at, x, drawn))), // prettier-ignore
  named: (tape, x) => named(tape, 'inner', (inner) => neg(inner, x)),
  of,
  fail: (tape, x) => reshape(tape, x, [2, 2])
}
const step = fc.constantFrom(...Object.keys(steps)).map((name) => ({ name, f: steps[name] ?? of }))

/** What there is to compare: the entries and the key of the tape, and the numbers; or the error. */
const seen = (result: Result<Traced<Variable>>): unknown => {
  if (isLeft(result)) return result.left
  const { tape, value } = result.right
  return { entries: toArray(tape), path: contextOf(tape).path, key: takeKey(tape).value, values: rightOf(read(value)) }
}

const start = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 })

const check = (property: (begin: Traced<Variable>, pick: ReadonlyArray<Step>) => void): void => {
  fc.assert(
    fc.property(start, fc.array(step, { minLength: 6, maxLength: 6 }), (numbers, picked) => {
      onTape(referenceKernels(), (empty) => {
        property(
          rightOf(parameter(empty, numbers)),
          picked.map(({ f }) => f)
        )
      })
    }),
    { numRuns: runs(100) }
  )
}

/** Several of them as one. */
const chainOf =
  (parts: ReadonlyArray<Step>): Step =>
  (tape, x) =>
    parts.reduce((result, part) => andThen(part)(result), of(tape, x))

describe('andThen and of are a monad', () => {
  it('left identity: of(tape, a) then f is f(tape, a)', () => {
    check(({ tape, value }, [f = of]) => expect(seen(andThen(f)(of(tape, value)))).toEqual(seen(f(tape, value))))
  })

  it('right identity: m then of is m', () => {
    check(({ tape, value }, [f = of]) => {
      const m = f(tape, value)
      expect(seen(andThen<Variable, Variable>(of)(m))).toEqual(seen(m))
    })
  })

  it('associativity: (m then f) then g is m then (f then g)', () => {
    check(({ tape, value }, [m = of, f = of, g = of]) => {
      const first = m(tape, value)
      expect(seen(pipe(first, andThen(f), andThen(g)))).toEqual(seen(andThen(chainOf([f, g]))(first)))
    })
  })
})

describe('map is a functor', () => {
  const functions = fc.func(fc.integer())

  it('identity', () => {
    check(({ tape, value }, [f = of]) => {
      const m = f(tape, value)
      expect(seen(map((x: Variable) => x)(m))).toEqual(seen(m))
    })
  })

  it('composition, and nothing is recorded', () => {
    fc.assert(
      fc.property(fc.integer(), functions, functions, (n, f, g) => {
        onTape(referenceKernels(), (tape) => {
          const m = of(tape, n)
          expect(pipe(m, map(f), map(g))).toEqual(map((x: number) => g(f(x)))(m))
          expect(rightOf(map(f)(m)).tape).toBe(tape)
          // It is what andThen and of make of a function.
          expect(map(f)(m)).toEqual(andThen((at, x: number) => of(at, f(x)))(m))
        })
      }),
      { numRuns: runs(50) }
    )
  })
})
