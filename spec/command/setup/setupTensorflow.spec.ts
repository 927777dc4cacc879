import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Request } from '../../../src/command/setup/plan'
import { readSetup } from '../../../src/kernels/tensorflow/installation'
import { complete, everything, namesIn, run, untouched } from '../support/run'
import { calls, type Changes, makeSandbox, type Sandbox, say, wheels } from '../support/sandbox'

// Some dozen processes a test.
jest.setTimeout(60_000)

const cpu: Request = { build: 'cpu' }
const cuda: Request = { build: 'cuda' }
let sandbox: Sandbox
beforeEach(() => {
  sandbox = makeSandbox()
})
afterEach(() => rmSync(sandbox.root, { recursive: true }))

const text = (path: string): string => readFileSync(join(sandbox.folder, path), 'utf8')

describe('setupTensorflow', () => {
  it('downloads, unpacks, builds, checks, and leaves the record and nothing else', async () => {
    const { status, said, complained } = await run(sandbox)
    expect([status, complained]).toEqual([0, ''])
    expect(calls(sandbox)).toEqual(everything)
    expect(namesIn(sandbox.folder)).toEqual(complete)
    expect(readdirSync(join(sandbox.folder, 'deps')).toSorted()).toEqual(['gradfold.json', 'lib'])
    expect(text('deps/lib/libtensorflow.so')).toContain('libtensorflow_cc.so.2 of the wheel of cpu')
    expect(readSetup(sandbox.folder)).toEqual({
      _tag: 'Right',
      right: {
        tensorflow: '1.2.3',
        build: 'cpu',
        source: `${wheels.cpu.file} sha256:${wheels.cpu.sha256}`,
        files: {
          'deps/lib/libtensorflow_cc.so.2': expect.any(Number) as number,
          'deps/lib/libtensorflow_framework.so.2': expect.any(Number) as number,
          'lib/napi-v8/tfjs_binding.node': expect.any(Number) as number
        }
      }
    })
    expect(said.split('\n').map((line) => line.split(' ')[0])).toEqual([
      'Setting',
      'tools',
      'download',
      'unpack',
      'build',
      'check',
      'Done',
      ''
    ])
    expect(said).toMatch(
      /^tools {5}g\+\+ 12\.2\.0, make 4\.3, python3 3\.11\.7, pip 23\.2\.1, npm 11\.1\.0 \(\d+\.\d s\)$/m
    )
  })

  it('only checks what is there already', async () => {
    await run(sandbox)
    calls(sandbox)
    const { status, said } = await run(sandbox)
    expect([status, calls(sandbox)]).toEqual([0, ['check']])
    expect(said).toMatch(/^Already set up: TensorFlow 1\.2\.3 computes on the CPU \(cpu-1\.2\.3\.whl sha256:\w+\)\.\n$/)
  })

  it('does it anew when what is there is not what was checked, or fails', async () => {
    await run(sandbox)
    calls(sandbox)
    writeFileSync(join(sandbox.folder, 'deps/lib/libtensorflow_cc.so.2'), 'cut')
    expect((await run(sandbox)).status).toBe(0)
    expect(calls(sandbox)).toEqual(everything)
    say(sandbox, 'fail-check', 'MatMul gave nothing')
    const { status, said, complained } = await run(sandbox)
    expect(status).toBe(1)
    expect(said).toContain('TensorFlow for the CPU is set up, but fails: MatMul gave nothing. Setting it up anew.')
    expect(complained).toContain('did not pass its check: MatMul gave nothing.')
    expect(namesIn(sandbox.folder)).toEqual(complete)
  })

  it('exchanges one build for the other, with the libraries of NVIDIA, and says why there is no GPU', async () => {
    await run(sandbox)
    calls(sandbox)
    const { status, said } = await run(sandbox, cuda)
    expect(status).toBe(0)
    expect(calls(sandbox)).toEqual(['download', 'unpack', 'download', 'unpack', 'download', 'unpack', 'build', 'check'])
    expect(text('deps/lib/libtensorflow.so')).toContain('of the wheel of cuda')
    expect(readdirSync(join(sandbox.folder, 'deps/nvidia'))).toEqual(['one', 'two'])
    expect(said).toContain('It uses no GPU. TensorFlow says: Could not find cuda drivers on your machine.')
    expect(said).toContain('No driver of NVIDIA is seen here')
    expect((await run(sandbox, cpu)).status).toBe(0)
    expect(existsSync(join(sandbox.folder, 'deps/nvidia'))).toBe(false)
  })

  it("links NVIDIA's libraries where Python has them", async () => {
    const packages = join(sandbox.root, 'site-packages', 'nvidia')
    mkdirSync(packages, { recursive: true })
    say(sandbox, 'installed', `one 1.1.5 ${packages}\ntwo 1.4.0 ${packages}\n`)
    expect((await run(sandbox, cuda)).status).toBe(0)
    expect(calls(sandbox)).toEqual(everything)
    expect(lstatSync(join(sandbox.folder, 'deps/nvidia')).isSymbolicLink()).toBe(true)
    calls(sandbox)
    // When they are gone, so is what TensorFlow needs: they are downloaded.
    rmSync(packages, { recursive: true })
    say(sandbox, 'installed')
    expect((await run(sandbox, cuda)).status).toBe(0)
    expect(calls(sandbox)).toHaveLength(8)
  })

  it('says that it replaces what it did not make', async () => {
    mkdirSync(join(sandbox.folder, 'deps/lib'), { recursive: true })
    writeFileSync(join(sandbox.folder, 'deps/lib/other'), '')
    const { status, said } = await run(sandbox)
    expect([status, namesIn(sandbox.folder)]).toEqual([0, complete])
    expect(said).toContain('It will replace deps/ and lib/ there, which this command did not make.')
    expect(existsSync(join(sandbox.folder, 'deps/lib/other'))).toBe(false)
  })

  it('tells of a GPU that the build for the CPU leaves alone', async () => {
    const { said } = await run(sandbox, cpu, {
      machine: { system: 'linux', processor: 'x64', glibc: '2.36', gpu: true }
    })
    expect(said).toContain('There is a GPU of NVIDIA: --cuda takes the build that uses it.')
  })

  it('links a TensorFlow that is there, and asks for no pip', async () => {
    say(sandbox, 'no-pip')
    const given = join(sandbox.root, 'tf')
    mkdirSync(join(given, 'lib'), { recursive: true })
    mkdirSync(join(given, 'include/tensorflow/c'), { recursive: true })
    for (const path of ['lib/libtensorflow.so.2', 'lib/libtensorflow_framework.so.2', 'include/tensorflow/c/c_api.h']) {
      writeFileSync(join(given, path), path)
    }
    const { status, complained } = await run(sandbox, { build: 'given', from: given })
    expect([status, complained]).toEqual([0, ''])
    expect(calls(sandbox)).toEqual(['build', 'check'])
    expect(text('deps/lib/libtensorflow.so')).toBe('lib/libtensorflow.so.2')
    expect(readSetup(sandbox.folder)).toMatchObject({ right: { build: 'given', source: given } })
    expect((await run(sandbox, { build: 'given', from: given })).said).toMatch(/^Already set up/)
    // Another library under the same name is not what was checked.
    writeFileSync(join(given, 'lib/libtensorflow.so.2'), 'a later one')
    calls(sandbox)
    expect((await run(sandbox, { build: 'given', from: given })).status).toBe(0)
    expect(calls(sandbox)).toEqual(['build', 'check'])
  })

  it.each<[string, Changes, RegExp]>([
    [
      'another system',
      { machine: { system: 'darwin', processor: 'arm64', glibc: undefined, gpu: false } },
      /this is darwin on arm64/
    ],
    ['another C library', { machine: { system: 'linux', processor: 'x64', glibc: undefined, gpu: false } }, /Alpine/],
    [
      'an old C library',
      { machine: { system: 'linux', processor: 'x64', glibc: '2.17', gpu: false } },
      /2\.27 or later.*2\.17/
    ],
    [
      'a small disk',
      { freeBytes: () => Promise.resolve(1e6) },
      /missing here: 50 MB of free space in .*package \(1 MB are free\)\./
    ]
  ])('refuses %s before anything is downloaded', async (_, changes, message) => {
    const { status, complained } = await run(sandbox, cpu, changes)
    expect(status).toBe(1)
    expect(complained).toMatch(message)
    expect(complained).toMatch(/\nThe WebAssembly kernels work without it\.\n$/)
    expect([calls(sandbox), namesIn(sandbox.folder)]).toEqual([[], untouched])
  })
})
