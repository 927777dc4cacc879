import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as gradfold from 'gradfold'
import * as plot from 'gradfold/plot'
import * as prometheus from 'gradfold/prometheus'
import * as testing from 'gradfold/testing'

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

  const entries = [
    ['gradfold', Object.keys(gradfold).sort()],
    ['gradfold/plot', Object.keys(plot).sort()],
    ['gradfold/prometheus', Object.keys(prometheus).sort()],
    ['gradfold/testing', Object.keys(testing).sort()]
  ] as const

  it.each(entries)('gives everything of %s to require', (entry, expected) => {
    const program = `console.log(Object.keys(require('${entry}')).join('\\n'))`
    expect(names(program, 'commonjs').toSorted()).toEqual(expected)
  })

  // Node finds the names of a CommonJS module by reading it, not by running it: a re-export it cannot read is lost.
  it.each(entries)('gives everything of %s to import, by name', (entry, expected) => {
    const program = `import * as all from '${entry}'\nconsole.log(Object.keys(all).join('\\n'))`
    const beside = ['default', 'module.exports', '__esModule']
    expect(
      names(program, 'module')
        .filter((name) => !beside.includes(name))
        .toSorted()
    ).toEqual(expected)
  })

  // Node's own `import()` finds the ES modules of what draws, jest's the CommonJS ones.
  it('draws', () => {
    const program = `import { plotHistory } from 'gradfold/plot'
const epoch = { epoch: 1, loss: 1, measures: {}, seconds: 1 }
for (const file of ['a.svg', 'a.png']) console.log(JSON.stringify(await plotHistory(file, [epoch])))`
    expect(names(program, 'module')).toEqual(['{"_tag":"Right","right":"a.svg"}', '{"_tag":"Right","right":"a.png"}'])
    expect(readFileSync(join(home, 'a.svg'), 'utf8')).toContain('training loss')
  })

  // Two runners that know nothing of each other, and the ES module of fast-check beside the CommonJS one.
  it('checks gradients under node:test, where a kink is no failure and a wrong gradient is one', () => {
    const file = join(home, 'gradients.test.mjs')
    writeFileSync(
      file,
      `import test from 'node:test'
import { assert, property } from 'fast-check'
import { detach, relu } from 'gradfold'
import { checkGradients, tensors } from 'gradfold/testing'
test('right', () => assert(property(tensors({ kind: 'nearKinks' }), checkGradients(relu)), { numRuns: 20 }))
test('wrong', () => assert(property(tensors({ shape: [2] }), checkGradients(detach)), { includeErrorInReport: true }))
`
    )
    const { stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', file], {
      cwd: home,
      encoding: 'utf8'
    })
    expect(stdout).toMatch(/^ok 1 - right$/m)
    expect(stdout).toMatch(/^not ok 2 - wrong$/m)
    expect(stdout).toContain('detach(tape, x)')
  })
})
