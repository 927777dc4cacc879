import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fit, loadTraining, referenceKernels, startTape } from 'gradfold'
import { rightOf } from '../support/results'
import { snapshotOf, startWide, wideSettings } from '../support/resuming'
import { inTemporaryFolder } from '../support/temporaryFolder'

// It starts a process that compiles gradfold.
jest.setTimeout(120_000)

const program = join(__dirname, '..', 'support', 'interruptible.ts')

describe('Ctrl-C', () => {
  it('ends training after the step, with the run saved, and the process as it should', async () => {
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, 'run.safetensors')
      const child = spawn(process.execPath, ['--import', 'tsx', program, file], {
        stdio: ['ignore', 'pipe', 'inherit']
      })
      let last = ''
      let steps = 0
      for await (const line of createInterface({ input: child.stdout })) {
        last = line
        steps++
        // In the middle of an epoch of two steps.
        if (steps === 41) child.kill('SIGINT')
      }
      if (child.exitCode === null) await once(child, 'exit')
      expect(child.exitCode).toBe(0)
      const [, count = ''] = /^Interrupted after (\d+) updates$/.exec(last) ?? []
      expect(Number(count)).toBeGreaterThanOrEqual(41)
      const loaded = rightOf(loadTraining(file, wideSettings.optimizer, startWide(startTape(referenceKernels()))))
      expect(loaded).toMatchObject({ ended: { _tag: 'Interrupted' } })
      expect(loaded.state.value.optimizer.step).toBe(Number(count))
      // As a run that was not interrupted would be there.
      const epochs = loaded.position.history.length + 1
      const continued = rightOf(await fit(loaded, { ...wideSettings, epochs }))
      const whole = rightOf(
        await fit(startWide(startTape(referenceKernels(), { seed: 5 })), { ...wideSettings, epochs })
      )
      expect(snapshotOf(continued)).toEqual(snapshotOf(whole))
    })
  })

  it('is left alone where there is no checkpoint, and after the run', async () => {
    const before = process.listenerCount('SIGINT')
    let during = -1
    const watch = (): void => {
      during = process.listenerCount('SIGINT')
    }
    const progress = { start: watch, step: () => {}, end: () => {}, stop: () => {} }
    const start = startWide(startTape(referenceKernels()))
    rightOf(await fit(start, { ...wideSettings, epochs: 1, progress }))
    expect(during).toBe(before)
    await inTemporaryFolder(async (folder) => {
      const checkpoint = { file: join(folder, 'run.safetensors') }
      rightOf(await fit(start, { ...wideSettings, epochs: 1, progress, checkpoint }))
    })
    expect(during).toBe(before + 1)
    expect(process.listenerCount('SIGINT')).toBe(before)
  })
})
