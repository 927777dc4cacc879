/** detach: the same numbers, from which no gradient goes on. */
import {
  backward,
  constant,
  detach,
  gradient,
  gradientOf,
  mul,
  parameter,
  referenceKernels,
  release,
  type Run,
  square,
  sum,
  trace,
  wasmKernels
} from 'gradfold'
import { isNone } from 'fp-ts/Option'
import { computed } from '../support/computed'
import { namedKernels } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { gradientFor, numbersOf } from '../support/numbers'
import { applied } from '../support/primitiveCase'
import { leftOf, rightOf } from '../support/results'

/** sum(x^2 detach(x)): by x that is 2 x detach(x), not 3 x^2. */
const program = function* (run: Run) {
  const x = yield* run(parameter, [1, 2])
  const fixed = yield* run(detach, x)
  return { x, fixed, loss: yield* run(sum, yield* run(mul, yield* run(square, x), fixed)) }
}

describe('detach', () => {
  it('keeps shape, dtype and numbers', () => {
    const cut = applied(detach)
    expect(computed([[[1.5, -2]]], cut)).toEqual({ type: 'float32 [1, 2]', value: '[[1.5, -2]]', gradients: ['none'] })
    expect(computed([Int32Array.of(3)], cut)).toEqual({ type: 'int32 [1]', value: '[3]', gradients: ['none'] })
    expect(computed([true], cut)).toEqual({ type: 'bool []', value: 'true', gradients: ['none'] })
    expect(computed([{ shape: [0, 2], values: [] }], cut)).toMatchObject({ type: 'float32 [0, 2]' })
  })

  it.each(namedKernels())('counts as a constant, on %s', (_name, kernels) => {
    onTape(kernels, (start) => {
      const { tape, value } = rightOf(trace(start, program))
      expect(value.fixed.needsGradient).toBe(false)
      const gradients = rightOf(backward(tape, value.loss))
      expect(numbersOf(gradients.get(value.x)!)).toEqual([2, 8])
      expect(isNone(gradientOf(gradients, value.fixed))).toBe(true)
      expect(numbersOf(rightOf(gradient(tape, value.loss, value.x)).value)).toEqual([2, 8])
    })
  })

  it('may be kept, or asked for beside what it was cut from', () => {
    onTape(referenceKernels(), (start) => {
      const { tape, value } = rightOf(trace(start, program))
      const { x, fixed, loss } = value
      const gradients = rightOf(backward(tape, loss, { keep: [fixed] }))
      // By what is detached: x^2. Nothing of it goes on to x.
      expect(Array.from(gradientFor(gradients, fixed).values)).toEqual([1, 4])
      expect(Array.from(gradientFor(gradients, x).values)).toEqual([2, 8])
      const recorded = rightOf(gradient(tape, loss, { x, fixed })).value
      expect(numbersOf(recorded.fixed)).toEqual([1, 4])
      expect(numbersOf(recorded.x)).toEqual([2, 8])
    })
  })

  it('has a tensor of its own', () => {
    onTape(wasmKernels(), (start) => {
      const { value: x, tape } = rightOf(parameter(start, [1, 2]))
      const cut = rightOf(detach(tape, x))
      release(x)
      expect(numbersOf(cut.value)).toEqual([1, 2])
      expect(leftOf(detach(cut.tape, x))).toMatchObject({ _tag: 'Released', operation: 'detach' })
    })
  })

  it('of a constant is one', () => {
    onTape(referenceKernels(), (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          return yield* run(sum, yield* run(detach, yield* run(constant, [1, 2])))
        })
      )
      expect(leftOf(backward(tape, value))).toMatchObject({ _tag: 'NoGradientPath' })
    })
  })
})
