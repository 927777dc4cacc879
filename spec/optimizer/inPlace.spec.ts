/** Updates that fail at any call, and updates that may use the memory of what they read. */
import {
  adagrad,
  adam,
  adamw,
  backward,
  type Gradients,
  groups,
  type Kernels,
  lift,
  type Optimizer,
  parameters,
  rmsprop,
  scope,
  sgd,
  startTraining,
  type Tape,
  trace,
  trainingStep,
  update
} from 'gradfold'
import { everyFault, withoutRepeats } from '../support/everyFault'
import { namedKernels } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { lossOfAll, network } from '../support/regression'
import { rightOf } from '../support/results'

const optimizers: ReadonlyArray<readonly [name: string, optimizer: Optimizer]> = [
  ['damped sgd that decays', sgd({ learningRate: 0.1, momentum: 0.9, dampening: 0.5, weightDecay: 0.1 })],
  ['adagrad', adagrad({ initialAccumulator: 0.1, weightDecay: 0.1 })],
  ['rmsprop', rmsprop()],
  ['rmsprop with all', rmsprop({ centered: true, momentum: 0.5, weightDecay: 0.1 })],
  ['adam that decays', adam({ weightDecay: 0.1 })],
  ['adamw', adamw({ weightDecay: 0.1 })],
  ['adamw of short memory', adamw({ beta1: 0.3, weightDecay: 0.1 })],
  ['groups', groups([{ path: '2', optimizer: adamw() }], rmsprop())]
]

/** A network with gradients, and the state after one update. */
const prepared = (tape: Tape, optimizer: Optimizer) =>
  rightOf(
    trace(tape, function* (run) {
      const model = yield* run(network)
      const loss = yield* run(lossOfAll, model)
      const gradients: Gradients = yield* run((at) => lift(at, backward(at, loss)))
      const next = yield* run(update, optimizer, { model, gradients })
      const again = yield* run(lossOfAll, next.model)
      return { ...next, gradients: yield* run((at) => lift(at, backward(at, again))) }
    })
  )

/** What five steps make of the network. */
const trained = (kernels: Kernels, optimizer: Optimizer, donate: boolean): ReadonlyArray<unknown> =>
  onTape(kernels, (tape) => {
    let state = startTraining(rightOf(network(tape)))
    for (let step = 0; step < 5; step++) state = rightOf(trainingStep(state, optimizer, lossOfAll, { donate }))
    return parameters(state.value.model).map(({ variable }) => numbersOf(variable))
  })

describe.each(namedKernels())('on %s', (_, kernels) => {
  it.each(optimizers)(
    'a failure at any call of %s leaves all as it was, and names the parameter',
    (_name, optimizer) => {
      const reports = everyFault(kernels, {
        prepare: (tape) => prepared(tape, optimizer),
        attempt: (tape, value) => scope(tape, (inner) => update(inner, optimizer, value))
      })
      expect(withoutRepeats(reports.map(({ error }) => error.path))).toEqual([
        '0.weight',
        '0.bias',
        '2.weight',
        '2.bias'
      ])
      expect(new Set(reports.map(({ error }) => error.operation))).toEqual(new Set(['update']))
    }
  )

  it.each(optimizers)('%s gives the same numbers where its state is donated', (_name, optimizer) => {
    expect(trained(kernels, optimizer, true)).toEqual(trained(kernels, optimizer, false))
  })
})
