import {
  activation,
  type ActivationName,
  add,
  celu,
  constant,
  elu,
  evaluation,
  forward,
  gelu,
  geluTanh,
  glu,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  linear,
  linearForward,
  logSoftmax,
  matmul,
  mish,
  relu,
  type Result,
  selu,
  sequential,
  sigmoid,
  silu,
  softmax,
  softplus,
  tanh,
  type Tape,
  toArray,
  trace,
  type Traced,
  training,
  type Variable
} from 'gradfold'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { leftOf, rightOf } from '../support/results'

const operations: Readonly<Record<ActivationName, (tape: Tape, x: Variable) => Result<Traced<Variable>>>> = {
  celu,
  elu,
  gelu,
  geluTanh,
  glu,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  logSoftmax,
  mish,
  relu,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  tanh
}
const names = Object.keys(operations).filter((name): name is ActivationName => name in operations)
const rows = [
  [1, -2, 0.5],
  [0, 3, -1]
]
/** glu halves the last axis. */
const evenRows = [
  [1, -2, 0.5, 4],
  [0, 3, -1, 2]
]

describe.each(kernelSets)('forward on $name', ({ create }) => {
  const kernels = create()

  it.each(names)('of the activation %s is the operation', (name) => {
    onTape(kernels, (tape) => {
      const x = rightOf(constant(tape, evenRows))
      const layer = activation(name)
      const y = rightOf(forward(x.tape, layer, x.value))
      const expected = rightOf(operations[name](x.tape, x.value))
      expect(layer).toEqual({ _tag: 'Activation', activation: name })
      expect(numbersOf(y.value)).toEqual(numbersOf(expected.value))
      expect(toArray(y.tape)).toEqual(toArray(expected.tape))
    })
  })

  it('of a linear layer is linearForward', () => {
    onTape(kernels, (tape) => {
      const { value, tape: next } = rightOf(
        trace(tape, function* (run) {
          return { layer: yield* run(linear, 3, 2), x: yield* run(constant, rows) }
        })
      )
      const y = rightOf(forward(next, value.layer, value.x))
      const expected = rightOf(linearForward(next, value.layer, value.x))
      expect(numbersOf(y.value)).toEqual(numbersOf(expected.value))
      expect(toArray(y.tape)).toEqual(toArray(expected.tape))
    })
  })

  it('of a stack is the composition by hand', () => {
    onTape(kernels, (tape) => {
      const { value } = rightOf(
        trace(tape, function* (run) {
          const model = yield* run((at) =>
            sequential(
              at,
              (below) => linear(below, 3, 4),
              activation('tanh'),
              (below) => linear(below, 4, 2, { bias: false }),
              activation('softmax')
            )
          )
          const [first, , second] = model.layers
          const x = yield* run(constant, rows)
          const y = yield* run(forward, model, x)
          const product = yield* run(matmul, x, first.weight, { transposeY: true })
          const hidden = yield* run(tanh, yield* run(add, product, first.bias ?? 0))
          const scores = yield* run(matmul, hidden, second.weight, { transposeY: true })
          return { y, expected: yield* run(softmax, scores) }
        })
      )
      expect(value.y.shape).toEqual([2, 2])
      expect(numbersOf(value.y)).toEqual(numbersOf(value.expected))
    })
  })

  it('is the same in training and in evaluation', () => {
    onTape(kernels, (tape) => {
      const { value: model, tape: next } = rightOf(sequential(tape, (at) => linear(at, 3, 2), activation('softmax')))
      const x = rightOf(constant(next, rows))
      const inTraining = rightOf(forward(training(x.tape), model, x.value))
      const inEvaluation = rightOf(forward(evaluation(x.tape), model, x.value))
      expect(numbersOf(inEvaluation.value)).toEqual(numbersOf(inTraining.value))
    })
  })

  it('of a softmax refuses a scalar', () => {
    onTape(kernels, (tape) => {
      const x = rightOf(constant(tape, 1))
      expect(leftOf(forward(x.tape, activation('softmax'), x.value))._tag).toBe('DimensionError')
    })
  })
})
