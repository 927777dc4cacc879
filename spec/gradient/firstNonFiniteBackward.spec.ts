/** Gradients that are not finite though the forward pass is. */
import fc from 'fast-check'
import { toUndefined } from 'fp-ts/Option'
import {
  add,
  backward,
  constant,
  custom,
  div,
  forward,
  gradient,
  type Gradients,
  mul,
  named,
  parameter,
  release,
  sequential,
  sigmoid,
  sqrt,
  sum,
  type Tape,
  tanh,
  trace,
  type Variable
} from 'gradfold'
import { firstNonFinite, type NonFinite } from '../../src/gradient/firstNonFinite'
import { namedKernels } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'

const foundOn = (tape: Tape, gradients?: Gradients): NonFinite | undefined =>
  toUndefined(rightOf(firstNonFinite(tape, gradients)))

/** sum(tanh(scale * sqrt(x * mask))) with a mask of 0 at position 1: there the slope of sqrt is infinite. */
const rooted = (start: Tape) =>
  rightOf(
    trace(start, function* (run) {
      const x = yield* run(parameter, [4, 2], { name: 'x' })
      const scale = yield* run(parameter, [1, 1], { name: 'scale' })
      const mask = yield* run(constant, [1, 0])
      const masked = yield* run(mul, x, mask)
      const root = yield* run((at: Tape) => named(at, 'norm', (inner) => sqrt(inner, masked)))
      const scaled = yield* run(mul, root, scale)
      return { x, scale, masked, root, scaled, loss: yield* run(sum, yield* run(tanh, scaled)) }
    })
  )

