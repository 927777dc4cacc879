import { spawnSync } from 'node:child_process'
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as gradfold from 'gradfold'

const root = join(__dirname, '..')
// Inside the repository, so that the built package finds its dependencies.
const home = join(__dirname, '.generated/package')
const installed = join(home, 'node_modules/gradfold')

const node = (...settings: ReadonlyArray<string>): string => {
  const { status, stdout, stderr } = spawnSync(process.execPath, settings, { cwd: home, encoding: 'utf8' })
  if (status !== 0) throw new Error(`node ${settings.join(' ')} failed:\n${stdout}${stderr}`)
  return stdout
}

const names = (program: string, type: 'commonjs' | 'module'): ReadonlyArray<string> =>
  node(`--input-type=${type}`, '-e', program).trim().split('\n')

describe('the built package', () => {
  beforeAll(() => {
    rmSync(home, { recursive: true, force: true })
    cpSync(join(root, 'package.json'), join(installed, 'package.json'))
    // A user's package of its own: inside gradfold's, 'gradfold' would be the repository itself.
    writeFileSync(join(home, 'package.json'), '{}\n')
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    node(tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', join(installed, 'dist'))
  }, 120_000)

  const expected = Object.keys(gradfold).sort()

  it('gives everything to require', () => {
    expect(names("console.log(Object.keys(require('gradfold')).join('\\n'))", 'commonjs').toSorted()).toEqual(expected)
  })

  // Node finds the names of a CommonJS module by reading it, not by running it: a re-export it cannot read is lost.
  it('gives everything to import, by name', () => {
    const program = "import * as all from 'gradfold'\nconsole.log(Object.keys(all).join('\\n'))"
    const beside = ['default', 'module.exports', '__esModule']
    expect(
      names(program, 'module')
        .filter((name) => !beside.includes(name))
        .toSorted()
    ).toEqual(expected)
  })
})
