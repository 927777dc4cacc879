/**
 * `npm test`: everything that has to hold before a change is taken. Types, lint, format and import rules first, two at
 * a time; then the specs, documentation included. All of it runs, whatever fails. Arguments go to jest.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { notRunHere } from './capabilities'

interface Step {
  readonly name: string
  /** In node_modules. */
  readonly program: string
  readonly settings: ReadonlyArray<string>
  /** How to see it alone, or to mend it. */
  readonly hint: string
}

interface Outcome {
  readonly step: Step
  readonly passed: boolean
  readonly output: string
  readonly seconds: number
}

const root = join(__dirname, '../..')

// The slowest first, so that the others fit beside it.
const checks: ReadonlyArray<Step> = [
  { name: 'lint', program: 'eslint/bin/eslint.js', settings: ['.', '--max-warnings', '0'], hint: 'npm run lint' },
  { name: 'types', program: 'typescript/bin/tsc', settings: ['-p', '.', '--noEmit'], hint: 'npx tsc -p . --noEmit' },
  {
    name: 'format',
    program: 'prettier/bin/prettier.cjs',
    settings: ['--check', '--log-level', 'warn', '.'],
    hint: 'npm run format mends it'
  },
  {
    name: 'imports',
    program: 'dependency-cruiser/bin/dependency-cruise.mjs',
    settings: ['src', 'spec', 'docs', '--output-type', 'err-long'],
    hint: 'the rules are in .dependency-cruiser.cjs'
  }
]
const specs: Step = {
  name: 'specs',
  program: 'jest/bin/jest.js',
  settings: ['--ci', ...process.argv.slice(2)],
  hint: 'npx jest path/to/one.spec.ts'
}

const run = (step: Step, stdio: 'inherit' | 'pipe'): Promise<Outcome> =>
  new Promise((resolve) => {
    const begin = performance.now()
    const output: string[] = []
    const child = spawn(process.execPath, [join(root, 'node_modules', step.program), ...step.settings], {
      cwd: root,
      stdio: ['ignore', stdio, stdio]
    })
    const collect = (chunk: Buffer): void => {
      output.push(chunk.toString())
    }
    const end = (passed: boolean): void =>
      resolve({ step, passed, output: output.join('').trim(), seconds: (performance.now() - begin) / 1000 })
    child.stdout?.on('data', collect)
    child.stderr?.on('data', collect)
    child.on('error', (error) => {
      output.push(error.message)
      end(false)
    })
    child.on('close', (code) => end(code === 0))
  })

const line = ({ step, passed, seconds }: Outcome): string =>
  `${passed ? 'ok    ' : 'FAILED'}  ${step.name} (${seconds.toFixed(1)} s)${passed ? '' : `: ${step.hint}`}`

const report = (outcome: Outcome): void => {
  console.log(line(outcome))
  if (!outcome.passed) console.log(`\n${outcome.output}\n`)
}

/** Two workers that each take the next check until none is left. */
const runChecks = async (): Promise<ReadonlyArray<Outcome>> => {
  const waiting = [...checks]
  const outcomes: Outcome[] = []
  const work = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const outcome = await run(step, 'pipe')
      report(outcome)
      outcomes.push(outcome)
    }
  }
  await Promise.all([work(), work()])
  return outcomes
}

const main = async (): Promise<void> => {
  const outcomes = [...(await runChecks()), await run(specs, 'inherit')]
  const failed = outcomes.filter(({ passed }) => !passed)
  console.log(`\n${outcomes.map(line).join('\n')}`)
  console.log(`\nNot run here:\n${notRunHere().join('\n')}`)
  console.log(
    failed.length === 0 ? '\nEverything passed.' : `\nFailed: ${failed.map(({ step }) => step.name).join(', ')}.`
  )
  process.exitCode = failed.length === 0 ? 0 : 1
}

void main()
