import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { right } from 'fp-ts/Either'
import { ensurePackage } from '../../../src/command/setup/ensurePackage'
import { type Changes, listen, makeSandbox, type Sandbox, say, worldIn } from '../support/sandbox'

let sandbox: Sandbox
beforeEach(() => {
  sandbox = makeSandbox()
  mkdirSync(join(sandbox.root, 'app', 'src'), { recursive: true })
  writeFileSync(join(sandbox.root, 'app', 'package.json'), '{}')
})
afterEach(() => rmSync(sandbox.root, { recursive: true }))

const byNpm = (): string => join(sandbox.state, 'installed-by-npm')
/** The package is there once npm has been called. */
const absent = (): Changes => ({
  home: join(sandbox.root, 'app', 'src'),
  findFolder: () => (existsSync(byNpm()) ? sandbox.folder : undefined)
})
const ensure = async (changes: Changes): Promise<string> => {
  const found = await ensurePackage(worldIn(sandbox, listen().report, changes))
  return found._tag === 'Left' ? found.left.message : found.right
}

describe('ensurePackage', () => {
  it('gives the folder of the package', async () => {
    expect(await ensurePackage(worldIn(sandbox, listen().report))).toEqual(right(sandbox.folder))
    expect(existsSync(byNpm())).toBe(false)
  })

  it('refuses another version', async () => {
    writeFileSync(join(sandbox.folder, 'package.json'), '{ "version": "4.21.0" }')
    expect(await ensure({})).toMatch(
      /has version 4\.21\.0 of @tensorflow\/tfjs-node-gpu, and gradfold works with 4\.22\.0/
    )
  })

  it("installs it into the application, without the package's own download", async () => {
    const heard = listen()
    expect(await ensurePackage(worldIn(sandbox, heard.report, absent()))).toEqual(right(sandbox.folder))
    expect(readFileSync(byNpm(), 'utf8')).toBe(
      'install --no-save --ignore-scripts --no-audit --no-fund @tensorflow/tfjs-node-gpu@4.22.0\n'
    )
    expect(heard.said()).toMatch(
      /^install +@tensorflow\/tfjs-node-gpu@4\.22\.0 in \S*app \([^]*not in your package\.json/
    )
  })

  it.each([
    ['pnpm-lock.yaml', 'pnpm add'],
    ['yarn.lock', 'yarn add'],
    ['bun.lock', 'bun add']
  ])('leaves it to the user where there is a %s', async (name, command) => {
    writeFileSync(join(sandbox.root, 'app', name), '')
    expect(await ensure(absent())).toContain(`${command} --ignore-scripts @tensorflow/tfjs-node-gpu@4.22.0`)
    expect(existsSync(byNpm())).toBe(false)
  })

  it('finds no application', async () => {
    rmSync(join(sandbox.root, 'app', 'package.json'))
    expect(await ensure(absent())).toMatch(/no package\.json in .* or above/)
  })

  it("gives npm's words when it fails", async () => {
    say(sandbox, 'fail-install', 'npm warn old\nnpm error code E404\nnpm error 404 not in this registry\n')
    expect(await ensure(absent())).toMatch(
      /could not be installed \(npm ended with status 1\)[^]*\n {2}npm error code E404\n {2}npm error 404/
    )
  })
})
