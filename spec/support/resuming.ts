/** A network with all that a training run has to carry over: running statistics, dropout, an optimiser with slots. */
import {
  activation,
  adam,
  batchNorm,
  dropout,
  type Fitted,
  type FitSettings,
  forward,
  type Input,
  type Layer,
  linear,
  mseLoss,
  read,
  type Result,
  sequential,
  silent,
  startTraining,
  stateOf,
  type Tape,
  trace,
  type Traced,
  type TrainingState
} from 'gradfold'
import { rightOf } from './results'

export const wide = (tape: Tape): Result<Traced<Layer>> =>
  sequential(
    tape,
    (at) => linear(at, 2, 4, { bias: false }),
    (at) => batchNorm(at, 4),
    activation('relu'),
    dropout({ p: 0.25 }),
    (at) => linear(at, 4, 1)
  )

const COUNT = 10
const wave = (size: number, start: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => Math.sin(start + 1.7 * i))

export const waves = {
  x: { shape: [COUNT, 2], values: wave(COUNT * 2, 0) },
  y: { shape: [COUNT, 1], values: wave(COUNT, 9) }
}

export type WideSettings = FitSettings<Layer, Readonly<Record<'x' | 'y', Input>>>

export const wideSettings: WideSettings = {
  data: waves,
  loss: (tape, model, batch) =>
    trace(tape, function* (run) {
      return yield* run(mseLoss, yield* run(forward, model, batch.x), batch.y)
    }),
  optimizer: adam({ learningRate: 0.05 }),
  epochs: 4,
  batchSize: 4,
  last: 'drop',
  progress: silent
}

export const startWide = (tape: Tape): Traced<TrainingState<Layer>> => startTraining(rightOf(wide(tape)))

/** All that a run is, but for how long it took. */
export const snapshotOf = ({ state, position, best, ended }: Fitted<Layer>): unknown => {
  const numbers = (model: unknown): unknown =>
    stateOf(model).map(({ path, kind, variable }) => [path, kind, [...rightOf(read(variable)).values]])
  const { model, optimizer, average, loss } = state.value
  return {
    model: numbers(model),
    average: numbers(average),
    best: best && [best.epoch, numbers(best.model.value)],
    slots: Object.entries(optimizer.slots).map(([path, tensors]) => [
      path,
      tensors.map((tensor) => [...rightOf(read(tensor)).values])
    ]),
    step: optimizer.step,
    loss,
    ended,
    history: position.history.map(({ epoch, loss: mean, measures }) => ({ epoch, mean, measures })),
    position: { ...position, history: position.history.length, seconds: 0 }
  }
}
