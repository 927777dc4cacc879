import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { complete, everything, namesIn, run } from '../support/run'
import { calls, makeSandbox, reached, say, unsay } from '../support/sandbox'

// Some dozen processes a test.
jest.setTimeout(60_000)

const program = join(__dirname, '..', 'support', 'setupProcess.ts')

describe('a setup that is killed', () => {
  // All at once: each spends its time with starting a process.
  it.each([[everything]])(
    'in one of %s is gone on with, and its lock is void',
    async (stages) => {
      const outcomes = await Promise.all(
        stages.map(async (stage) => {
          const sandbox = makeSandbox()
          say(sandbox, `hold-${stage}`)
          const child = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify(sandbox)], {
            stdio: 'ignore'
          })
          await reached(sandbox, stage)
          child.kill('SIGKILL')
          await once(child, 'exit')
          const locked = existsSync(join(sandbox.folder, 'deps.lock'))
          unsay(sandbox, `hold-${stage}`)
          calls(sandbox)
          const { status, complained } = await run(sandbox)
          const outcome = { locked, status, complained, stages: calls(sandbox), names: namesIn(sandbox.folder) }
          rmSync(sandbox.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
          return outcome
        })
      )
      expect(outcomes).toEqual(
        [everything, ['unpack', 'build', 'check'], ['build', 'check'], ['check']].map((rest) => ({
          locked: true,
          status: 0,
          complained: '',
          stages: rest,
          names: complete
        }))
      )
    },
    60_000
  )
})
