/** (b) in PyTorch and JAX, where a Python has them: a process for each round, so that none waits beside the others. */
import { execFileSync, spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import type { Player } from './player'
import type { HostBatch, StartLayer } from './step'

/** Interpreters to look in besides `python3`, as in PATH. */
const VARIABLE = 'GRADFOLD_PYTHON'

const libraries = [
  { module: 'torch', title: 'PyTorch', how: 'eager', script: 'step_torch.py' },
  { module: 'jax', title: 'JAX', how: 'jit', script: 'step_jax.py' }
] as const

type Library = (typeof libraries)[number]

interface Start {
  readonly layers: ReadonlyArray<StartLayer>
  readonly batches: ReadonlyArray<HostBatch>
}

interface Round {
  readonly losses: ReadonlyArray<number>
  readonly milliseconds: number
}

/** From the compiled file, which lies in spec/.generated/benchmark. */
const SCRIPTS = join(__dirname, '../../benchmark')

export const pythonPlayers = (
  start: Start,
  threads: number
): { readonly players: ReadonlyArray<Player>; readonly missing: ReadonlyArray<string> } => {
  const found = libraries.map((library) => ({ library, python: interpreters().find(has(library)) }))
  const input = bytesOf(start)
  return {
    players: found.flatMap(({ library, python }) =>
      python === undefined ? [] : [playerOf(library, python, threads, input)]
    ),
    missing: found.flatMap(({ library: { module, title }, python }) =>
      python === undefined
        ? [`${title} is not measured: no python3 here imports ${module}; ${VARIABLE} may name one.`]
        : []
    )
  }
}

const interpreters = (): ReadonlyArray<string> => [
  ...(process.env[VARIABLE] ?? '').split(delimiter).filter((path) => path !== ''),
  'python3'
]

const has =
  ({ module }: Library) =>
  (python: string): boolean =>
    spawnSync(python, ['-c', `import numpy, ${module}`], { stdio: 'ignore' }).status === 0

const playerOf = ({ module, title, how, script }: Library, python: string, threads: number, input: Buffer): Player => {
  const run = (...numbers: ReadonlyArray<number>): Round => {
    // No .pyc files beside the scripts.
    const output = execFileSync(python, ['-B', join(SCRIPTS, script), ...[threads, ...numbers].map(String)], {
      input,
      encoding: 'utf8',
      env: { ...process.env, OMP_NUM_THREADS: String(threads) }
    })
    return JSON.parse(output) as Round
  }
  const version = execFileSync(python, ['-c', `import ${module}; print(${module}.__version__)`], { encoding: 'utf8' })
  return {
    name: `${title} ${version.trim()}, ${how}`,
    firstLosses: (count) => Promise.resolve(run(count, 0, 0).losses),
    // Each process warms up by itself.
    warmUp: () => Promise.resolve(),
    round: (from, steps) => Promise.resolve(run(0, from, steps).milliseconds),
    live: () => 0
  }
}

/** float32: each layer's weight and bias; each batch's images and, as the bits of int32, its labels. */
const bytesOf = ({ layers, batches }: Start): Buffer =>
  Buffer.concat(
    [
      ...layers.flatMap(({ weight, bias }) => [weight, bias]),
      ...batches.flatMap(({ images, labels }) => [images, labels])
    ].map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength))
  )
