/**
 * One part of the benchmark, in a process of its own, started by main.ts: V8 optimises a call for the kernels that it has
 * met there, and a user's program has one set. `part.js NAME SETTINGS`; the report goes to the parent.
 */
import { measureCalls } from './callsBenchmark'
import { measureChains } from './chainBenchmark'
import type { Report, Settings } from './report'
import { measureSteps } from './stepBenchmark'
import { stepGroups } from './stepGroups'

const parts: ReadonlyMap<string, (settings: Settings) => Promise<Report>> = new Map([
  ['chain', measureChains],
  ...stepGroups.map((group) => [group.name, (settings: Settings) => measureSteps(group, settings)] as const),
  ['calls', measureCalls]
])

const [name, settings] = process.argv.slice(2)
parts.get(name!)!(JSON.parse(settings!) as Settings)
  .then((report) => process.send?.(report))
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
  .finally(() => process.disconnect())
