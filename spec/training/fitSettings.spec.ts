import { join } from 'node:path'
import { left, right } from 'fp-ts/Either'
import {
  backward,
  batchData,
  clipByGlobalNorm,
  earlyStopping,
  type EpochRecord,
  fit,
  type Fitted,
  type Layer,
  memory,
  mseLoss,
  forward,
  constant,
  parameters,
  read,
  reduceOnPlateau,
  referenceKernels,
  release,
  renew,
  rowData,
  sgd,
  startTraining,
  takeData,
  type Tape,
  trace,
  trainingStep,
  update
} from 'gradfold'
import { kernelSets } from '../support/kernelSets'
import { onTapeAsync } from '../support/leaksAsync'
import { numbersOf } from '../support/numbers'
import { network, type Network, examples, lossOf } from '../support/regression'
import { leftOf, rightOf } from '../support/results'
import { startWide, waves, wideSettings, type WideSettings } from '../support/resuming'

const silently = { progress: wideSettings.progress! }
const optimizer = sgd({ learningRate: 0.1 })
const start = (tape: Tape) => startTraining(rightOf(network(tape)))
const weights = (model: unknown): ReadonlyArray<number> =>
  parameters(model).flatMap(({ variable }) => numbersOf(variable))

const near = (got: ReadonlyArray<number>, wanted: ReadonlyArray<number>, digits = 5): void => {
  expect(got.length).toBe(wanted.length)
  got.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, digits))
}

describe.each(kernelSets)('fit on $name', ({ create }) => {
  const kernels = create()

  it('makes of accumulated batches the update of one large batch, a short last one too', async () => {
    await onTapeAsync(kernels, async (tape) => {
      const of = async (settings: { readonly batchSize: number; readonly accumulate?: number }) =>
        rightOf(
          await fit(start(tape), {
            data: examples,
            loss: lossOf,
            optimizer,
            epochs: 2,
            shuffle: false,
            ...silently,
            ...settings
          })
        )
      const large = await of({ batchSize: 7 })
      // 2, 2, 2 and 1 of seven examples.
      const small = await of({ batchSize: 2, accumulate: 4 })
      near(weights(small.state.value.model), weights(large.state.value.model))
      expect(small.state.value.optimizer.step).toBe(2)
      near(
        small.history.map(({ loss }) => loss),
        large.history.map(({ loss }) => loss)
      )
    })
  })

  it('clips the gradients of a step as clipByGlobalNorm does', async () => {
    await onTapeAsync(kernels, async (tape) => {
      await Promise.resolve()
      const begun = start(tape)
      const loss = (at: Tape, model: Network) =>
        trace(at, function* (run) {
          const y = yield* run(constant, examples.y)
          return yield* run(mseLoss, yield* run(forward, model, yield* run(constant, examples.x)), y)
        })
      const stepped = rightOf(trainingStep(begun, optimizer, loss, { clip: { norm: 0.01 } }))
      const wanted = rightOf(
        renew(begun.tape, (at) => {
          const total = rightOf(loss(at, begun.value.model))
          const gradients = rightOf(backward(total.tape, total.value))
          const { gradients: clipped } = rightOf(clipByGlobalNorm(total.tape, gradients, 0.01))
          return update(total.tape, optimizer, { model: begun.value.model, gradients: clipped })
        })
      )
      near(weights(stepped.value.model), weights(wanted.value.model))
      const change = weights(begun.value.model).map((value, i) => value - weights(stepped.value.model)[i]!)
      expect(Math.hypot(...change)).toBeCloseTo(0.1 * 0.01, 5)
      const bounded = rightOf(trainingStep(begun, optimizer, loss, { clip: { value: 0.02 } }))
      const moved = weights(begun.value.model).map((value, i) => Math.abs(value - weights(bounded.value.model)[i]!))
      expect(Math.max(...moved)).toBeCloseTo(0.002, 5)
      expect(leftOf(trainingStep(begun, optimizer, loss, { clip: { norm: -1 } }))).toMatchObject({
        _tag: 'InvalidArgument'
      })
    })
  })

  it('keeps a moving average that begins with the model after its first update', async () => {
    await onTapeAsync(kernels, async (tape) => {
      const begun = start(tape)
      const settings = { data: examples, loss: lossOf, optimizer, shuffle: false, batchSize: 7, ...silently }
      const averaged = rightOf(await fit(begun, { ...settings, epochs: 3, averageDecay: 0.75 }))
      const each: ReadonlyArray<number>[] = []
      for (const epochs of [1, 2, 3])
        each.push(weights(rightOf(await fit(begun, { ...settings, epochs })).state.value.model))
      const wanted = each[0]!.map((value, i) => 0.75 * (0.75 * value + 0.25 * each[1]![i]!) + 0.25 * each[2]![i]!)
      near(weights(averaged.state.value.average), wanted)
      near(weights(averaged.state.value.model), each[2]!)
    })
  })

  it('keeps the model of the best epoch, and leaks none of the others', async () => {
    await onTapeAsync(kernels, async (tape) => {
      const begun = start(tape)
      const measured = [3, 1, 2, 4]
      const settings = { data: examples, loss: lossOf, optimizer, ...silently }
      const validate = () => right({ error: measured.shift() ?? NaN })
      const before = memory(kernels).tensors
      const run = rightOf(await fit(begun, { ...settings, epochs: 4, validate, best: { measure: 'error' } }))
      expect(run.best?.epoch).toBe(2)
      const two = rightOf(await fit(begun, { ...settings, epochs: 2 }))
      near(weights(run.best!.model.value), weights(two.state.value.model), 12)
      release(two.state.value, begun.value)
      release([run.state.value, run.best], begun.value)
      expect(memory(kernels).tensors).toBe(before)
    })
  })
})

