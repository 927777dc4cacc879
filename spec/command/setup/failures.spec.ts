import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Request } from '../../../src/command/setup/plan'
import { complete, everything, namesIn, run, staged, untouched } from '../support/run'
import { calls, makeSandbox, reached, type Sandbox, say, unsay, wheels } from '../support/sandbox'

// Some dozen processes a test.
jest.setTimeout(60_000)

const cuda: Request = { build: 'cuda' }
let sandbox: Sandbox
beforeEach(() => {
  sandbox = makeSandbox()
})
afterEach(() => rmSync(sandbox.root, { recursive: true }))

const record = (): string => readFileSync(join(sandbox.folder, 'deps/gradfold.json'), 'utf8')

describe('a setup that fails', () => {
  it.each<[string, string, RegExp, ReadonlyArray<string>]>([
    ['download', 'ERROR: No matching distribution found', /does not have cpu-1\.2\.3\.whl/, everything],
    ['unpack', 'zipfile.BadZipFile: Bad CRC-32 for file', /could not be unpacked \(zipfile\.BadZipFile/, everything],
    ['unpack', 'OSError: [Errno 28] No space left on device', /The disk is full/, everything],
    ['build', 'tfjs_backend.cc:1:2: error: what is this', /could not be compiled/, ['build', 'check']],
    ['check', 'it ended the process by SIGSEGV', /did not pass its check: it ended the process by SIG/, everything]
  ])(
    'in its %s (%s) says so, leaves nothing unfinished, and works the next time',
    async (stage, words, message, rest) => {
      say(sandbox, `fail-${stage}`, words)
      const { status, complained } = await run(sandbox)
      expect(status).toBe(1)
      expect(complained).toMatch(message)
      expect(complained).toMatch(/\nThe WebAssembly kernels work without it\.\n$/)
      const kept = rest.length < everything.length
      expect(namesIn(sandbox.folder)).toEqual(kept ? staged : untouched)
      if (kept)
        expect(complained).toMatch(/What was finished \(\d+ kB\) stays in .*deps\.partial: the next run goes on/)
      unsay(sandbox, `fail-${stage}`)
      calls(sandbox)
      expect((await run(sandbox)).status).toBe(0)
      expect(calls(sandbox)).toEqual(rest)
      expect(namesIn(sandbox.folder)).toEqual(complete)
    }
  )

  it('leaves the one that works as it was', async () => {
    await run(sandbox)
    const before = record()
    for (const stage of ['build', 'check']) {
      say(sandbox, `fail-${stage}`, 'bad luck')
      const { status, complained } = await run(sandbox, cuda)
      expect(status).toBe(1)
      expect(complained).toContain('TensorFlow for the CPU (1.2.3), set up before, is as it was.')
      expect(record()).toBe(before)
      unsay(sandbox, `fail-${stage}`)
    }
    expect((await run(sandbox)).said).toMatch(/^Already set up/)
    // What was staged for the other build went with it.
    expect(namesIn(sandbox.folder)).toEqual(complete)
  })

  it('leaves a wheel behind, which the next run takes only if its hash is right', async () => {
    const leave = (content: string): void => {
      const staging = join(sandbox.folder, 'deps.partial')
      mkdirSync(join(staging, 'wheels'), { recursive: true })
      writeFileSync(join(staging, 'plan'), `cpu ${wheels.cpu.file} sha256:${wheels.cpu.sha256}`)
      writeFileSync(join(staging, 'wheels', wheels.cpu.file), content)
    }
    leave('half of it')
    expect((await run(sandbox)).status).toBe(0)
    expect(calls(sandbox)).toEqual(everything)
    rmSync(join(sandbox.folder, 'deps'), { recursive: true })
    leave('the wheel of cpu\n')
    expect((await run(sandbox)).status).toBe(0)
    expect(calls(sandbox)).toEqual(['unpack', 'build', 'check'])
  })
})

describe('a setup that is stopped by a signal', () => {
  it.each(['download', 'unpack', 'build'])('in its %s ends what it started, and is gone on with', async (stage) => {
    say(sandbox, `hold-${stage}`)
    const controller = new AbortController()
    const running = run(sandbox, { build: 'cpu' }, { stop: controller.signal })
    await reached(sandbox, stage)
    controller.abort('SIGTERM')
    const { status, complained } = await running
    expect(status).toBe(1)
    expect(complained).toMatch(/^\nStopped by SIGTERM\.\n/)
    const done = everything.slice(0, everything.indexOf(stage))
    expect(complained.includes('What was finished')).toBe(done.length > 0)
    expect(namesIn(sandbox.folder)).toEqual(done.length > 0 ? staged : untouched)
    unsay(sandbox, `hold-${stage}`)
    calls(sandbox)
    expect((await run(sandbox)).status).toBe(0)
    expect(calls(sandbox)).toEqual(everything.filter((other) => !done.includes(other)))
    expect(namesIn(sandbox.folder)).toEqual(complete)
  })
})
