import {
  backward,
  constant,
  forward,
  lift,
  named,
  parameter,
  parameters,
  prelu,
  preluForward,
  referenceKernels,
  sum,
  trace
} from 'gradfold'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { gradientFor, numbersOf } from '../support/numbers'
import { leftOf, rightOf } from '../support/results'

describe.each(kernelSets)('prelu on $name', ({ create }) => {
  const kernels = create()

  it('multiplies what is not above 0 by slopes that learn from it alone', () => {
    onTape(kernels, (tape) => {
      const { value } = rightOf(
        trace(tape, function* (run) {
          const layer = yield* run(prelu, { channels: 3, slope: 0.5 })
          const x = yield* run(parameter, [
            [2, 0, -4],
            [-6, 1e4, Infinity]
          ])
          const y = yield* run(forward, layer, x)
          const loss = yield* run(sum, y)
          return { layer, x, y, gradients: yield* run((at) => lift(at, backward(at, loss))) }
        })
      )
      expect(numbersOf(value.y)).toEqual([2, 0, -2, -3, 1e4, Infinity])
      expect(Array.from(gradientFor(value.gradients, value.x).values)).toEqual([1, 0.5, 0.5, 0.5, 1, 1])
      // Infinity is above 0, where the slope counts for nothing: no NaN.
      expect(Array.from(gradientFor(value.gradients, value.layer.slope).values)).toEqual([-6, 0, -4])
    })
  })

  it('has one slope for any shape, none of the axes excepted', () => {
    onTape(kernels, (tape) => {
      const { value: layer, tape: next } = rightOf(named(tape, 'encoder', (at) => prelu(at)))
      expect(parameters(layer).map(({ path, variable }) => [path, variable.path, variable.shape])).toEqual([
        ['slope', 'encoder.slope', [1]]
      ])
      for (const x of [-4, [-4], [[[-4]]]]) {
        const given = rightOf(constant(next, x))
        const y = rightOf(preluForward(given.tape, layer, given.value)).value
        expect([y.shape, numbersOf(y)]).toEqual([given.value.shape, [-1]])
      }
      const none = rightOf(constant(next, { shape: [0, 3], values: [] }))
      expect(rightOf(preluForward(none.tape, layer, none.value)).value.shape).toEqual([0, 3])
    })
  })
})

describe('prelu', () => {
  it.each([0, -1, 1.5, NaN, Infinity])('refuses %p channels', (channels) => {
    onTape(referenceKernels(), (tape) => {
      const error = leftOf(named(tape, 'encoder', (at) => prelu(at, { channels })))
      const expected = {
        _tag: 'InvalidArgument',
        operation: 'prelu',
        argument: 'channels',
        value: channels,
        path: 'encoder'
      }
      expect(error).toMatchObject(expected)
      expect(error.message).toContain(`prelu needs channels to be a whole number from 1 up, not ${channels}`)
    })
  })

  it('refuses a slope that is not finite, another number of channels, and whole numbers', () => {
    onTape(referenceKernels(), (tape) => {
      const slope = { _tag: 'InvalidArgument', operation: 'prelu', argument: 'slope', value: NaN }
      expect(leftOf(prelu(tape, { slope: NaN }))).toMatchObject(slope)
      const { value: layer, tape: next } = rightOf(prelu(tape, { channels: 3 }))
      for (const x of [[[1, 2]], 1]) {
        const given = rightOf(constant(next, x))
        const error = leftOf(named(given.tape, 'encoder', (at) => preluForward(at, layer, given.value)))
        expect(error).toMatchObject({ _tag: 'ShapeMismatch', operation: 'preluForward', path: 'encoder' })
        expect(error).toMatchObject({ shapes: [given.value.shape, [3]] })
        expect(error.message).toContain('has 3 slopes, one for each place of the last axis')
      }
      const whole = rightOf(constant(next, Int32Array.of(1, 2, 3)))
      const error = leftOf(preluForward(whole.tape, layer, whole.value))
      expect(error).toMatchObject({ _tag: 'DtypeError', operation: 'preluForward' })
    })
  })
})
