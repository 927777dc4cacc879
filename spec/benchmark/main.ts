/**
 * `npm run bench`: what gradfold costs beside the same arithmetic written out by hand.
 * `npm run bench -- --only PART --rounds N --threads N --json`; the parts are below.
 *
 * It measures the package as it is published: `npm run build` makes dist/, this folder is compiled with the same compiler,
 * and its import of 'gradfold' is Node's own resolution of the package by its name. tsx would not do: it keeps the names
 * of closures by a call each time one is made, and so doubles what recording and folding an entry cost.
 */
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Losses, type Report, type Settings, verdictOf } from './report'

/** By what --only takes. */
const PARTS: Readonly<Record<string, ReadonlyArray<string>>> = {
  a: ['chain'],
  b: ['wasm', 'tensorflow', 'reference'],
  c: ['calls'],
  wasm: ['wasm'],
  tensorflow: ['tensorflow'],
  reference: ['reference']
}
/** How well losses must agree, relative. */
const TOLERANCE = 1e-4
/** What TensorFlow itself calls it. */
const THREADS = 'TF_NUM_INTRAOP_THREADS'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string' },
    // One, as WebAssembly has.
    threads: { type: 'string', default: process.env[THREADS] ?? '1' },
    json: { type: 'boolean', default: false }
  }
})

const counted = (option: string, text: string): number => {
  const wanted = Number(text)
  if (Number.isSafeInteger(wanted) && wanted > 0) return wanted
  throw new Error(`--${option} is a whole number from 1 up, not ${text}`)
}

const chosenParts = (only: string | undefined): ReadonlyArray<string> => {
  const chosen = only === undefined ? ['a', 'b', 'c'].flatMap((part) => PARTS[part]!) : PARTS[only]
  if (chosen === undefined) throw new Error(`--only is one of ${Object.keys(PARTS).join(', ')}, not ${only}`)
  return chosen
}

const run = (part: string, settings: Settings): Promise<Report> =>
  new Promise((resolve, reject) => {
    // The user may have set another number of threads, and has asked for this one.
    const env = { ...process.env, [THREADS]: String(settings.threads) }
    const child = fork(join(__dirname, 'part.js'), [part, JSON.stringify(settings)], { env })
    child.on('message', (report) => resolve(report as Report))
    child.on('exit', () => reject(new Error(`the part ${part} came to no result`)))
  })

/** A wrong computation is not worth its time. */
const compare = (all: ReadonlyArray<Losses>): void => {
  for (const { name, values } of all) {
    values.forEach((loss, step) => {
      const expected = all[0]!.values[step]!
      if (Math.abs(loss - expected) <= TOLERANCE * Math.abs(expected)) return
      throw new Error(`step ${step + 1}: the loss of ${name} is ${loss}, that of ${all[0]!.name} is ${expected}`)
    })
  }
}

const main = async (): Promise<void> => {
  const { rounds, threads, only, json } = options
  const settings = {
    threads: counted('threads', threads),
    ...(rounds !== undefined && { rounds: counted('rounds', rounds) })
  }
  const reports = new Map<string, Report>()
  for (const part of chosenParts(only)) {
    const report = await run(part, settings)
    reports.set(part, report)
    compare([...reports.values()].flatMap(({ losses }) => losses))
    if (!json) console.log(`${report.text}\n`)
  }
  if (json) {
    const parts = Object.fromEntries([...reports].map(([part, { figures }]) => [part, figures]))
    console.log(JSON.stringify({ node: process.versions.node, threads: settings.threads, parts }, null, 2))
    return
  }
  for (const { limits } of reports.values()) for (const limit of limits) console.log(verdictOf(limit))
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
