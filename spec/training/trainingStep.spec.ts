import {
  adam,
  add,
  backward,
  constant,
  initialState,
  item,
  lift,
  linear,
  type Linear,
  linearForward,
  memory,
  mseLoss,
  type Optimizer,
  parameters,
  referenceKernels,
  release,
  type Result,
  sgd,
  softmaxCrossEntropy,
  startTape,
  startTraining,
  type Tape,
  toArray,
  trace,
  type Traced,
  trainingStep,
  type TrainingState,
  uniform,
  update,
  type Variable
} from 'gradfold'
import { kernelSets } from '../support/kernelSets'
import { float32Sets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { lossOfAll, type Network, network, PARAMETERS } from '../support/regression'
import { leftOf, rightOf } from '../support/results'

/** All that a state holds, as plain numbers. */
const stateNumbers = <M>({ model, optimizer, loss }: TrainingState<M>): unknown => ({
  loss,
  step: optimizer.step,
  parameters: parameters(model).map(({ path, variable }) => [path, numbersOf(variable)]),
  slots: Object.entries(optimizer.slots).map(([path, running]) => [path, running.map(numbersOf)])
})

const optimizer = adam({ learningRate: 0.1 })
const started = (tape: Tape): Traced<TrainingState<Network>> => startTraining(rightOf(network(tape)))
const step = (state: Traced<TrainingState<Network>>): Traced<TrainingState<Network>> =>
  rightOf(trainingStep(state, optimizer, lossOfAll))

const steppers: ReadonlyArray<readonly [string, Optimizer]> = [
  ['adam', optimizer],
  ['sgd', sgd({ learningRate: 0.1 })],
  ["Nesterov's sgd", sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true })]
]

/** Three steps. */
const trained = (first: Traced<TrainingState<Network>>, by: Optimizer, donate: boolean) => {
  let last = first
  for (let i = 0; i < 3; i++) last = rightOf(trainingStep(last, by, lossOfAll, { donate }))
  return { first, last }
}

/** A loss that the second layer has no part in. */
const scoresLoss = (tape: Tape, model: Network, labels: ReadonlyArray<number>): Result<Traced<Variable>> =>
  trace(tape, function* (run) {
    const scores = yield* run(linearForward, model.layers[0], yield* run(constant, [[1, 2]]))
    return yield* run(softmaxCrossEntropy, scores, labels)
  })

describe('startTraining', () => {
  it('is the model, an optimiser that has seen nothing, and no loss yet', () => {
    onTape(referenceKernels(), (tape) => {
      const made = rightOf(network(tape))
      const { value, tape: same } = startTraining(made)
      expect(value).toEqual({ model: made.value, optimizer: initialState, loss: NaN })
      expect(same).toBe(made.tape)
    })
  })
})

