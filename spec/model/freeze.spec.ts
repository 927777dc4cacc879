import {
  adam,
  backward,
  batchNorm,
  constant,
  forward,
  freeze,
  linear,
  memory,
  mseLoss,
  parameterCount,
  parameters,
  read,
  release,
  sequential,
  startTape,
  startTraining,
  stateOf,
  type Tape,
  trace,
  trainingStep,
  unfreeze,
  type Variable,
  wasmKernels
} from 'gradfold'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'

const numbers = (x: Variable): ReadonlyArray<number> => [...rightOf(read(x)).values]

/** Two linear layers, the first frozen. */
const tuned = (tape: Tape) =>
  trace(tape, function* (run) {
    const encoder = yield* run((below) =>
      sequential(
        below,
        (at) => linear(at, 2, 3),
        (at) => batchNorm(at, 3)
      )
    )
    const head = yield* run(linear, 3, 1)
    return { encoder: yield* run(freeze, encoder), head, original: encoder }
  })

const loss = (tape: Tape, model: Pick<ReturnType<typeof made>['value'], 'encoder' | 'head'>) =>
  trace(tape, function* (run) {
    const x = yield* run(constant, [
      [1, 2],
      [3, 5],
      [-1, 0.5]
    ])
    const hidden = yield* run(forward, model.encoder, x)
    const target = yield* run(constant, [[1], [0], [2]])
    return yield* run(mseLoss, yield* run(forward, model.head, hidden), target)
  })

const made = (tape: Tape) => rightOf(tuned(tape))

describe.each(kernelSets)('freeze on $name', ({ create }) => {
  it('takes parameters out of training, keeps them in the state, and is undone by unfreeze', () => {
    onTape(create(), (tape) => {
      const { value, tape: at } = made(tape)
      expect(parameterCount(value.encoder)).toBe(0)
      expect(parameterCount(value.original)).toBe(15)
      expect(stateOf(value.encoder).map(({ path, kind }) => `${path} ${kind}`)).toEqual([
        '0.weight frozen',
        '0.bias frozen',
        '1.scale frozen',
        '1.offset frozen',
        '1.runningMean buffer',
        '1.runningVariance buffer'
      ])
      const back = rightOf(unfreeze(at, value.encoder))
      expect(parameters(back.value).map(({ path }) => path)).toEqual(parameters(value.original).map(({ path }) => path))
      expect(numbers(back.value.layers[0].weight)).toEqual(numbers(value.original.layers[0].weight))
    })
  })

  it('computes no gradient for them, and no step changes them; buffers go on', () => {
    onTape(create(), (tape) => {
      const { value, tape: at } = made(tape)
      const total = rightOf(loss(at, value))
      const gradients = rightOf(backward(total.tape, total.value))
      const known = new Set(parameters(value.head).map(({ variable }) => variable))
      expect([...gradients.keys()].filter((variable) => variable.path !== '').every((one) => known.has(one))).toBe(true)
      const model = { encoder: value.encoder, head: value.head }
      const first = startTraining({ value: model, tape: at })
      const second = rightOf(trainingStep(first, adam(), loss))
      const third = rightOf(trainingStep(second, adam(), loss, { donate: true }))
      const after = third.value.model
      expect(numbers(after.encoder.layers[0].weight)).toEqual(numbers(value.encoder.layers[0].weight))
      expect(numbers(after.head.weight)).not.toEqual(numbers(value.head.weight))
      expect(numbers(after.encoder.layers[1].runningMean)).not.toEqual(numbers(value.encoder.layers[1].runningMean))
      expect(Object.keys(third.value.optimizer.slots)).toEqual(['head.weight', 'head.bias'])
      expect(parameterCount(after)).toBe(4)
    })
  })

  it('shares numbers and no handle: the parameters may be released, the frozen ones stay', () => {
    const kernels = create()
    const before = memory(kernels)
    const { value } = made(startTape(kernels))
    const weight = numbers(value.original.layers[0].weight)
    release(parameters(value.original))
    expect(numbers(value.encoder.layers[0].weight)).toEqual(weight)
    release(value)
    expect(memory(kernels)).toEqual(before)
  })
})

describe('freeze refuses', () => {
  it('a model of another tape, and one that was released', () => {
    const kernels = wasmKernels()
    onTape(kernels, (tape) => {
      const layer = rightOf(linear(tape, 1, 1))
      expect(leftOf(freeze(tape, layer.value))).toMatchObject({ _tag: 'ForeignVariable', operation: 'freeze' })
      release(layer.value)
      expect(leftOf(freeze(layer.tape, layer.value))).toMatchObject({ _tag: 'Released', operation: 'freeze' })
    })
  })
})
