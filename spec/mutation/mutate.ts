/**
 * `npm run mutation`: changes src/ in one place after the other, and looks whether a spec notices. Over everything it
 * writes the figures into docs/mutation.md; `npm run mutation -- --mutate src/operation/relu.ts` is for one file. It fails
 * if a mutant survives that equivalents.ts does not explain. Arguments go to Stryker.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { reasonOf } from './equivalents'
import { mutationText, withText } from './mutationText'
import { type Report, scores, survivors } from './survivors'

const root = join(__dirname, '../..')
const file = join(root, 'docs/mutation.md')
const settings = process.argv.slice(2)
const everything = !settings.some((setting) => ['-m', '--mutate'].includes(setting.split('=', 1)[0] ?? ''))

const main = (): string | undefined => {
  const begin = performance.now()
  const stryker = join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js')
  const { status } = spawnSync(
    process.execPath,
    [stryker, 'run', join(__dirname, 'stryker.config.json'), ...settings],
    {
      cwd: root,
      // Half the random cases: they find what twice as many do, and survivors are tried against all of them.
      env: { GRADFOLD_RUNS: '0.5', ...process.env },
      stdio: 'inherit'
    }
  )
  if (status !== 0) return 'Stryker did not come to an end.'
  const report = JSON.parse(readFileSync(join(root, 'spec/.generated/mutation/report.json'), 'utf8')) as Report
  const minutes = Math.round((performance.now() - begin) / 60_000)
  if (everything) {
    const machine =
      `Node ${process.versions.node}, ${process.platform}, ${cpus().length} processors: ${minutes} minutes for ` +
      `${scores(report).get('all')?.mutants ?? 0} mutants.`
    const document = withText(readFileSync(file, 'utf8'), mutationText(report, machine))
    if (document === undefined) return 'The comment where the figures begin is not there: see mutationText.ts.'
    writeFileSync(file, document)
    spawnSync(process.execPath, [join(root, 'node_modules/prettier/bin/prettier.cjs'), '--write', file])
    console.log('docs/mutation.md has the figures of this run.')
  }
  const open = survivors(report).filter((survivor) => reasonOf(survivor) === undefined)
  for (const survivor of open) console.log(JSON.stringify(survivor, undefined, 2))
  return open.length === 0
    ? undefined
    : `${open.length} survived. Write a spec, or a reason in spec/mutation/equivalents.ts.`
}

const failure = main()
if (failure !== undefined) {
  console.error(failure)
  process.exitCode = 1
}
