import {
  adagrad,
  adam,
  adamw,
  backward,
  type Gradients,
  initialState,
  lift,
  memory,
  type Optimizer,
  type OptimizerState,
  parameters,
  release,
  rmsprop,
  sgd,
  type Tape,
  Tensor,
  trace,
  update
} from 'gradfold'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { gradientFor, numbersOf } from '../support/numbers'
import { lossOfAll, network, PARAMETERS } from '../support/regression'
import { rightOf } from '../support/results'
import { squared } from '../support/squared'

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

const slotNumbers = ({ slots }: OptimizerState): unknown =>
  Object.entries(slots).map(([path, running]) => [path, running.map(numbersOf)])

const optimizers: ReadonlyArray<{ readonly name: string; readonly optimizer: Optimizer; readonly slots: number }> = [
  { name: 'sgd', optimizer: sgd({ learningRate: 0.1 }), slots: 0 },
  { name: 'sgd with momentum', optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }), slots: 1 },
  { name: "Nesterov's", optimizer: sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }), slots: 1 },
  { name: 'damped sgd', optimizer: sgd({ learningRate: 0.1, momentum: 0.9, dampening: 0.5 }), slots: 1 },
  { name: 'decaying sgd', optimizer: sgd({ learningRate: 0.1, weightDecay: 0.5 }), slots: 0 },
  { name: 'adagrad', optimizer: adagrad(), slots: 1 },
  { name: 'adagrad that begins elsewhere', optimizer: adagrad({ initialAccumulator: 1, weightDecay: 1 }), slots: 1 },
  { name: 'rmsprop', optimizer: rmsprop(), slots: 1 },
  { name: 'rmsprop with momentum', optimizer: rmsprop({ momentum: 0.5, weightDecay: 1 }), slots: 2 },
  { name: 'centred rmsprop', optimizer: rmsprop({ centered: true }), slots: 2 },
  { name: 'centred rmsprop with momentum', optimizer: rmsprop({ centered: true, momentum: 0.5 }), slots: 3 },
  { name: 'adam', optimizer: adam(), slots: 2 },
  { name: 'decaying adam', optimizer: adam({ weightDecay: 0.5 }), slots: 2 },
  { name: 'adam of short memory', optimizer: adam({ beta1: 0.25, weightDecay: 0.5 }), slots: 2 },
  { name: 'adamw', optimizer: adamw(), slots: 2 },
  { name: 'adamw of short memory', optimizer: adamw({ beta1: 0.25 }), slots: 2 }
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
