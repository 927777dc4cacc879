import fc from 'fast-check'
import { constant, type Gate, glu, named, referenceKernels, type Tape, type Variable } from 'gradfold'
import { checkGradients, shapes, tensors } from 'gradfold/testing'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'

const logistic = (x: number): number => 1 / (1 + Math.exp(-x))
const gates: ReadonlyArray<readonly [Gate, (x: number) => number]> = [
  ['sigmoid', logistic],
  ['silu', (x) => x * logistic(x)],
  // gelu(2) and gelu(-3) of PyTorch 2.13, in float64.
  ['gelu', (x) => (x === 2 ? 1.9544997361036416 : -0.00404969409489031)],
  ['relu', (x) => Math.max(x, 0)],
  ['identity', (x) => x]
]

describe.each(kernelSets)('glu on $name', ({ create }) => {
  const kernels = create()

  it.each(gates)('multiplies the first half by %s of the second', (gate, f) => {
    onTape(kernels, (tape) => {
      const x = rightOf(constant(tape, [[5, 7, 2, -3]]))
      const y = rightOf(glu(x.tape, x.value, { gate })).value
      expect(y.shape).toEqual([1, 2])
      const [first = NaN, second = NaN] = numbersOf(y)
      expect(first).toBeCloseTo(5 * f(2), 5)
      expect(second).toBeCloseTo(7 * f(-3), 5)
    })
  })

  it('halves any axis, also one of nothing', () => {
    onTape(kernels, (tape) => {
      const x = rightOf(
        constant(tape, [
          [[1], [2]],
          [[0], [0]]
        ])
      )
      const y = rightOf(glu(x.tape, x.value, { axis: 0 }))
      expect([y.value.shape, numbersOf(y.value)]).toEqual([
        [1, 2, 1],
        [0.5, 1]
      ])
      const empty = rightOf(constant(y.tape, { shape: [0, 3], values: [] }))
      expect(rightOf(glu(empty.tape, empty.value, { axis: -2 })).value.shape).toEqual([0, 3])
    })
  })
})

describe('glu', () => {
  it.each(gates)('has the right gradients with the gate %s', (gate) => {
    const input = tensors({ shape: shapes({ maxRank: 1, maxElements: 3 }).map((batch) => [...batch, 4]) })
    const f = (tape: Tape, x: Variable) => glu(tape, x, { gate })
    fc.assert(fc.property(input, checkGradients(f)), { numRuns: runs(10) })
  })

  it('refuses an odd axis, one that is not there, and whole numbers', () => {
    onTape(referenceKernels(), (tape) => {
      const x = rightOf(constant(tape, [[1, 2, 3]]))
      const odd = leftOf(named(x.tape, 'gate', (at) => glu(at, x.value)))
      expect(odd).toMatchObject({ _tag: 'DimensionError', operation: 'glu', shape: [1, 3], axes: [-1], path: 'gate' })
      expect(odd.message).toContain('glu halves axis -1 of [1, 3], but 3 is odd')
      expect(leftOf(glu(x.tape, x.value, { axis: 2 }))).toMatchObject({ _tag: 'DimensionError', operation: 'glu' })
      const whole = rightOf(constant(x.tape, Int32Array.of(1, 2)))
      expect(leftOf(glu(whole.tape, whole.value))).toMatchObject({ _tag: 'DtypeError', operation: 'glu' })
      const single = rightOf(constant(whole.tape, 1))
      expect(leftOf(glu(single.tape, single.value))).toMatchObject({ _tag: 'DimensionError', operation: 'glu' })
    })
  })
})
