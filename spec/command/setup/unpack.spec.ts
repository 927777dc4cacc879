import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { right } from 'fp-ts/Either'
import { isUnpacked, unpack } from '../../../src/command/setup/unpack'
import type { Wheel } from '../../../src/command/setup/wheels'

const isPythonThere = spawnSync('python3', ['--version']).status === 0

const wheel: Wheel = {
  name: 'some',
  version: '1',
  file: 'some.whl',
  sha256: '',
  bytes: 0,
  platform: 'any',
  takes: { 'a/library.so': 'deps/lib/library.so', 'a/include/c/': 'include/c/', 'a/bin/': 'deps/bin/' },
  products: ['deps/lib/library.so', 'include', 'deps/bin'],
  unpacked: 0
}

let staging: string
beforeEach(() => {
  staging = mkdtempSync(join(tmpdir(), 'gradfold-unpack-'))
})
afterEach(() => rmSync(staging, { recursive: true }))

const file = (): string => join(staging, 'some.whl')
const python = (program: string): void => {
  const { status, stderr } = spawnSync('python3', ['-c', program, file()], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}
const makeWheel = (): void =>
  python(`
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as archive:
    archive.writestr('a/library.so', 'library' * 1000)
    archive.writestr('a/library.so.txt', 'a name that begins the same')
    archive.writestr('a/include/c/deep/x.h', 'header')
    archive.writestr('a/include/other/y.h', 'not wanted')
    program = zipfile.ZipInfo('a/bin/tool')
    program.external_attr = 0o100755 << 16
    archive.writestr(program, 'tool')
`)
const run = (): ReturnType<typeof unpack> =>
  unpack({ environment: process.env, stop: new AbortController().signal }, staging, wheel, file())

if (isPythonThere) {
  describe('unpack', () => {
    it('takes what is wanted to where it is wanted, and deletes the wheel', async () => {
      makeWheel()
      expect(isUnpacked(staging, wheel)).toBe(false)
      expect(await run()).toEqual(right(undefined))
      expect(isUnpacked(staging, wheel)).toBe(true)
      expect(readFileSync(join(staging, 'deps/lib/library.so'), 'utf8')).toBe('library'.repeat(1000))
      expect(readdirSync(join(staging, 'include'))).toEqual(['c'])
      expect(existsSync(join(staging, 'include/c/deep/x.h'))).toBe(true)
      expect(statSync(join(staging, 'deps/bin/tool')).mode & 0o777).toBe(0o755)
      expect(readdirSync(staging).toSorted()).toEqual(['deps', 'include'])
    })

    it('replaces what a killed run left of it', async () => {
      makeWheel()
      mkdirSync(join(staging, 'deps/lib'), { recursive: true })
      writeFileSync(join(staging, 'deps/lib/library.so'), 'half')
      expect(await run()).toEqual(right(undefined))
      expect(readFileSync(join(staging, 'deps/lib/library.so'), 'utf8')).toHaveLength(7000)
    })

    it('refuses a damaged file and throws it away', async () => {
      makeWheel()
      const bytes = readFileSync(file())
      bytes[60]! ^= 0xff
      writeFileSync(file(), bytes)
      expect(await run()).toMatchObject({
        left: { message: expect.stringContaining('could not be unpacked') as string }
      })
      expect([existsSync(file()), isUnpacked(staging, wheel)]).toEqual([false, false])
    })

    it('refuses a wheel without what is wanted', async () => {
      python("import sys, zipfile; zipfile.ZipFile(sys.argv[1], 'w').close()")
      expect(await run()).toMatchObject({
        left: { message: expect.stringContaining('has no deps/lib/library.so') as string }
      })
    })
  })
} else {
  it('unpack is not tested: there is no python3 here', () => {
    console.warn('python3 is missing: specs of unpack were not run')
    expect(isPythonThere).toBe(false)
  })
}
