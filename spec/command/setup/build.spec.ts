import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { right } from 'fp-ts/Either'
import { build } from '../../../src/command/setup/build'
import { listen, makeSandbox, type Sandbox, say, worldIn } from '../support/sandbox'

let sandbox: Sandbox
beforeEach(() => {
  sandbox = makeSandbox()
})
afterEach(() => rmSync(sandbox.root, { recursive: true }))

const run = (name = 'staging'): ReturnType<typeof build> => {
  const staging = join(sandbox.root, name)
  mkdirSync(join(staging, 'deps', 'lib'), { recursive: true })
  mkdirSync(join(staging, 'include'), { recursive: true })
  writeFileSync(join(staging, 'deps', 'lib', 'libtensorflow.so'), 'library')
  return build(worldIn(sandbox, listen().report), sandbox.folder, staging)
}
const addon = 'lib/napi-v8/tfjs_binding.node'

/** Replaces npm by a program that notes where and how it is run. */
const watchNpm = (): (() => string) => {
  const notes = join(sandbox.root, 'notes')
  const program = `#!/bin/sh
PATH=/usr/bin:/bin
{ pwd -P; echo "nodedir $npm_config_nodedir workspace $npm_config_workspace"; ls -d * node_modules/.bin/* deps/*; } > '${notes}'
mkdir -p lib/napi-v8; echo addon > ${addon}
`
  writeFileSync(join(sandbox.programs, 'npm'), program, { mode: 0o755 })
  return () => readFileSync(notes, 'utf8')
}

describe('build', () => {
  it('leaves the addon in the staging folder, and nothing else', async () => {
    expect(await run()).toEqual(right(undefined))
    expect(readFileSync(join(sandbox.root, 'staging', addon), 'utf8')).toBe('library')
    expect(readdirSync(join(sandbox.root, 'staging')).toSorted()).toEqual(['deps', 'include', 'lib'])
    expect(existsSync(join(sandbox.folder, 'lib'))).toBe(false)
  })

  it('compiles where make can, with this Node and its headers', async () => {
    const notes = watchNpm()
    await run()
    const [place, environment, ...names] = notes().trim().split('\n')
    expect(place).toMatch(/\/staging\/work-\w+$/)
    expect(environment).toMatch(/^nodedir .* workspace $/)
    expect(names).toEqual(
      expect.arrayContaining([
        'binding',
        'binding.gyp',
        'deps/include',
        'deps/lib',
        'node_modules/.bin/node',
        'package.json'
      ])
    )
    expect(await run("the user's own folder")).toEqual(right(undefined))
    const elsewhere = notes().split('\n')[0]!
    expect(elsewhere).toMatch(/^[\w/.-]+$/)
    expect(existsSync(elsewhere)).toBe(false)
    expect(existsSync(join(sandbox.root, "the user's own folder", addon))).toBe(true)
  })

  it("shows the compiler's last lines, not what npm and node-gyp say of them", async () => {
    const lines = Array.from({ length: 30 }, (_, index) => `code.cc:${index}:1: error`)
    say(
      sandbox,
      'fail-build',
      [...lines, 'gyp ERR! build error', 'node-pre-gyp ERR! not ok', 'npm error code 1', ''].join('\n')
    )
    const failed = await run()
    if (failed._tag === 'Right') throw new Error('it was compiled')
    const [first, ...rest] = failed.left.message.split('\n')
    expect(first).toMatch(/^The addon could not be compiled with Node .*: g\+\+ 10 or later.*CXX=/)
    expect(rest).toEqual(lines.slice(10).map((line) => `  ${line}`))
  })

  it.each([
    ['gyp ERR! stack Error: getaddrinfo ENOTFOUND somewhere', /headers could not be downloaded.*npm_config_nodedir/],
    ['fatal error: error writing to x.s: No space left on device', /^The disk is full/]
  ])('says what "%s" means', async (words, message) => {
    say(sandbox, 'fail-build', words)
    expect(await run()).toMatchObject({ left: { message: expect.stringMatching(message) as string } })
  })
})