describe.each(kernelSets)('trainingStep on $name', ({ create }) => {
  const kernels = create()

  it('is pure: the same state twice gives the same, and stays as it was', () => {
    onTape(kernels, (tape) => {
      const state = step(started(tape))
      const before = stateNumbers(state.value)
      const [first, second] = [step(state), step(state)]
      expect(stateNumbers(first.value)).toEqual(stateNumbers(second.value))
      expect(stateNumbers(state.value)).toEqual(before)
      expect(stateNumbers(first.value)).not.toEqual(before)
      expect(rightOf(lossOfAll(state.tape, state.value.model)).value.shape).toEqual([])
    })
  })

  it('is the loss, backward and update by hand', () => {
    onTape(kernels, (tape) => {
      const state = started(tape)
      const next = step(state)
      const { value } = rightOf(
        trace(state.tape, function* (run) {
          const { model } = state.value
          const loss = yield* run(lossOfAll, model)
          const gradients = yield* run((at) => lift(at, backward(at, loss)))
          const updated = yield* run(update<Network>, optimizer, { model, gradients })
          return { model: updated.model, optimizer: updated.state, loss: yield* run(lift<number>, item(loss)) }
        })
      )
      expect(stateNumbers(next.value)).toEqual(stateNumbers(value))
    })
  })

  it('leaves the parameters and slots live, and the parameters alone on the tape', () => {
    onTape(kernels, (tape) => {
      const { tensors } = memory(kernels)
      const state = started(tape)
      const next = step(state)
      expect(memory(kernels).tensors - tensors).toBe(PARAMETERS + 3 * PARAMETERS)
      expect(toArray(next.tape).map(({ operation, path }) => [operation, path])).toEqual(
        ['0.weight', '0.bias', '2.weight', '2.bias'].map((path) => ['parameter', path])
      )
      release(state.value, next.value)
      expect(memory(kernels).tensors - tensors).toBe(3 * PARAMETERS)
      const after = step(next)
      release(next.value, after.value)
      expect(memory(kernels).tensors - tensors).toBe(3 * PARAMETERS)
      expect(after.tape.length).toBe(PARAMETERS)
    })
  })

  it.each(steppers)('with %s, donated, gives the same as otherwise, and leaves of the old state nothing', (_, by) => {
    onTape(kernels, (tape) => {
      const { tensors } = memory(kernels)
      const kept = trained(started(tape), by, false)
      const before = memory(kernels)
      const given = trained(started(tape), by, true)
      expect(stateNumbers(given.last.value)).toEqual(stateNumbers(kept.last.value))
      // The last state of the three and no more; of those that were kept all.
      const slots = Object.values(given.last.value.optimizer.slots).flat().length
      expect(memory(kernels).tensors - before.tensors).toBe(PARAMETERS + slots)
      expect(before.tensors - tensors).toBeGreaterThan(2 * (PARAMETERS + slots))
      expect(leftOf(trainingStep(given.first, by, lossOfAll))._tag).toBe('Released')
      expect(leftOf(lossOfAll(given.first.tape, given.first.value.model))._tag).toBe('Released')
    })
  })

  it('with a donated state that is refused takes nothing of it', () => {
    onTape(kernels, (tape) => {
      const state = step(started(tape))
      const before = stateNumbers(state.value)
      const refused = trainingStep(state, sgd({ learningRate: -1 }), lossOfAll, { donate: true })
      expect(leftOf(refused)._tag).toBe('InvalidArgument')
      expect(stateNumbers(state.value)).toEqual(before)
    })
  })

  it('draws anew in each step, and the same in the same one', () => {
    const noise = (tape: Tape, model: Linear): Result<Traced<Variable>> =>
      trace(tape, function* (run) {
        const x = yield* run(uniform, [4, 2])
        return yield* run(mseLoss, yield* run(linearForward, model, x), x)
      })
    onTape(kernels, (tape) => {
      const none = sgd({ learningRate: 1e-30 })
      const state = startTraining(rightOf(linear(tape, 2, 2)))
      const next = rightOf(trainingStep(state, none, noise))
      const again = rightOf(trainingStep(state, none, noise))
      const after = rightOf(trainingStep(next, none, noise))
      expect(again.value.loss).toBe(next.value.loss)
      expect(after.value.loss).not.toBe(next.value.loss)
    })
  })

  it('carries the constants of a model along, the same tensors', () => {
    interface Shifted {
      readonly layer: Linear
      readonly shift: Variable
    }
    const loss = (tape: Tape, { layer, shift }: Shifted): Result<Traced<Variable>> =>
      trace(tape, function* (run) {
        const y = yield* run(linearForward, layer, yield* run(constant, [1, 2]))
        return yield* run(mseLoss, yield* run(add, y, shift), shift)
      })
    onTape(kernels, (tape) => {
      const { tensors } = memory(kernels)
      const made = rightOf(
        trace(tape, function* (run) {
          return { layer: yield* run(linear, 2, 2), shift: yield* run(constant, [3, 4]) }
        })
      )
      let state = startTraining(made)
      for (let i = 0; i < 3; i++) {
        const next = rightOf(trainingStep(state, sgd({ learningRate: 0.1 }), loss))
        release(state.value, next.value)
        state = next
      }
      expect(numbersOf(state.value.model.shift)).toEqual([3, 4])
      expect(state.value.model.shift.needsGradient).toBe(false)
      expect(state.tape.length).toBe(3)
      expect(memory(kernels).tensors - tensors).toBe(3)
    })
  })

  it('on an error leaves nothing but the state', () => {
    const wrong: ReadonlyArray<readonly [string, (tape: Tape, model: Network) => Result<Traced<Variable>>]> = [
      ['IndexOutOfBounds', (tape, model) => scoresLoss(tape, model, [9])],
      ['NoGradientPath', (tape) => constant(tape, 1)],
      ['NoGradientPath', (tape, model) => scoresLoss(tape, model, [0])],
      ['NotScalar', (tape, model) => linearForward(tape, model.layers[0], model.layers[0].weight)]
    ]
    onTape(kernels, (tape) => {
      const state = step(started(tape))
      const before = stateNumbers(state.value)
      const live = memory(kernels)
      for (const [tag, loss] of wrong) expect(leftOf(trainingStep(state, optimizer, loss))._tag).toBe(tag)
      expect(leftOf(trainingStep(state, sgd({ learningRate: -1 }), lossOfAll))._tag).toBe('InvalidArgument')
      expect(memory(kernels)).toEqual(live)
      expect(stateNumbers(state.value)).toEqual(before)
    })
  })
})

describe.each(float32Sets)('many steps on $name', ({ create }) => {
  it('keep the live tensors and the tape as they are, and bring the loss down', () => {
    const kernels = create()
    const steps = sgd({ learningRate: 0.05, momentum: 0.9 })
    let state = started(startTape(kernels.withOwnAllocations()))
    const losses: number[] = []
    const seen = new Set<string>()
    for (let i = 0; i < 2000; i++) {
      const next = rightOf(trainingStep(state, steps, lossOfAll))
      release(state.value, next.value)
      state = next
      losses.push(state.value.loss)
      const { tensors, bytes } = memory(kernels)
      seen.add(`${tensors} tensors, ${bytes} bytes, ${state.tape.length} entries`)
    }
    expect([...seen]).toEqual([expect.stringMatching(/^8 tensors, \d+ bytes, 4 entries$/)])
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 100)
    release(state.value)
    expect(memory(kernels)).toEqual({ tensors: 0, bytes: 0 })
  })
})
