import fc from 'fast-check'
import {
  add,
  constant,
  moments,
  mul,
  named,
  parameter,
  referenceKernels,
  shapesKernels,
  trace,
  uniform
} from 'gradfold'
import { checkGradients, shapes, tensors } from 'gradfold/testing'
import { someAxes } from '../support/arbitraryShapes'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { refused } from '../support/refused'
import { rightOf } from '../support/results'
import { runs } from '../support/runs'
import { momentsOf } from '../support/statistics'

describe.each(kernelSets)('moments on $name', ({ create }) => {
  const kernels = create()

  it('are the mean, and the mean square from it', () => {
    fc.assert(
      fc.property(tensors({ shape: shapes({ minRank: 2, maxRank: 2, minSize: 1, maxElements: 40 }) }), (x) => {
        onTape(kernels, (tape) => {
          const { value } = rightOf(
            trace(tape, function* (run) {
              const input = yield* run(constant, x)
              const rows = yield* run(moments, input, { axis: -1 })
              return {
                rows,
                all: yield* run(moments, input),
                kept: yield* run(moments, input, { axis: 0, keepDims: true })
              }
            })
          )
          const [count, size] = [x.shape[0]!, x.shape[1]!]
          const wanted = Array.from({ length: count }, (_, i) => momentsOf(x.values.slice(i * size, (i + 1) * size)))
          expect([value.rows.mean.shape, value.rows.variance.shape]).toEqual([[count], [count]])
          wanted.forEach(({ mean, variance }, i) => {
            expect(numbersOf(value.rows.mean)[i]).toBeCloseTo(mean, 3)
            expect(numbersOf(value.rows.variance)[i]! / Math.max(1, variance)).toBeCloseTo(
              variance / Math.max(1, variance),
              3
            )
          })
          expect([value.all.mean.shape, value.all.variance.shape]).toEqual([[], []])
          expect(numbersOf(value.all.mean)[0]).toBeCloseTo(momentsOf(x.values).mean, 3)
          expect([value.kept.mean.shape, value.kept.variance.shape]).toEqual([
            [1, size],
            [1, size]
          ])
        })
      }),
      { numRuns: runs(30) }
    )
  })

  it('keep their digits far from 0', () => {
    onTape(kernels, (tape) => {
      const { value } = rightOf(
        trace(tape, function* (run) {
          return yield* run(moments, yield* run(constant, [4096, 4097, 4098, 4099]))
        })
      )
      expect([...numbersOf(value.mean), ...numbersOf(value.variance)]).toEqual([4097.5, 1.25])
    })
  })

  it('of nothing are NaN, and over no axis x and 0', () => {
    onTape(kernels, (tape) => {
      const { value } = rightOf(
        trace(tape, function* (run) {
          const nothing = yield* run(moments, yield* run(constant, []))
          return { nothing, none: yield* run(moments, yield* run(constant, [3, 4]), { axis: [] }) }
        })
      )
      expect([...numbersOf(value.nothing.mean), ...numbersOf(value.nothing.variance)]).toEqual([NaN, NaN])
      expect([...numbersOf(value.none.mean), ...numbersOf(value.none.variance)]).toEqual([3, 4, 0, 0])
    })
  })
})

describe('moments', () => {
  it('have the right gradients', () => {
    const given = shapes({ minSize: 1, maxElements: 12 }).chain((shape) =>
      fc.tuple(tensors({ shape }), someAxes(shape), fc.boolean())
    )
    fc.assert(
      fc.property(given, ([x, axis, keepDims]) => {
        const settings = { axis, keepDims }
        checkGradients((tape, input) =>
          trace(tape, function* (run) {
            const { mean, variance } = yield* run(moments, input, settings)
            return yield* run(add, mean, yield* run(mul, variance, 0.5))
          })
        )(x)
      }),
      { numRuns: runs(15) }
    )
  })

  it('know their shapes where there are no numbers', () => {
    onTape(shapesKernels(), (tape) => {
      const y = trace(tape, function* (run) {
        return yield* run(moments, yield* run(uniform, [1e6, 1e6]), { axis: 0 })
      })
      expect(rightOf(y).value.variance.shape).toEqual([1e6])
    })
  })

  it('refuse an axis that is not there, and whole numbers', () => {
    onTape(referenceKernels(), (start) => {
      const x = rightOf(parameter(start, [1, 2]))
      const error = refused(x.tape, (at) => named(at, 'norm', (inner) => moments(inner, x.value, { axis: 1 })))
      expect(error).toMatchObject({ _tag: 'DimensionError', operation: 'moments', path: 'norm', shape: [2], axes: [1] })
      const whole = rightOf(constant(x.tape, [1, 2], { dtype: 'int32' }))
      expect(refused(whole.tape, (at) => moments(at, whole.value))._tag).toBe('DtypeError')
    })
  })
})
