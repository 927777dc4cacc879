/** What update refuses, and that it has changed nothing then. */
import {
  adagrad,
  adam,
  adamw,
  type Gradients,
  groups,
  type Kernels,
  linear,
  memory,
  named,
  type Optimizer,
  type OptimizerState,
  parameter,
  referenceKernels,
  release,
  type Result,
  rmsprop,
  sgd,
  startTape,
  type Tape,
  type Traced,
  update,
  type Updated,
  type Variable,
  wasmKernels
} from 'gradfold'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { leftOf, rightOf } from '../support/results'
import { squared } from '../support/squared'

describe('update', () => {
  const optimizer = sgd({ learningRate: 0.1 })
  const refused = (tape: Tape, by: Optimizer, settings: Parameters<typeof update>[2]): unknown => {
    const live = memory(tape.kernels)
    const error = leftOf(update(tape, by, settings))
    expect(memory(tape.kernels)).toEqual(live)
    return error
  }

  it.each<{ readonly wrong: Optimizer; readonly argument: string }>([
    ...[-1, NaN, Infinity].map((learningRate) => ({ wrong: sgd({ learningRate }), argument: 'learningRate' })),
    ...[-0.1, 1, NaN].map((momentum) => ({ wrong: sgd({ learningRate: 1, momentum }), argument: 'momentum' })),
    { wrong: sgd({ learningRate: 1, nesterov: true }), argument: 'nesterov' },
    ...[-1, NaN, Infinity].map((learningRate) => ({ wrong: adam({ learningRate }), argument: 'learningRate' })),
    ...[-0.1, 1, NaN].map((beta1) => ({ wrong: adam({ beta1 }), argument: 'beta1' })),
    ...[-0.1, 1, NaN].map((beta2) => ({ wrong: adam({ beta2 }), argument: 'beta2' })),
    ...[-1e-8, NaN, Infinity].map((eps) => ({ wrong: adam({ eps }), argument: 'eps' })),
    { wrong: adagrad({ learningRateDecay: -1 }), argument: 'learningRateDecay' },
    { wrong: rmsprop({ alpha: 1 }), argument: 'alpha' },
    { wrong: adamw({ weightDecay: -1 }), argument: 'weightDecay' },
    { wrong: adamw({ learningRate: () => NaN }), argument: 'learningRate' }
  ])('refuses $wrong', ({ wrong, argument }) => {
    onTape(referenceKernels(), (tape) => {
      const { value, tape: next } = squared(tape, [1])
      expect(refused(next, wrong, value)).toMatchObject({
        _tag: 'InvalidArgument',
        operation: wrong._tag.toLowerCase(),
        argument
      })
    })
  })

  it('refuses a scale of the learning rate that is none', () => {
    onTape(referenceKernels(), (tape) => {
      const { value, tape: next } = squared(tape, [1])
      for (const learningRateScale of [-1, NaN, Infinity]) {
        expect(refused(next, optimizer, { ...value, learningRateScale })).toMatchObject({
          _tag: 'InvalidArgument',
          operation: 'update',
          argument: 'learningRateScale'
        })
      }
    })
  })

  it('multiplies all learning rates by a scale', () => {
    onTape(referenceKernels(), (tape) => {
      const { value, tape: next } = squared(tape, [1, 2])
      const by = groups([], sgd({ learningRate: 0.5 }))
      const scaled = [1, 0.5, 0].map((learningRateScale) =>
        numbersOf(rightOf(update(next, by, { ...value, learningRateScale })).value.model.x)
      )
      expect(scaled).toEqual([
        [0, 0],
        [0.5, 1],
        [1, 2]
      ])
    })
  })

  it('asks a schedule for the rate of its own step, from 0', () => {
    onTape(referenceKernels(), (tape) => {
      const { value, tape: next } = squared(tape, [1])
      const steps: number[] = []
      const learningRate = (step: number): number => {
        steps.push(step)
        return 0.1
      }
      const { model, state } = rightOf(update(next, sgd({ learningRate }), value)).value
      expect(numbersOf(model.x)[0]).toBeCloseTo(0.8, 12)
      rightOf(update(next, sgd({ learningRate }), { ...value, state }))
      expect(steps).toEqual([0, 1])
    })
  })

  it('refuses a parameter that the loss does not depend on, and says which', () => {
    onTape(referenceKernels(), (tape) => {
      const { value, tape: next } = squared(tape, [1])
      const { value: unused, tape: later } = rightOf(linear(next, 2, 2))
      const error = leftOf(
        named(later, 'here', (at) => update(at, optimizer, { ...value, model: { ...value.model, head: unused } }))
      )
      expect(error).toMatchObject({ _tag: 'NoGradientPath', operation: 'update', path: 'here' })
      expect(error.message).toContain('head.weight')
    })
  })

  it('refuses a model without parameters', () => {
    onTape(referenceKernels(), (tape) => {
      const { value, tape: next } = squared(tape, [1])
      class Model {
        constructor(readonly x: Variable) {}
      }
      for (const model of [{}, new Model(value.model.x)]) {
        expect(refused(next, optimizer, { ...value, model })).toMatchObject({ _tag: 'NoGradientPath' })
      }
    })
  })

  it('refuses state and gradients of another model', () => {
    onTape(referenceKernels(), (tape) => {
      const one = squared(tape, [1])
      const three = squared(one.tape, [1, 2, 3])
      const { x } = one.value.model
      const gradients: Gradients = new Map([[x, three.value.gradients.get(three.value.model.x)!]])
      const mismatch = { _tag: 'ShapeMismatch', operation: 'update', shapes: [[3], [1]] }
      expect(refused(three.tape, optimizer, { ...one.value, gradients })).toMatchObject(mismatch)
      for (const by of [sgd({ learningRate: 1, momentum: 0.5 }), adam()]) {
        const { state } = rightOf(update(three.tape, by, three.value)).value
        expect(refused(three.tape, by, { ...one.value, state })).toMatchObject(mismatch)
      }
    })
  })

  it('refuses state of another optimiser, and state that lacks a parameter', () => {
    onTape(referenceKernels(), (tape) => {
      const { value, tape: next } = squared(tape, [1])
      const momentum = sgd({ learningRate: 1, momentum: 0.5 })
      const stateOf = (by: Optimizer): OptimizerState => rightOf(update(next, by, value)).value.state
      const wrong = { _tag: 'InvalidArgument', operation: 'update', argument: 'state' }
      expect(refused(next, adam(), { ...value, state: stateOf(momentum) })).toMatchObject({ ...wrong, value: 1 })
      expect(refused(next, adam(), { ...value, state: stateOf(optimizer) })).toMatchObject({ ...wrong, value: 0 })
      expect(refused(next, momentum, { ...value, state: stateOf(adam()) })).toMatchObject({ ...wrong, value: 2 })
      // A momentum may begin, and end, in the course of training.
      expect(rightOf(update(next, momentum, { ...value, state: stateOf(optimizer) })).value.state.step).toBe(2)
      expect(rightOf(update(next, optimizer, { ...value, state: stateOf(momentum) })).value.state.step).toBe(2)
    })
  })

  it('refuses what was released, and parameters of another tape', () => {
    onTape(referenceKernels(), (tape) => {
      const { value, tape: next } = squared(tape, [1])
      const { state } = rightOf(update(next, adam(), value)).value
      expect(refused(startTape(tape.kernels), optimizer, value)).toMatchObject({ _tag: 'ForeignVariable' })
      release(state)
      expect(refused(next, adam(), { ...value, state })).toMatchObject({ _tag: 'Released', operation: 'update' })
      release(value.gradients)
      expect(refused(next, optimizer, value)).toMatchObject({ _tag: 'Released', operation: 'update' })
    })
  })

  it('says that the memory is full, and gives back what it had made', () => {
    const kernels: Kernels = wasmKernels({ memoryLimit: 80 * 2 ** 20 })
    onTape(kernels, (tape) => {
      const { value: x, tape: next } = rightOf(parameter(tape, new Float32Array(5 * 2 ** 20)))
      const gradients: Gradients = new Map([[x, tape.kernels.fill(x.shape, 1, 'float32')]])
      const attempt: Result<Traced<Updated<Variable>>> = update(next, optimizer, { model: x, gradients })
      expect(leftOf(attempt)).toMatchObject({ _tag: 'KernelError', operation: 'update', reason: 'outOfMemory' })
      expect(memory(kernels).tensors).toBe(2)
    })
  })
})
