/**
 * `npm run doctor`: which kernels there are, and why not the others (`gradfold doctor` in an application).
 * `npm run doctor -- --check`: the specs on this machine's device besides, and a report to send.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { diagnosis } from '../../src/command/doctor'
import { tableLines } from './kernelsTableText'
import { kernelsTableErrors, runsOfTable } from './kernelsTableErrors'
import { float32Sets } from './kernelSets'

const root = join(__dirname, '../..')
const REPORT = join('out', 'doctor-report.txt')

/** What is read of jest's summary in JSON. */
interface Summary {
  readonly numTotalTests: number
  readonly numPassedTests: number
  readonly testResults: ReadonlyArray<{
    /** Of the suite as a whole, where it could not even start. */
    readonly message: string
    readonly assertionResults: ReadonlyArray<{
      readonly status: string
      readonly fullName: string
      readonly failureMessages: ReadonlyArray<string>
    }>
  }>
}

const runSpecs = (): Summary | undefined => {
  const folder = mkdtempSync(join(tmpdir(), 'gradfold-doctor-'))
  const file = join(folder, 'summary.json')
  try {
    const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js')
    spawnSync(process.execPath, [jest, '--ci', '--json', `--outputFile=${file}`, '--silent'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit']
    })

    return JSON.parse(readFileSync(file, 'utf8')) as Summary
  } catch {
    return undefined
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A line for each failure, with what it says first. */
const failuresOf = (summary: Summary): ReadonlyArray<string> =>
  summary.testResults.flatMap(({ message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed')
    if (failed.length === 0) return assertionResults.length === 0 && message !== '' ? [message] : []
    return failed.map(({ fullName, failureMessages }) => `${fullName}\n${failureMessages.join('\n')}`)
  })

/** The specs and the errors of each operation, as lines. */
const check = (): { readonly lines: ReadonlyArray<string>; readonly passed: boolean } => {
  const summary = runSpecs()
  if (summary === undefined) return { lines: ['jest did not come to its end: npx jest says more.'], passed: false }
  const failures = failuresOf(summary)
  return {
    passed: failures.length === 0,
    lines: [
      `specs: ${summary.numPassedTests} of ${summary.numTotalTests} passed`,
      ...failures.map((failure) => `\nFAILED ${failure}`),
      '',
      'The largest errors beside the reference (docs/kernels.md explains them):',
      ...tableLines(kernelsTableErrors(float32Sets, runsOfTable))
    ]
  }
}

const main = async (): Promise<number> => {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
  const { lines, usable } = await diagnosis()
  console.log(lines.join('\n'))
  if (!values.check) return usable ? 0 : 1
  console.log('\nThe specs run now, which takes a minute or two.')
  const checked = check()
  console.log(checked.lines.join('\n'))
  mkdirSync(join(root, 'out'), { recursive: true })
  writeFileSync(join(root, REPORT), `${[...lines, '', ...checked.lines].join('\n')}\n`)
  console.log(`\nThe report is in ${REPORT}.`)
  return usable && checked.passed ? 0 : 1
}

main().then(
  (status) => {
    process.exitCode = status
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
)
