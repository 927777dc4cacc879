import {
  adam,
  backward,
  type Gradients,
  initialState,
  type Kernels,
  lift,
  linear,
  memory,
  mul,
  named,
  type Optimizer,
  type OptimizerState,
  parameter,
  parameters,
  referenceKernels,
  release,
  type Result,
  sgd,
  startTape,
  sum,
  type Tape,
  Tensor,
  trace,
  type Traced,
  update,
  type Updated,
  type Variable,
  wasmKernels
} from 'gradfold'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { gradientFor, numbersOf } from '../support/numbers'
import { lossOfAll, network, PARAMETERS } from '../support/regression'
import { leftOf, rightOf } from '../support/results'

interface Prepared<M> {
  readonly model: M
  readonly gradients: Gradients
}

/** A network with its gradients. */
const prepared = (tape: Tape) =>
  rightOf(
    trace(tape, function* (run) {
      const model = yield* run(network)
      const loss = yield* run(lossOfAll, model)
      const gradients: Gradients = yield* run((at) => lift(at, backward(at, loss)))
      return { model, gradients }
    })
  )

/** A parameter x and the gradient 2 x of its square. */
const squared = (tape: Tape, start: ReadonlyArray<number>): Traced<Prepared<{ readonly x: Variable }>> =>
  rightOf(
    trace(tape, function* (run) {
      const x = yield* run(parameter, start)
      const loss = yield* run(sum, yield* run(mul, x, x))
      const gradients: Gradients = yield* run((at) => lift(at, backward(at, loss)))
      return { model: { x }, gradients }
    })
  )

const slotNumbers = ({ slots }: OptimizerState): unknown =>
  Object.entries(slots).map(([path, running]) => [path, running.map(numbersOf)])

const optimizers: ReadonlyArray<{ readonly name: string; readonly optimizer: Optimizer; readonly slots: number }> = [
  { name: 'sgd', optimizer: sgd({ learningRate: 0.1 }), slots: 0 },
  { name: 'sgd with momentum', optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }), slots: 1 },
  { name: "Nesterov's", optimizer: sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }), slots: 1 },
  { name: 'adam', optimizer: adam(), slots: 2 }
]

describe.each(kernelSets)('update on $name', ({ create }) => {
  const kernels = create()

  it.each(optimizers)('by $name is pure and makes new parameters and slots alone', ({ optimizer, slots }) => {
    onTape(kernels, (tape) => {
      const { value, tape: next } = prepared(tape)
      const before = parameters(value.model).map(({ variable }) => numbersOf(variable))
      const slopes = [...value.gradients.keys()].map((variable) => gradientFor(value.gradients, variable).values)
      const once = rightOf(update(next, optimizer, value))
      const live = memory(kernels).tensors
      const state = slotNumbers(once.value.state)
      const settings = { model: once.value.model, state: once.value.state, gradients: value.gradients }
      const old = parameters(value.model)
      const moved: Gradients = new Map(
        parameters(once.value.model).map(({ variable }, i) => [variable, value.gradients.get(old[i]!.variable)!])
      )
      const results = [1, 2].map(() => rightOf(update(once.tape, optimizer, { ...settings, gradients: moved })))

      expect(memory(kernels).tensors - live).toBe(2 * PARAMETERS * (1 + slots))
      expect(parameters(value.model).map(({ variable }) => numbersOf(variable))).toEqual(before)
      expect([...value.gradients.keys()].map((key) => gradientFor(value.gradients, key).values)).toEqual(slopes)
      expect(slotNumbers(once.value.state)).toEqual(state)
      const [first, second] = results.map(({ value: { model, state: after } }) => ({
        numbers: parameters(model).map(({ variable }) => numbersOf(variable)),
        slots: slotNumbers(after)
      }))
      expect(first).toEqual(second)
      expect(first?.numbers).not.toEqual(before)
    })
  })

  it.each(optimizers)('by $name counts steps, and its state is plain', ({ optimizer, slots }) => {
    onTape(kernels, (tape) => {
      const { value, tape: next } = prepared(tape)
      const { state } = rightOf(update(next, optimizer, value)).value
      expect(initialState).toEqual({ step: 0, slots: {} })
      expect(Object.keys(state)).toEqual(['step', 'slots'])
      expect(state.step).toBe(1)
      expect(Object.keys(state.slots)).toEqual(['0.weight', '0.bias', '2.weight', '2.bias'])
      for (const { path, variable } of parameters(value.model)) {
        const running = state.slots[path]!
        expect(running.map(({ shape }) => shape)).toEqual(new Array(slots).fill(variable.shape))
        expect(running.every((tensor) => tensor instanceof Tensor)).toBe(true)
      }
    })
  })

  it.each(optimizers)('by $name gives what outlives the model and the gradients that it came from', ({ optimizer }) => {
    onTape(kernels, (tape) => {
      const { value, tape: next } = prepared(tape)
      const { model, state } = rightOf(update(next, optimizer, value)).value
      const before = slotNumbers(state)
      release(value)
      expect(slotNumbers(state)).toEqual(before)
      expect(parameters(model).every(({ variable }) => numbersOf(variable).every(Number.isFinite))).toBe(true)
    })
  })

  it('puts the new parameters on the tape, under their paths', () => {
    onTape(kernels, (tape) => {
      const { value, tape: next } = prepared(tape)
      const after = rightOf(update(next, sgd({ learningRate: 0.1 }), value))
      expect(after.tape.length).toBe(next.length + PARAMETERS)
      expect(parameters(after.value.model).map(({ variable }) => [variable.path, variable.needsGradient])).toEqual(
        ['0.weight', '0.bias', '2.weight', '2.bias'].map((path) => [path, true])
      )
      expect(rightOf(lossOfAll(after.tape, after.value.model)).value.shape).toEqual([])
    })
  })

  it('changes a shared parameter once, wherever it is', () => {
    onTape(kernels, (tape) => {
      const { value, tape: next } = squared(tape, [1, 2])
      const model = { first: value.model.x, again: [value.model.x], rate: 3 }
      const after = rightOf(update(next, sgd({ learningRate: 0.25 }), { ...value, model })).value.model
      expect(numbersOf(after.first)).toEqual([0.5, 1])
      expect(after.again[0]).toBe(after.first)
      expect(after.rate).toBe(3)
    })
  })
})

describe('update', () => {
  const optimizer = sgd({ learningRate: 0.1 })
  const refused = (tape: Tape, by: Optimizer, settings: Parameters<typeof update>[2]): unknown => {
    const live = memory(tape.kernels)
    const error = leftOf(update(tape, by, settings))
    expect(memory(tape.kernels)).toEqual(live)
    return error
  }

  it.each<{ readonly wrong: Optimizer; readonly argument: string }>([
    ...[0, -1, NaN, Infinity].map((learningRate) => ({ wrong: sgd({ learningRate }), argument: 'learningRate' })),
    ...[-0.1, 1, NaN].map((momentum) => ({ wrong: sgd({ learningRate: 1, momentum }), argument: 'momentum' })),
    { wrong: sgd({ learningRate: 1, nesterov: true }), argument: 'nesterov' },
    ...[0, -1, NaN, Infinity].map((learningRate) => ({ wrong: adam({ learningRate }), argument: 'learningRate' })),
    ...[-0.1, 1, NaN].map((beta1) => ({ wrong: adam({ beta1 }), argument: 'beta1' })),
    ...[-0.1, 1, NaN].map((beta2) => ({ wrong: adam({ beta2 }), argument: 'beta2' })),
    ...[-1e-8, NaN, Infinity].map((eps) => ({ wrong: adam({ eps }), argument: 'eps' }))
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
