/** NaN and infinity planted in each kind of place of the forward pass, and found there. */
import fc from 'fast-check'
import { pipe } from 'fp-ts/function'
import { toUndefined } from 'fp-ts/Option'
import {
  andThen,
  constant,
  div,
  exp,
  linear,
  log,
  mean,
  mul,
  named,
  parameter,
  release,
  type Result,
  scope,
  sequential,
  shapesKernels,
  sigmoid,
  sqrt,
  square,
  startTape,
  type Tape,
  tanh,
  trace,
  type Traced,
  type Variable
} from 'gradfold'
import { firstNonFinite, type NonFinite } from '../../src/gradient/firstNonFinite'
import { watchedKernels } from '../../src/testing/faultyKernels'
import { namedKernels } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'

const foundOn = (tape: Tape): NonFinite | undefined => toUndefined(rightOf(firstNonFinite(tape)))

type Recorded = (tape: Tape) => Result<Traced<Variable>>

const of = (values: ReadonlyArray<number>, operation: (tape: Tape, x: Variable) => Result<Traced<Variable>>): Recorded =>
  (tape) => pipe(constant(tape, values), andThen(operation)) // prettier-ignore

/** What makes a number that is not finite out of finite ones, at position 1. */
const makers: ReadonlyArray<readonly [what: string, body: Recorded, value: number, text: string]> = [
  ['the log of 0', of([1, 0], log), -Infinity, 'the log of 0.'],
  ['the log of -1', of([1, -1], log), NaN, 'the log of -1.'],
  ['the root of -4', of([1, -4], sqrt), NaN, 'the sqrt of -4.'],
  ['exp of 1000', of([1, 1000], exp), Infinity, 'the exp of 1000.'],
  ['0 / 0', of([1, 0], (tape, x) => div(tape, x, x)), NaN, 'the div of 0 and 0.'],
  ['2 / 0, broadcast', of([1, 0], (tape, x) => div(tape, 2, x)), Infinity, 'the div of 2 and 0.']
]