describe.each(namedKernels())('on %s', (_name, kernels) => {
  it('the gradients of parameters name the parameter', () => {
    onTape(kernels, (start) => {
      const { tape, value } = rooted(start)
      const gradients = rightOf(backward(tape, value.loss))
      expect(foundOn(tape)).toBeUndefined()
      const found = foundOn(tape, gradients)
      expect(found).toMatchObject({
        pass: 'backward',
        index: 0,
        operation: 'parameter',
        path: 'x',
        shape: [2],
        position: [1],
        value: NaN, // infinity times the mask's 0
        origin: 'unknown',
        sources: [value.masked.index]
      })
      expect(found?.message).toContain('The gradient of entry 0 (parameter x) is NaN at [1], where the entry holds 2.')
      expect(found?.message).toContain('keep')
      expect(found?.message).toContain(`Likely: entry ${value.root.index} (sqrt at norm).`)
    })
  })

  it('gradients that were kept name the operation whose derivative made it', () => {
    onTape(kernels, (start) => {
      const { tape, value } = rooted(start)
      const gradients = rightOf(backward(tape, value.loss, { keep: [value.masked, value.root, value.scaled] }))
      const found = foundOn(tape, gradients)
      expect(found).toMatchObject({
        pass: 'backward',
        index: value.masked.index,
        operation: 'mul',
        path: '',
        position: [1],
        value: Infinity,
        origin: 'made',
        sources: [value.root.index]
      })
      expect(found?.message).toBe(
        'The gradient of entry 3 (mul) is Infinity at [1], where the entry holds 0. The numbers of the forward pass are ' +
          'finite. The derivative of entry 4 (sqrt at norm) made it. The slope of sqrt is infinite at 0: add a small ' +
          'number under the root.'
      )
    })
  })

  it('an upstream gradient that is not finite is one that was given', () => {
    onTape(kernels, (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const x = yield* run(parameter, [1, 2])
          const upstream = yield* run(constant, [1, 2])
          return { upstream, y: yield* run(mul, x, 3) }
        })
      )
      const { upstream, y } = value
      // Made on another tape, so that no entry of this one holds it.
      const bad = rightOf(constant(tape, [1, Infinity]))
      const gradients = rightOf(backward(bad.tape, y, { upstream: bad.value, keep: [y] }))
      expect(foundOn(tape, gradients)).toMatchObject({ pass: 'backward', index: y.index, origin: 'given', sources: [] })
      expect(foundOn(tape, gradients)?.message).toContain('upstream')
      expect(foundOn(bad.tape, gradients)).toMatchObject({ pass: 'forward', index: bad.value.index })
      expect(foundOn(tape, rightOf(backward(tape, y, { upstream })))).toBeUndefined()
    })
  })

  it('of several parameters it is the one nearest to the loss, in whatever order they were made', () => {
    const layer = (w: Variable) => custom('Root', { w }, (at, { w: weight }, x: Variable) => mul(at, x, weight))
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 5 }), fc.boolean(), (count, reversed) => {
        onTape(kernels, (start) => {
          const { tape, value } = rightOf(
            trace(start, function* (run) {
              const weights: Variable[] = []
              for (let i = 0; i < count; i++) weights.push(yield* run(parameter, [1, 1], { name: `weight${i}` }))
              const used = reversed ? [...weights].reverse() : weights
              const model = yield* run(sequential, ...used.map(layer))
              const mask = yield* run(constant, [1, 0])
              const y = yield* run(forward, model, mask)
              return { last: used.at(-1)!, loss: yield* run(sum, yield* run(sqrt, y)) }
            })
          )
          const found = foundOn(tape, rightOf(backward(tape, value.loss)))
          expect(found).toMatchObject({
            pass: 'backward',
            path: value.last.path,
            operation: 'parameter',
            position: [1]
          })
        })
      }),
      { numRuns: runs(10) }
    )
  })

  it('is found where it is made in a chain, when all gradients are kept', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(tanh, sigmoid), { minLength: 1, maxLength: 8 }),
        fc.array(fc.constantFrom(tanh, sigmoid), { maxLength: 8 }),
        fc.boolean(),
        (before, after, fork) => {
          onTape(kernels, (start) => {
            const { tape, value } = rightOf(
              trace(start, function* (run) {
                const all: Variable[] = [yield* run(parameter, [0.5, 0.25])]
                const x = all[0]!
                for (const operation of before) all.push(yield* run(operation, all.at(-1)!))
                const planted = yield* run(mul, all.at(-1)!, yield* run(constant, [1, 0]))
                all.push(planted, yield* run(sqrt, planted))
                for (const operation of after) all.push(yield* run(operation, all.at(-1)!))
                // Gradients that come together from two sides are still found on the one where it is.
                if (fork) all.push(yield* run(add, all.at(-1)!, yield* run(mul, x, 2)))
                all.push(yield* run(sum, all.at(-1)!))
                return { all, planted }
              })
            )
            const { all, planted } = value
            const gradients = rightOf(backward(tape, all.at(-1)!, { keep: all }))
            const shuffled = new Map([...gradients].reverse())
            const expected = { pass: 'backward', index: planted.index, position: [1], value: Infinity, origin: 'made' }
            expect(foundOn(tape, gradients)).toMatchObject(expected)
            expect(foundOn(tape, shuffled)).toMatchObject(expected)
            expect(foundOn(tape, gradients)?.sources).toEqual([planted.index + 1])
          })
        }
      ),
      { numRuns: runs(20) }
    )
  })

  it('a slope that overflows says so', () => {
    onTape(kernels, (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const x = yield* run(parameter, [kernels.precision === 'float64' ? 1e-200 : 1e-25], { name: 'x' })
          const y = yield* run(div, yield* run(constant, [1]), x)
          return { y, loss: yield* run(sum, y) }
        })
      )
      const { index } = value.y
      const found = foundOn(tape, rightOf(backward(tape, value.loss, { keep: [value.y] })))
      expect(found).toMatchObject({ pass: 'backward', path: 'x', value: -Infinity })
      expect(found?.message).toContain(`entry ${index} (div)`)
    })
  })

  it('gradients that were recorded are entries, and found as such', () => {
    onTape(kernels, (start) => {
      const { tape, value } = rooted(start)
      const recorded = rightOf(gradient(tape, value.loss, value.x))
      const found = foundOn(recorded.tape)
      expect(found).toMatchObject({ pass: 'forward', value: Infinity, origin: 'made' })
      expect(found!.index).toBeGreaterThan(value.loss.index)
    })
  })

  it('gradients that were released are passed over; those of another tape are refused', () => {
    onTape(kernels, (start) => {
      const { tape, value } = rooted(start)
      const gradients = rightOf(backward(tape, value.loss, { keep: [value.masked, value.root] }))
      release(gradients.get(value.masked))
      expect(foundOn(tape, gradients)).toMatchObject({ pass: 'backward', path: 'x', origin: 'unknown' })
      release(gradients.get(value.x))
      expect(leftOf(firstNonFinite(tape, gradients))).toMatchObject({ _tag: 'Released', shapes: [[2], [2]] })
      expect(leftOf(firstNonFinite(rooted(start).tape, gradients))).toMatchObject({
        _tag: 'ForeignVariable',
        operation: 'firstNonFinite'
      })
    })
  })
})
