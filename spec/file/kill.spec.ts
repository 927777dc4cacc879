import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { readSafetensors, writeSafetensors } from 'gradfold'
import { rightOf } from '../support/results'
import { lengthOf, tensorOf } from './support/rounds'
import { transpiled } from './support/transpiled'

// Some hundred processes.
jest.setTimeout(300_000)

const root = mkdtempSync(join(tmpdir(), 'gradfold-'))
afterAll(() => rmSync(root, { recursive: true }))

/** Which round the file is of; fails unless it is there, whole, and of one round alone. */
const roundIn = (file: string): number => {
  const values = rightOf(readSafetensors(file)).tensors.get('a')?.values ?? new Float32Array()
  const round = values[0] ?? NaN
  expect(values.length).toBe(lengthOf(round))
  expect(values.every((value) => value === round)).toBe(true)
  return round
}

/** The writer's new files that were not given their name. */
const beside = (folder: string): ReadonlyArray<string> => readdirSync(folder).filter((name) => name.endsWith('.part'))

describe('a writer that is killed', () => {
  it('at 200 random points leaves the old file or the new one, whole', async () => {
    const writer = transpiled(join(__dirname, 'support', 'endlessWriter'), root)
    const found = { unfinished: 0, rounds: new Set<number>() }
    const killOne = async (index: number): Promise<void> => {
      const folder = join(root, `random${index}`)
      mkdirSync(folder)
      const file = join(folder, 'model.safetensors')
      const child = spawn(process.execPath, [writer, file, `${index % 5}`], { stdio: ['ignore', 'pipe', 'inherit'] })
      const exited = once(child, 'exit')
      await Promise.race([once(child.stdout, 'data'), exited])
      // A round takes from less than a millisecond to some.
      await setTimeout(Math.random() * 20)
      child.kill('SIGKILL')
      expect(await exited).toEqual([null, 'SIGKILL'])
      found.rounds.add(roundIn(file))
      found.unfinished += beside(folder).length
      rmSync(folder, { recursive: true })
    }
    const indices = Array.from({ length: 200 }, (_, index) => index)
    const worker = async (): Promise<void> => {
      for (let index = indices.pop(); index !== undefined; index = indices.pop()) await killOne(index)
    }
    await Promise.all([worker(), worker(), worker()])
    // Some were hit while they wrote, and not all in the same round.
    expect(found.unfinished).toBeGreaterThan(10)
    expect(found.rounds.size).toBeGreaterThan(3)
  })

  it('before each of its calls leaves the old file up to the renaming, and the new one from there on', () => {
    const writer = transpiled(join(__dirname, 'support', 'doomedWriter'), root)
    const outcomes: string[] = []
    for (let call = 0; outcomes.at(-1) !== 'ended'; call++) {
      const folder = join(root, `call${call}`)
      mkdirSync(folder)
      const file = join(folder, 'model.safetensors')
      rightOf(writeSafetensors(file, [{ name: 'a', tensor: tensorOf(2) }]))
      const { signal } = spawnSync(process.execPath, [writer, file, `${call}`], { stdio: 'inherit' })
      const round = roundIn(file)
      const left = beside(folder).length
      outcomes.push(signal === 'SIGKILL' ? `${round === 2 ? 'old' : 'new'}, ${left} beside` : 'ended')
    }
    // stat, access, realpath, open; header, numbers, chmod, sync, close, rename; open, sync, close of the folder.
    expect(outcomes).toEqual([
      ...Array.from({ length: 4 }, () => 'old, 0 beside'),
      ...Array.from({ length: 6 }, () => 'old, 1 beside'),
      ...Array.from({ length: 3 }, () => 'new, 0 beside'),
      'ended'
    ])
  })
})
