import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readSetup } from '../../../src/kernels/tensorflow/installation'
import { complete, namesIn, run } from '../support/run'
import { calls, makeSandbox, type Sandbox, wheels } from '../support/sandbox'

let sandbox: Sandbox
beforeEach(() => {
  sandbox = makeSandbox()
})
afterEach(() => rmSync(sandbox.root, { recursive: true }))

const place = (folder: string, build: string): void => {
  mkdirSync(join(folder, 'deps'), { recursive: true })
  mkdirSync(join(folder, 'lib', 'napi-v8'), { recursive: true })
  writeFileSync(
    join(folder, 'deps', 'gradfold.json'),
    JSON.stringify({
      tensorflow: '1.2.3',
      build,
      source: build,
      files: { 'lib/napi-v8/tfjs_binding.node': build.length }
    })
  )
  writeFileSync(join(folder, 'lib', 'napi-v8', 'tfjs_binding.node'), build)
}

describe('the exchange of one setup for another', () => {
  it.each([0, 1, 2, 3])('that was killed after %i renames is finished by the next run', async (renames) => {
    const { folder } = sandbox
    const staging = join(folder, 'deps.partial')
    place(folder, 'cpu')
    place(staging, 'cuda')
    writeFileSync(join(staging, 'plan'), `cuda ${wheels.cuda.file} sha256:${wheels.cuda.sha256}`)
    if (renames > 0) {
      cpSync(join(folder, 'deps'), join(staging, 'old', 'deps'), { recursive: true })
      rmSync(join(folder, 'deps'), { recursive: true })
    }
    if (renames > 1) rmSync(join(folder, 'lib'), { recursive: true })
    if (renames > 2) {
      cpSync(join(staging, 'lib'), join(folder, 'lib'), { recursive: true })
      rmSync(join(staging, 'lib'), { recursive: true })
    }
    const { status, said } = await run(sandbox, { build: 'cuda' })
    expect(status).toBe(0)
    expect(said).toContain('An earlier run made and checked it; it is only put in place.')
    expect(calls(sandbox)).toEqual([])
    expect(namesIn(folder)).toEqual(complete)
    expect(readSetup(folder)).toMatchObject({ right: { build: 'cuda' } })
  })
})
