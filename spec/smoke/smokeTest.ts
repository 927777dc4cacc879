/**
 * The part of the suite that one Node is judged by. Its specs run every kernel operation on every kernel set, a backward
 * and a training; program.ts does what a user does, with the built package.
 *
 * TensorFlow's package calls util.isNullOrUndefined, which Node 22 warns of and Node 23 has no more. gradfold loads the
 * package's addon and none of its JavaScript, so there is nothing to mend: that the program passes on Node 24 and 26, and
 * without a word on Node 22, is the proof.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript'

const specs: ReadonlyArray<string> = [
  'spec/kernels/kernels.spec.ts',
  'spec/kernels/operations.spec.ts',
  'spec/gradient/backward.spec.ts',
  'spec/training/trainingStep.spec.ts',
  'spec/training/fit.spec.ts'
]
/** Three cases for each property. */
const RUNS = '0.03'

const root = join(__dirname, '../..')
// Inside the repository, so that the built package finds its dependencies.
const home = join(root, 'spec/.generated/nodes')
const inModules = (program: string): string => join(root, 'node_modules', program)

interface Ended {
  readonly passed: boolean
  /** Nothing was written to standard error. */
  readonly quiet: boolean
  readonly output: string
}

/** What is read of jest's report. */
interface Report {
  readonly testResults: ReadonlyArray<{
    readonly assertionResults: ReadonlyArray<{
      readonly ancestorTitles: ReadonlyArray<string>
      readonly status: string
    }>
  }>
}

const run = (node: string, settings: ReadonlyArray<string>, environment: NodeJS.ProcessEnv = {}): Ended => {
  const { status, signal, stdout, stderr, error } = spawnSync(node, settings, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
    killSignal: 'SIGKILL',
    maxBuffer: 2 ** 26,
    timeout: 300_000
  })
  const end = error?.message ?? (signal === null ? '' : `ended by ${signal}`)
  // Both are null where the program did not start.
  return { passed: status === 0, quiet: stderr === '', output: [stdout, stderr, end].filter(Boolean).join('\n') }
}

/** Builds the package with the program beside it, in a user's package of its own; what went wrong, if anything did. */
export const buildProgram = (): string | undefined => {
  const installed = join(home, 'node_modules/gradfold')
  rmSync(home, { recursive: true, force: true })
  cpSync(join(root, 'package.json'), join(installed, 'package.json'))
  writeFileSync(join(home, 'package.json'), '{}\n')
  const source = readFileSync(join(__dirname, 'program.ts'), 'utf8')
  const compilerOptions = { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 }
  writeFileSync(join(home, 'program.mjs'), transpileModule(source, { compilerOptions }).outputText)
  const tsc = inModules('typescript/bin/tsc')
  const { passed, output } = run(process.execPath, [
    tsc,
    '-p',
    join(root, 'tsconfig.build.json'),
    '--outDir',
    join(installed, 'dist')
  ])
  return passed ? undefined : output
}

/** Runs the program on these kernel sets; what went wrong, if anything did. A warning is a failure as well. */
export const runProgram = (node: string, sets: ReadonlyArray<string>): string | undefined => {
  const strict = ['--throw-deprecation', '--pending-deprecation', '--trace-warnings']
  const { passed, quiet, output } = run(node, [...strict, join(home, 'program.mjs'), ...sets], {
    NODE_NO_WARNINGS: '0',
    NODE_OPTIONS: ''
  })
  return passed && quiet ? undefined : `The program ${passed ? 'wrote to standard error' : 'failed'}:\n${output}`
}

/** Runs the specs: how many there were, and what went wrong, if anything did. */
export const runSpecs = (
  node: string,
  sets: ReadonlyArray<string>
): { readonly count: number; readonly wrong: string | undefined } => {
  const file = join(home, 'report.json')
  rmSync(file, { force: true })
  const { passed, output } = run(
    node,
    [inModules('jest/bin/jest.js'), '--ci', '--json', '--outputFile', file, '--runTestsByPath', ...specs],
    { GRADFOLD_RUNS: process.env['GRADFOLD_RUNS'] ?? RUNS }
  )
  if (!passed) return { count: 0, wrong: `The specs failed:\n${output}` }
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report
  const ran = testResults.flatMap((result) => result.assertionResults).filter(({ status }) => status === 'passed')
  const missing = sets.filter(
    (set) => !ran.some(({ ancestorTitles }) => ancestorTitles.some((title) => title.split(' ').includes(set)))
  )
  const files = testResults.length === specs.length ? [] : [`${testResults.length} of ${specs.length} spec files ran`]
  const wrong = [...files, ...missing.map((set) => `no spec ran on ${set}`)].join('\n')
  return { count: ran.length, wrong: wrong === '' ? undefined : wrong }
}
