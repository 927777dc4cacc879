import {
  adam,
  constant,
  type Kernels,
  type Linear,
  linearForward,
  mseLoss,
  type Optimizer,
  parameter,
  parameters,
  read,
  type Result,
  sgd,
  startTraining,
  type Tape,
  tanh,
  trace,
  type Traced,
  trainingStep,
  type TrainingState,
  type Variable
} from 'gradfold'
import { asHost, expectGolden, golden, goldenKernelSets, type GoldenRun } from '../support/golden'
import { onTape } from '../support/leaks'
import { rightOf } from '../support/results'

interface Network {
  readonly first: Linear
  readonly second: Linear
}

const { x: examples, y: targets, parameters: initial, runs } = golden.optimizers

const network = (tape: Tape): Result<Traced<Network>> =>
  trace(tape, function* (run) {
    const [weight1, bias1, weight2, bias2] = initial.map(asHost)
    return {
      first: {
        _tag: 'Linear',
        inFeatures: 3,
        outFeatures: 4,
        weight: yield* run(parameter, weight1!),
        bias: yield* run(parameter, bias1!)
      },
      second: {
        _tag: 'Linear',
        inFeatures: 4,
        outFeatures: 2,
        weight: yield* run(parameter, weight2!),
        bias: yield* run(parameter, bias2!)
      }
    }
  })

const loss = (tape: Tape, { first, second }: Network): Result<Traced<Variable>> =>
  trace(tape, function* (run) {
    const x = yield* run(constant, asHost(examples))
    const hidden = yield* run(tanh, yield* run(linearForward, first, x))
    const y = yield* run(linearForward, second, hidden)
    return yield* run(mseLoss, y, yield* run(constant, asHost(targets)))
  })

const optimizerOf = (run: GoldenRun): Optimizer => (run.name === 'sgd' ? sgd(run.settings) : adam(run.settings))

/** The states after each of ten steps. */
const trained = (tape: Tape, optimizer: Optimizer): ReadonlyArray<Traced<TrainingState<Network>>> => {
  const states = [startTraining(rightOf(network(tape)))]
  while (states.length <= 10) states.push(rightOf(trainingStep(states.at(-1)!, optimizer, loss)))
  return states.slice(1)
}

describe.each(goldenKernelSets)('ten steps on $name, as PyTorch makes them:', ({ create, tolerance }) => {
  const kernels: Kernels = create()

  it.each(runs.map((run) => ({ title: `${run.name} ${JSON.stringify(run.settings)}`, run })))('$title', ({ run }) => {
    onTape(kernels, (tape) => {
      const states = trained(tape, optimizerOf(run))
      const losses = Float64Array.from(states, ({ value }) => value.loss)
      expectGolden({ shape: [10], dtype: 'float32', values: losses }, { shape: [10], values: run.losses }, tolerance)
      parameters(states.at(-1)!.value.model).forEach(({ variable }, i) => {
        expectGolden(rightOf(read(variable)), run.parameters[i]!, tolerance)
      })
    })
  })
})
