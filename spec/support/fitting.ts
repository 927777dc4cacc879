/** Fitting the tiny model of regression.ts. */
import {
  adam,
  fit,
  type FitSettings,
  type Fitted,
  item,
  lift,
  type Measure,
  parameters,
  type Result,
  silent,
  startTraining,
  type Tape,
  trace,
  type Traced,
  type TrainingState
} from 'gradfold'
import { numbersOf } from './numbers'
import { recordingProgress } from './recordingProgress'
import { examples, lossOf, type Network, network } from './regression'
import { rightOf } from './results'

export type Settings = FitSettings<Network, typeof examples>

export const base: Settings = {
  data: examples,
  loss: lossOf,
  optimizer: adam({ learningRate: 0.05 }),
  epochs: 3,
  batchSize: 3,
  progress: silent
}

/** The state before training on a tape. */
export const begin = (tape: Tape): Traced<TrainingState<Network>> => startTraining(rightOf(network(tape)))

export const fitted = async (
  initial: Traced<TrainingState<Network>>,
  settings: Partial<Settings> = {}
): Promise<Fitted<Network>> => rightOf(await fit(initial, { ...base, ...settings }))

export const numbersIn = ({ value }: Traced<TrainingState<Network>>): ReadonlyArray<ReadonlyArray<number>> =>
  parameters(value.model).map(({ variable }) => numbersOf(variable))

export const measure: Measure<Network, typeof examples> = (tape, model, batch) =>
  trace(tape, function* (run) {
    return { error: yield* run(lift<number>, item(yield* run(lossOf, model, batch))) }
  })

/** The result of training, and what its progress was told. */
export const withCalls = async (
  initial: Traced<TrainingState<Network>>,
  settings: Partial<Settings>
): Promise<{ readonly result: Result<Fitted<Network>>; readonly recorded: ReadonlyArray<unknown> }> => {
  const { progress, calls } = recordingProgress()
  return { result: await fit(initial, { ...base, ...settings, progress }), recorded: calls }
}
