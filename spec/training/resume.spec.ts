import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRight } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import {
  adam,
  adamw,
  batchData,
  fit,
  type Fitted,
  type FitSettings,
  groups,
  type Input,
  type Kernels,
  type Layer,
  linear,
  loadModel,
  loadTraining,
  memory,
  type Optimizer,
  readSafetensors,
  referenceKernels,
  rmsprop,
  rowData,
  saveTraining,
  sgd,
  shuffleData,
  startTraining,
  type Tape,
  wasmKernels,
  writeSafetensors
} from 'gradfold'
import { kernelSets } from '../support/kernelSets'
import { onTapeAsync } from '../support/leaksAsync'
import { leftOf, rightOf } from '../support/results'
import { snapshotOf, startWide, waves, wide, wideSettings, type WideSettings } from '../support/resuming'
import { inTemporaryFolder } from '../support/temporaryFolder'

const SEED = { seed: 5 }

const run = async (tape: Tape, settings: Partial<WideSettings> = {}): Promise<Fitted<Layer>> =>
  rightOf(await fit(startWide(tape), { ...wideSettings, ...settings }))

/** Aborts after so many steps. */
const after = (steps: number): Pick<WideSettings, 'signal' | 'progress'> => {
  const controller = new AbortController()
  let done = 0
  const step = (): void => {
    done++
    if (done === steps) controller.abort()
  }
  return { signal: controller.signal, progress: { start: () => {}, step, end: () => {}, stop: () => {} } }
}

const { loss, optimizer: adamOf, epochs, progress } = wideSettings
const pipelined = { loss, optimizer: adamOf, epochs, progress: progress! }

const optimizers: Readonly<Record<string, Optimizer>> = {
  adam: adam({ learningRate: 0.05 }),
  'sgd without momentum': sgd({ learningRate: 0.05 }),
  'sgd with momentum': sgd({ learningRate: 0.05, momentum: 0.9 }),
  'centred rmsprop with momentum': rmsprop({ centered: true, momentum: 0.5 }),
  groups: groups([{ path: '0', optimizer: adamw() }], sgd({ learningRate: 0.1 }))
}

describe.each(kernelSets)('a run that was broken off, on $name', ({ create }) => {
  const kernels = create()
  const whole = (settings: Partial<WideSettings> = {}): Promise<unknown> =>
    onTapeAsync(kernels, async (tape) => snapshotOf(await run(tape, settings)), SEED)

  it.each(Object.entries(optimizers))('goes on to the bit out of a file: %s', async (_, optimizer) => {
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, 'run.safetensors')
      const settings = { optimizer, averageDecay: 0.9, best: { measure: 'loss' } }
      const wanted = await whole(settings)
      for (const steps of [1, 3, 4]) {
        await onTapeAsync(
          kernels,
          async (tape) => {
            const broken = await run(tape, { ...settings, ...after(steps) })
            expect(broken.ended).toEqual({ _tag: 'Interrupted' })
            expect(broken.state.value.optimizer.step).toBe(steps)
            rightOf(saveTraining(file, optimizer, broken))
          },
          SEED
        )
        await onTapeAsync(kernels, async (tape) => {
          // The seed of this tape is another: the key comes out of the file.
          const loaded = rightOf(loadTraining(file, optimizer, startWide(tape)))
          const continued = rightOf(await fit(loaded, { ...wideSettings, ...settings }))
          expect(snapshotOf(continued)).toEqual(wanted)
        })
      }
    })
  })

  it('goes on to the bit in the same process, and leaves what it began with', async () => {
    const wanted = await whole()
    await onTapeAsync(
      kernels,
      async (tape) => {
        const half = await run(tape, { epochs: 2 })
        const before = snapshotOf(half)
        const continued = rightOf(await fit(half, wideSettings))
        expect(snapshotOf(continued)).toEqual(wanted)
        expect(snapshotOf(half)).toEqual(before)
      },
      SEED
    )
  })

  it('goes on by itself where it has a checkpoint, and begins anew where that is not wanted', async () => {
    await inTemporaryFolder(async (folder) => {
      const checkpoint = { file: join(folder, 'run.safetensors') }
      const wanted = await whole()
      const twice = await onTapeAsync(
        kernels,
        async (tape) => {
          await run(tape, { checkpoint, ...after(5) })
          return snapshotOf(await run(tape, { checkpoint }))
        },
        SEED
      )
      expect(twice).toEqual(wanted)
      // All epochs are done: nothing is trained.
      expect(await whole({ checkpoint })).toEqual(wanted)
      expect(await whole({ checkpoint: { ...checkpoint, resume: false } })).toEqual(wanted)
    })
  })

  it('goes on to the bit in a pipeline that shuffles and batches itself', async () => {
    await inTemporaryFolder(async (folder) => {
      const checkpoint = { file: join(folder, 'run.safetensors') }
      const data = pipe(rightOf(rowData(waves)), shuffleData({ seed: 3 }), batchData({ size: 4, last: 'drop' }))
      const settings: FitSettings<Layer, Readonly<Record<'x' | 'y', Input>>> = { ...pipelined, data }
      const of = (more: Partial<typeof settings>): Promise<unknown> =>
        onTapeAsync(
          kernels,
          async (tape) => snapshotOf(rightOf(await fit(startWide(tape), { ...settings, ...more }))),
          SEED
        )
      const wanted = await of({})
      await of({ checkpoint, ...after(5) })
      expect(await of({ checkpoint })).toEqual(wanted)
    })
  })

  it('takes its model out of the file alone, too', async () => {
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, 'run.safetensors')
      await onTapeAsync(kernels, async (tape) => {
        const fitted = await run(tape, { epochs: 1, checkpoint: { file } })
        const loaded = rightOf(loadModel(tape, rightOf(wide(tape)).value, file, { prefix: 'model.' }))
        const asRun = { ...fitted, state: { ...fitted.state, value: { ...fitted.state.value, model: loaded.value } } }
        expect(snapshotOf(asRun)).toEqual(snapshotOf(fitted))
      })
    })
  })
})