describe('callbacks', () => {
  const kernels = referenceKernels()
  const run = (settings: Partial<WideSettings>): Promise<Fitted<Layer>> =>
    onTapeAsync(kernels, async (tape) => rightOf(await fit(startWide(tape), { ...wideSettings, ...settings })))

  it('end training, and say why', async () => {
    const rising = () => right({ error: 1 })
    const stopped = await run({
      epochs: 50,
      validate: rising,
      callbacks: [earlyStopping({ measure: 'error', patience: 3 })]
    })
    expect(stopped.history.length).toBe(4)
    expect(stopped.ended).toEqual({ _tag: 'Stopped', reason: 'error was best in epoch 1, 3 epochs ago' })
    const never = await run({
      epochs: 50,
      validate: () => right({ error: NaN }),
      callbacks: [earlyStopping({ measure: 'error', patience: 2 })]
    })
    expect(never.ended).toEqual({ _tag: 'Stopped', reason: 'error was no number in 2 epochs' })
  })

  it('change the learning rate from the next epoch on, and a continued run knows it', async () => {
    const seen: number[] = []
    const validate: WideSettings['validate'] = ({ value }) => {
      seen.push(weights(value)[0]!)
      return right({})
    }
    const flat = (history: ReadonlyArray<EpochRecord>) => right({ learningRateScale: history.length < 2 ? 1 : 0 })
    const still = await onTapeAsync(kernels, async (tape) => {
      const half = rightOf(await fit(startWide(tape), { ...wideSettings, validate, callbacks: [flat], epochs: 3 }))
      return rightOf(await fit(half, { ...wideSettings, validate, callbacks: [flat], epochs: 4 })).history.length
    })
    expect(still).toBe(4)
    expect(seen[0]).not.toBe(seen[1])
    expect(seen[1]).toBe(seen[2])
    expect(seen[2]).toBe(seen[3])
  })

  it('end training with their error, and with a setting out of its range', async () => {
    await onTapeAsync(kernels, async (tape) => {
      const begun = startWide(tape)
      const before = memory(kernels)
      const refused = async (callback: NonNullable<WideSettings['callbacks']>[number]): Promise<unknown> =>
        leftOf(await fit(begun, { ...wideSettings, callbacks: [callback] }))
      const error = leftOf(await fit(begun, { ...wideSettings, epochs: -1 }))
      expect(await refused(() => left(error))).toBe(error)
      expect(await refused(earlyStopping({ patience: 0 }))).toMatchObject({ argument: 'patience' })
      expect(await refused(earlyStopping({ minimumChange: NaN }))).toMatchObject({ argument: 'minimumChange' })
      expect(await refused(reduceOnPlateau({ factor: 2 }))).toMatchObject({ argument: 'factor' })
      for (const callback of [earlyStopping, reduceOnPlateau]) {
        expect(await refused(callback({ measure: 'acc' }))).toMatchObject({
          _tag: 'InvalidArgument',
          argument: 'measure',
          message: expect.stringContaining('acc, which is not measured: there are loss') as unknown
        })
      }
      expect(leftOf(await fit(begun, { ...wideSettings, best: { measure: 'acc' } }))).toMatchObject({
        argument: 'measure'
      })
      expect(memory(kernels)).toEqual(before)
    })
  })
})

