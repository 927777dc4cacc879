import {
  activation,
  constant,
  forward,
  linearForward,
  mul,
  named,
  parameterCount,
  parameters,
  referenceKernels,
  silu,
  swiglu,
  swigluForward,
  trace
} from 'gradfold'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { leftOf, rightOf } from '../support/results'

describe.each(kernelSets)('swiglu on $name', ({ create }) => {
  it('is its three layers by hand', () => {
    onTape(create(), (tape) => {
      const { value } = rightOf(
        trace(tape, function* (run) {
          const layer = yield* run(swiglu, 3, 4, 2, { bias: true })
          const x = yield* run(constant, [[[1, -2, 0.5]]])
          const y = yield* run(forward, layer, x)
          const gate = yield* run(silu, yield* run(linearForward, layer.gate, x))
          const product = yield* run(mul, gate, yield* run(linearForward, layer.up, x))
          return { y, expected: yield* run(linearForward, layer.down, product) }
        })
      )
      expect(value.y.shape).toEqual([1, 1, 2])
      expect(numbersOf(value.y)).toEqual(numbersOf(value.expected))
    })
  })
})

describe('swiglu', () => {
  it('has no biases unless asked for, and three weights that are not alike', () => {
    onTape(referenceKernels(), (tape) => {
      const layer = rightOf(named(tape, 'block', (at) => swiglu(at, 3, 4, 2))).value
      expect(parameters(layer).map(({ variable }) => [variable.path, variable.shape])).toEqual([
        ['block.gate.weight', [4, 3]],
        ['block.up.weight', [4, 3]],
        ['block.down.weight', [2, 4]]
      ])
      expect(numbersOf(layer.gate.weight)).not.toEqual(numbersOf(layer.up.weight))
      expect(parameterCount(rightOf(swiglu(tape, 3, 4, 2, { bias: true })).value)).toBe(3 * 4 * 2 + 4 * 2 + 4 + 4 + 2)
    })
  })

  it('says which of its parts is wrong', () => {
    onTape(referenceKernels(), (tape) => {
      expect(leftOf(swiglu(tape, 3, 0, 2))).toMatchObject({ _tag: 'InvalidArgument', path: 'gate', value: 0 })
      expect(leftOf(swiglu(tape, 3, 4, 1.5))).toMatchObject({ _tag: 'InvalidArgument', path: 'down', value: 1.5 })
      const { value: layer, tape: next } = rightOf(swiglu(tape, 3, 4, 2))
      const x = rightOf(constant(next, [1, 2]))
      expect(leftOf(swigluForward(x.tape, layer, x.value))).toMatchObject({ _tag: 'ShapeMismatch', path: 'gate' })
    })
  })
})

describe('an activation with settings', () => {
  it('hands them to its function, and a bad one is refused there', () => {
    onTape(referenceKernels(), (tape) => {
      const x = rightOf(constant(tape, [[4, -4]]))
      const of = (layer: ReturnType<typeof activation>) => numbersOf(rightOf(forward(x.tape, layer, x.value)).value)
      expect(of(activation('leakyRelu', { slope: 0.25 }))).toEqual([4, -1])
      expect(of(activation('softmax', { axis: 0 }))).toEqual([1, 1])
      expect(of(activation('glu', { gate: 'identity' }))).toEqual([-16])
      const error = leftOf(forward(x.tape, activation('elu', { alpha: NaN }), x.value))
      expect(error).toMatchObject({ _tag: 'InvalidArgument', operation: 'elu', argument: 'alpha' })
    })
  })
})
