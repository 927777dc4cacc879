import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { undoSetup } from '../../../src/command/setup/undoSetup'
import { namesIn, run, untouched } from '../support/run'
import { type Changes, listen, makeSandbox, type Sandbox, say, worldIn } from '../support/sandbox'

let sandbox: Sandbox
beforeEach(() => {
  sandbox = makeSandbox()
})
afterEach(() => rmSync(sandbox.root, { recursive: true }))

const undo = async (changes: Changes = {}): Promise<ReadonlyArray<number | string>> => {
  const heard = listen()
  return [await undoSetup(worldIn(sandbox, heard.report, changes)), heard.said(), heard.complained()]
}

describe('undoSetup', () => {
  it('removes a setup', async () => {
    await run(sandbox)
    expect(await undo()).toEqual([
      0,
      expect.stringMatching(/^Removed \S*package\/deps, \S*package\/lib: 1 kB\.\n$/),
      ''
    ])
    expect(namesIn(sandbox.folder)).toEqual(untouched)
    expect(await undo()).toEqual([0, expect.stringMatching(/^There is nothing to remove in .*package\.\n$/), ''])
  })

  it('removes what a failed setup left', async () => {
    say(sandbox, 'fail-build', 'bad luck')
    await run(sandbox)
    expect(await undo()).toEqual([0, expect.stringContaining('deps.partial'), ''])
    expect(namesIn(sandbox.folder)).toEqual(untouched)
  })

  it('removes what an interrupted exchange left', async () => {
    mkdirSync(join(sandbox.folder, 'deps.partial', 'deps'), { recursive: true })
    mkdirSync(join(sandbox.folder, 'lib'))
    expect((await undo())[0]).toBe(0)
    expect(namesIn(sandbox.folder)).toEqual(untouched)
  })

  it('leaves what it did not make', async () => {
    for (const name of ['deps', 'lib']) {
      mkdirSync(join(sandbox.folder, name))
      writeFileSync(join(sandbox.folder, name, 'file'), '')
    }
    expect(await undo()).toEqual([
      0,
      expect.stringMatching(/nothing to remove[^]*deps was not made by this command/),
      ''
    ])
    expect(namesIn(sandbox.folder)).toEqual(['binding', 'binding.gyp', 'deps', 'lib', 'package.json'])
  })

  it('has nothing to do where the package is not', async () => {
    const none = { findFolder: () => undefined }
    expect(await undo(none)).toEqual([0, expect.stringMatching(/tfjs-node-gpu is not installed/), ''])
  })
})