describe('fit refuses', () => {
  it('data without examples', async () => {
    await onTapeAsync(referenceKernels(), async (tape) => {
      const none = rightOf(rowData(waves))
      const data = takeData(0)(none)
      const refusal = leftOf(await fit(startWide(tape), { ...wideSettings, data }))
      expect(refusal).toMatchObject({ _tag: 'InvalidShape', operation: 'fit' })
    })
  })

  it('a measure that is called as the training loss is', async () => {
    await onTapeAsync(referenceKernels(), async (tape) => {
      const refusal = leftOf(await fit(startWide(tape), { ...wideSettings, validate: () => right({ loss: 1 }) }))
      expect(refusal).toMatchObject({ _tag: 'InvalidArgument', operation: 'fit', argument: 'validate' })
    })
  })

  it('nothing of a validation that waits', async () => {
    await onTapeAsync(referenceKernels(), async (tape) => {
      const validate = () => Promise.resolve(right({ answer: 42 }))
      const run = rightOf(await fit(startWide(tape), { ...wideSettings, epochs: 1, validate }))
      expect(run.history[0]?.measures).toEqual({ answer: 42 })
      expect(run.model.value).toBe(run.state.value.model)
    })
  })

  it.each([
    [{ epochs: 1.5 }, 'epochs'],
    [{ accumulate: 0 }, 'accumulate'],
    [{ batchSize: -1 }, 'batchSize'],
    [{ checkpoint: { file: 'x', every: 0 } }, 'checkpoint.every'],
    [{ averageDecay: 1.5 }, 'averageDecay'],
    [{ clip: { norm: -1 } }, 'clip.norm'],
    [{ clip: { value: 0 } }, 'clip.value'],
    [{ data: rightOf(rowData(waves)), shuffle: true }, 'shuffle'],
    [{ data: batchData({ size: 2 })(rightOf(rowData(waves))), last: 'drop' }, 'last']
  ] as ReadonlyArray<readonly [Partial<WideSettings>, string]>)('%p', async (settings, argument) => {
    await onTapeAsync(referenceKernels(), async (tape) => {
      const refusal = leftOf(await fit(startWide(tape), { ...wideSettings, ...settings }))
      expect(refusal).toMatchObject({ _tag: 'InvalidArgument', operation: 'fit', argument })
    })
  })

  it('a checkpoint that cannot be written, and keeps what it was given', async () => {
    const kernels = referenceKernels()
    await onTapeAsync(kernels, async (tape) => {
      const begun = startWide(tape)
      const before = memory(kernels)
      // A file is in the place of its folder.
      const file = join(__filename, 'run.safetensors')
      const refusal = leftOf(await fit(begun, { ...wideSettings, checkpoint: { file } }))
      expect(refusal).toMatchObject({ _tag: 'FileError', file })
      expect(memory(kernels)).toEqual(before)
      expect(rightOf(read(parameters(begun.value.model)[0]!.variable)).values.length).toBeGreaterThan(0)
    })
  })
})