describe.each(namedKernels())('on %s', (_name, kernels) => {
  it.each([NaN, Infinity, -Infinity])('%s in the data is of the data', (value) => {
    onTape(kernels, (start) => {
      const { tape } = rightOf(
        trace(start, function* (run) {
          yield* run(parameter, [1, 2])
          const x = yield* run(constant, { shape: [2, 3], values: [1, 2, 3, 4, value, NaN] }, { name: 'images' })
          return yield* run(square, x)
        })
      )
      expect(foundOn(tape)).toEqual({
        pass: 'forward',
        index: 1,
        operation: 'constant',
        path: 'images',
        shape: [2, 3],
        position: [1, 1],
        value,
        origin: 'given',
        sources: [],
        message:
          `Entry 1 (constant images), [2, 3], holds ${value} at [1, 1]. It is in the data: look for missing numbers and ` +
          'for divisions by 0 where they are prepared.'
      })
    })
  })

  it('a parameter is named by its layer', () => {
    onTape(kernels, (start) => {
      const { tape } = rightOf(
        trace(start, function* (run) {
          yield* run(sequential, (at: Tape) => linear(at, 2, 2))
          return yield* run((at: Tape) => named(at, 'head', (in2) => parameter(in2, [1, NaN], { name: 'weight' })))
        })
      )
      const found = foundOn(tape)
      expect(found).toMatchObject({ operation: 'parameter', path: 'head.weight', position: [1], origin: 'given' })
      expect(found?.message).toContain('learning rate')
    })
  })

  it.each(makers)('%s is found where it comes in, not where it goes on', (_what, body, value, text) => {
    onTape(kernels, (start) => {
      const { tape, value: y } = rightOf(
        trace(start, function* (run) {
          const weight = yield* run(parameter, [1, 1])
          const made = yield* run((at: Tape) => named(at, 'layers', (outer) => named(outer, '2', body)))
          yield* run(tanh, yield* run(mul, made, weight))
          return made
        })
      )
      const found = foundOn(tape)
      const expected = { pass: 'forward', index: y.index, path: 'layers.2', position: [1], value, origin: 'made' }
      expect(found).toMatchObject(expected)
      expect(found?.message).toContain(text)
      expect(found?.sources).toContain(1)
    })
  })

  it('a number that is not finite is of its fill; the mean of nothing, of its mean', () => {
    onTape(kernels, (start) => {
      const { tape } = rightOf(of([1, 2], (at, x) => mul(at, x, NaN))(start))
      expect(foundOn(tape)).toMatchObject({ operation: 'fill', shape: [], position: [], origin: 'given' })
    })
    onTape(kernels, (start) => {
      const { tape } = rightOf(pipe(constant(start, { shape: [0, 3], values: [] }), andThen(mean)))
      expect(foundOn(tape)).toMatchObject({ operation: 'mean', origin: 'made', sources: [0] })
      expect(foundOn(tape)?.message).toContain('The mean of nothing')
    })
  })

  it('a sum that overflows says so', () => {
    onTape(kernels, (start) => {
      const largest = kernels.precision === 'float64' ? Number.MAX_VALUE : 3.4e38
      const { tape } = rightOf(of([1, largest], (at, x) => square(at, x))(start))
      expect(foundOn(tape)).toMatchObject({ operation: 'square', value: Infinity, origin: 'made' })
      expect(foundOn(tape)?.message).toContain('It overflowed')
    })
  })

  it('of two branches of one tape it is in the one that has it', () => {
    onTape(kernels, (start) => {
      const root = rightOf(constant(start, [1, 0]))
      const good = rightOf(sqrt(root.tape, root.value))
      const bad = rightOf(log(root.tape, root.value))
      expect([foundOn(root.tape), foundOn(good.tape)]).toEqual([undefined, undefined])
      expect(foundOn(bad.tape)).toMatchObject({ index: 1, operation: 'log' })
    })
  })

  it('nothing is found where there is nothing, nor in empty, whole and true numbers', () => {
    onTape(kernels, (start) => {
      expect(foundOn(start)).toBeUndefined()
      const { tape } = rightOf(
        trace(start, function* (run) {
          yield* run(log, yield* run(constant, { shape: [0, 2], values: [] }))
          yield* run(constant, Int32Array.of(1, 2))
          return yield* run(constant, [true, false])
        })
      )
      expect(foundOn(tape)).toBeUndefined()
    })
  })

  it('what left a scope says so', () => {
    onTape(kernels, (start) => {
      const { tape } = rightOf(scope(start, (inner) => pipe(parameter(inner, 0), andThen(log))))
      expect(foundOn(tape)).toMatchObject({ operation: 'detached', origin: 'given' })
      expect(foundOn(tape)?.message).toContain('scope')
    })
  })

  it('what was released is passed over, and is no proof of anything', () => {
    onTape(kernels, (start) => {
      const x = rightOf(constant(start, [0, 1]))
      const y = rightOf(log(x.tape, x.value))
      const z = rightOf(mul(y.tape, y.value, y.value))
      release(x.value)
      expect(foundOn(z.tape)).toMatchObject({ index: 1, origin: 'unknown', sources: [0] })
      expect(foundOn(z.tape)?.message).toContain('was released')
      expect(foundOn(z.tape)?.message).not.toContain('the log of')
      release(y.value)
      expect(foundOn(z.tape)).toMatchObject({ index: 2, origin: 'unknown', sources: [1] })
      release(z.value)
      expect(leftOf(firstNonFinite(z.tape))).toMatchObject({
        _tag: 'Released',
        operation: 'firstNonFinite',
        shapes: [[2], [2], [2]]
      })
    })
  })

  it('is found wherever it is planted in a chain', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(tanh, sigmoid, square), { minLength: 1, maxLength: 12 }),
        fc.nat(),
        fc.constantFrom(...makers),
        fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
        (operations, seed, [, body, value], names) => {
          onTape(kernels, (start) => {
            const at = seed % operations.length
            const { tape, value: planted } = rightOf(
              trace(start, function* (run) {
                let x = yield* run(constant, [0.5, 0.25])
                let culprit = x
                for (const [i, operation] of operations.entries()) {
                  if (i === at) {
                    const deep = names.reduceRight<Recorded>((inner, n) => (in2) => named(in2, `${n}`, inner), body)
                    culprit = yield* run(deep)
                    x = yield* run(mul, x, culprit)
                  }
                  x = yield* run(operation, x)
                }
                return culprit
              })
            )
            const expected = { index: planted.index, path: names.join('.'), position: [1], value, origin: 'made' }
            expect(foundOn(tape)).toMatchObject(expected)
          })
        }
      ),
      { numRuns: runs(20) }
    )
  })

  it('computes nothing', () => {
    const calls: string[] = []
    onTape(
      watchedKernels(kernels, (operation) => calls.push(operation)),
      (start) => {
        const { tape } = rightOf(of([1, 0], log)(start))
        calls.length = 0
        expect(foundOn(tape)).toBeDefined()
        expect(calls).toEqual([])
      }
    )
  })
})

it('needs numbers', () => {
  const { tape } = rightOf(constant(startTape(shapesKernels()), [1, 0]))
  const error = leftOf(firstNonFinite(rightOf(named(tape, 'here', (at) => constant(at, 1))).tape))
  expect(error).toMatchObject({ _tag: 'KernelError', reason: 'noNumbers' })
})