describe('a run on other kernels', () => {
  it('goes on with the same numbers but for rounding: the scale of the slots is their own', async () => {
    const sets = kernelSets.map(({ create }) => create())
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, 'run.safetensors')
      const losses = (kernels: Kernels, body: (tape: Tape) => Promise<Fitted<Layer>>): Promise<ReadonlyArray<number>> =>
        onTapeAsync(kernels, async (tape) => (await body(tape)).history.map(({ loss }) => loss), SEED)
      const wanted = await losses(referenceKernels(), (tape) => run(tape))
      for (const first of sets) {
        await losses(first, async (tape) => {
          const half = await run(tape, { epochs: 2 })
          rightOf(saveTraining(file, wideSettings.optimizer, half))
          return half
        })
        for (const second of sets) {
          const got = await losses(second, async (tape) => {
            const loaded = rightOf(loadTraining(file, wideSettings.optimizer, startWide(tape)))
            return rightOf(await fit(loaded, wideSettings))
          })
          got.forEach((loss, i) => expect(Math.abs(loss / wanted[i]! - 1)).toBeLessThan(1e-4))
        }
      }
    })
  })
})

describe('a file that does not fit', () => {
  const kernels = wasmKernels()

  it('is refused for another model or optimiser, or as no training run, and loses nothing', async () => {
    await inTemporaryFolder((folder) =>
      onTapeAsync(kernels, async (tape) => {
        const file = join(folder, 'run.safetensors')
        const start = startWide(tape)
        rightOf(await fit(start, { ...wideSettings, epochs: 1, checkpoint: { file } }))
        const other = startTraining(rightOf(linear(tape, 2, 1)))
        const before = memory(kernels)
        const refused = (path: string, optimizer: Optimizer, of: typeof start | typeof other = start): unknown =>
          leftOf(loadTraining<unknown>(path, optimizer, of))
        expect(refused(file, wideSettings.optimizer, other)).toMatchObject({
          _tag: 'FileError',
          operation: 'loadTraining',
          reason: 'otherModel',
          message: expect.stringContaining('It is a file of another model') as unknown
        })
        expect(refused(file, rmsprop())).toMatchObject({
          _tag: 'FileError',
          reason: 'otherModel',
          message: expect.stringContaining('is of another optimiser: for 0.weight it has exp_avg') as unknown
        })
        writeFileSync(`${file}.cut`, readFileSync(file).subarray(0, 1000))
        expect(refused(`${file}.cut`, wideSettings.optimizer)).toMatchObject({ _tag: 'FileError', reason: 'truncated' })
        expect(refused(`${file}.none`, wideSettings.optimizer)).toMatchObject({ _tag: 'FileError', reason: 'missing' })
        const contents = rightOf(readSafetensors(file))
        const entries = [...contents.tensors].map(([name, tensor]) => ({ name, tensor }))
        const record = contents.metadata.get('gradfold.training')!
        for (const text of [
          '',
          '{',
          '[]',
          record.replace('"version":1', '"version":2'),
          record.replace('"draws":', '"drawn":')
        ]) {
          rightOf(writeSafetensors(`${file}.other`, entries, new Map([['gradfold.training', text]])))
          expect(refused(`${file}.other`, wideSettings.optimizer)).toMatchObject({
            reason: 'otherModel',
            message: expect.stringContaining('finds no training run') as unknown
          })
        }
        rightOf(writeSafetensors(`${file}.other`, entries.slice(1), contents.metadata))
        expect(refused(`${file}.other`, wideSettings.optimizer)).toMatchObject({ _tag: 'FileError' })
        expect(memory(kernels)).toEqual(before)
      })
    )
  })

  it('may be continued with other settings of the same optimiser, and for more epochs', async () => {
    await inTemporaryFolder((folder) =>
      onTapeAsync(kernels, async (tape) => {
        const checkpoint = { file: join(folder, 'run.safetensors') }
        await run(tape, { epochs: 1, checkpoint })
        const more = await fit(startWide(tape), {
          ...wideSettings,
          optimizer: adam({ learningRate: 0.01 }),
          epochs: 2,
          checkpoint
        })
        expect(isRight(more) && more.right.history.length).toBe(2)
      })
    )
  })
})
