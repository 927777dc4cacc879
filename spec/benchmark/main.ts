/**
 * `npm run bench`: what gradfold costs beside the same arithmetic written out by hand.
 * `npm run bench -- --only a|b --rounds N --json`.
 *
 * It measures the package as it is published: `npm run build` makes dist/, this folder is compiled with the same compiler,
 * and its import of 'gradfold' is Node's own resolution of the package by its name. tsx would not do: it keeps the names
 * of closures by a call each time one is made, and so doubles what recording and folding an entry cost.
 */
import { parseArgs } from 'node:util'
import { type ChainRow, chainTable, measureChains } from './chainBenchmark'
import { measureSteps, type StepRow, stepTable } from './stepBenchmark'

/** What the project asks of itself. */
const LIMITS = { chainMicroseconds: 1.0, heapBytes: 700, stepTimesByHand: 1.15, coreTimesGradfold: 3 }

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, rounds: { type: 'string' }, json: { type: 'boolean', default: false } }
})

const rounds = (standard: number): number => {
  const wanted = Number(options.rounds ?? standard)
  if (Number.isSafeInteger(wanted) && wanted > 0) return wanted
  throw new Error(`--rounds is a whole number from 1 up, not ${options.rounds}`)
}

/** One line for each limit. */
const verdicts = (chains: ReadonlyArray<ChainRow>, steps: ReadonlyArray<StepRow>): ReadonlyArray<string> => {
  const line = (what: string, value: number, limit: number, atMost: boolean): string =>
    `${(atMost ? value <= limit : value >= limit) ? 'met   ' : 'missed'}  ${what}: ${value.toFixed(2)}, ` +
    `${atMost ? 'at most' : 'at least'} ${limit}`
  const [own, , , , core] = steps
  return [
    ...chains.map(({ operation, entries, difference }) => {
      const what = `${operation}, ${entries.toLocaleString('en')} entries: us an entry above by hand`
      return line(what, difference.median, LIMITS.chainMicroseconds, true)
    }),
    ...(chains.length === 0
      ? []
      : [line('bytes of heap an entry', Math.max(...chains.map((row) => row.heapBytes)), LIMITS.heapBytes, true)]),
    ...(own === undefined ? [] : [line('a step, times by hand', own.timesByHand.median, LIMITS.stepTimesByHand, true)]),
    ...(core === undefined
      ? []
      : [line('tfjs-core, times gradfold', core.timesGradfold.median, LIMITS.coreTimesGradfold, false)])
  ]
}

const main = async (): Promise<void> => {
  const { only, json } = options
  if (only !== undefined && only !== 'a' && only !== 'b') throw new Error(`--only is a or b, not ${only}`)
  const chains = only === 'b' ? [] : measureChains(rounds(5))
  const steps = only === 'a' ? [] : await measureSteps(rounds(15))
  if (json) {
    console.log(JSON.stringify({ node: process.versions.node, chains, steps }, null, 2))
    return
  }
  if (chains.length > 0) console.log(`${chainTable(chains)}\n`)
  if (steps.length > 0) console.log(`${stepTable(steps)}\n`)
  console.log(verdicts(chains, steps).join('\n'))
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
