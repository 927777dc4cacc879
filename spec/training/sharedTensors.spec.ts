import { join } from 'node:path'
import {
  add,
  batchNorm,
  type BatchNorm,
  batchNormForward,
  type Batch,
  constant,
  fit,
  type FitSettings,
  linear,
  type Linear,
  linearForward,
  memory,
  mseLoss,
  mul,
  release,
  sgd,
  silent,
  startTraining,
  stateOf,
  type Tape,
  trace,
  type Traced,
  type TrainingState,
  type Variable
} from 'gradfold'
import { kernelSets } from '../support/kernelSets'
import { onTapeAsync } from '../support/leaksAsync'
import { numbersOf } from '../support/numbers'
import { examples } from '../support/regression'
import { rightOf } from '../support/results'
import { inTemporaryFolder } from '../support/temporaryFolder'

/** A layer, and a constant that is a part of the model. */
interface Scaled {
  readonly layer: Linear
  readonly factor: Variable
}

const scaled = (tape: Tape): Traced<TrainingState<Scaled>> => {
  const layer = rightOf(linear(tape, 2, 1))
  const factor = rightOf(constant(layer.tape, [3]))
  return startTraining({ value: { layer: layer.value, factor: factor.value }, tape: factor.tape })
}

const lossOf = (tape: Tape, { layer, factor }: Scaled, { x, y }: Batch<typeof examples>) =>
  trace(tape, function* (run) {
    return yield* run(mseLoss, yield* run(mul, yield* run(linearForward, layer, x), factor), y)
  })

const settings: FitSettings<Scaled, typeof examples> = {
  data: examples,
  loss: lossOf,
  optimizer: sgd({ learningRate: 0.01 }),
  epochs: 4,
  batchSize: 3,
  progress: silent
}

interface Normed {
  readonly norm: BatchNorm
  readonly layer: Linear
}

const normed = (tape: Tape): Traced<TrainingState<Normed>> => {
  const norm = rightOf(batchNorm(tape, 2))
  const layer = rightOf(linear(norm.tape, 2, 1))
  return startTraining({ value: { norm: norm.value, layer: layer.value }, tape: layer.tape })
}

/** Normalises only from the second call on: the first step leaves the buffers as they are. */
const lossLater = () => {
  let calls = 0
  return (tape: Tape, { norm, layer }: Normed, { x, y }: Batch<typeof examples>) =>
    trace(tape, function* (run) {
      calls += 1
      const moved =
        calls > 1
          ? yield* run(batchNormForward, norm, x)
          : yield* run(add, yield* run(mul, x, norm.scale!), norm.offset!)
      return yield* run(mseLoss, yield* run(linearForward, layer, moved), y)
    })
}

const stateNumbers = (model: unknown) => stateOf(model).map(({ variable }) => numbersOf(variable))

describe.each(kernelSets)('what states of training share on $name', ({ create }) => {
  const kernels = create()

  it('a constant of the model lives on where a better one replaces the best model', async () => {
    await onTapeAsync(kernels, async (tape) => {
      const start = scaled(tape)
      const run = rightOf(await fit(start, { ...settings, best: {} }))
      expect(run.best!.epoch).toBeGreaterThan(1)
      for (const model of [start.value.model, run.model.value, run.best!.model.value]) {
        expect(numbersOf(model.factor)).toEqual([3])
      }
    })
  })

  it('a moving average of a model with a constant leaves nothing behind by step', async () => {
    await onTapeAsync(kernels, async (tape) => {
      const start = scaled(tape)
      const made = async (epochs: number): Promise<number> => {
        const { tensors } = memory(kernels)
        rightOf(await fit(start, { ...settings, averageDecay: 0.9, epochs }))
        return memory(kernels).tensors - tensors
      }
      expect(await made(6)).toBe(await made(1))
    })
  })

  it('a moving average that is not kept up goes', async () => {
    await onTapeAsync(kernels, (tape) =>
      inTemporaryFolder(async (folder) => {
        const file = join(folder, 'run.safetensors')
        const start = scaled(tape)
        rightOf(await fit(start, { ...settings, averageDecay: 0.9, epochs: 1, checkpoint: { file } }))
        const { tensors } = memory(kernels)
        const run = rightOf(await fit(start, { ...settings, epochs: 2, checkpoint: { file } }))
        expect(run.state.value.average).toBeUndefined()
        release(run, start.value)
        expect(memory(kernels).tensors).toBe(tensors)
        expect(numbersOf(start.value.model.factor)).toEqual([3])
      })
    )
  })

  it('a buffer that only a later step changes stays what it is in the state that was handed in', async () => {
    await onTapeAsync(kernels, async (tape) => {
      const start = normed(tape)
      const before = stateNumbers(start.value.model)
      const { data, optimizer, batchSize, progress } = settings
      const how = { data, optimizer, epochs: 2, batchSize: batchSize!, last: 'drop', progress: progress! } as const
      const run = rightOf(await fit(start, { ...how, loss: lossLater() }))
      expect(stateNumbers(start.value.model)).toEqual(before)
      expect(numbersOf(run.model.value.norm.runningMean)).not.toEqual(numbersOf(start.value.model.norm.runningMean))
    })
  })
})
