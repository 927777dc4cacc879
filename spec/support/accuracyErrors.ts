/** The largest error of each row's name on each kernel set: what the tables in docs/accuracy.md are written from. */
import type { Kernels } from 'gradfold'
import { goldenRows } from './golden'
import { judge, type Judged } from './goldenComplaints'
import { type Group, groups, namedInSource } from './goldenCoverage'
import { type Precision, precisionOf } from './goldenErrors'
import { type Part, parts } from './goldenMeasured'
import { judgeNetwork } from './goldenNetworkComplaints'
import { goldenNetworks } from './goldenNetworks'
import type { KernelSet } from './kernelSets'

/** In the order of their columns. Each has to be there when the tables are written. */
export const accuracySets: ReadonlyArray<string> = ['reference', 'wasm', 'tensorflow']

export const columnOf = (set: string, part: Part): string => `${set} ${part}`

export const accuracyColumns: ReadonlyArray<string> = accuracySets.flatMap((set) =>
  parts.map((part) => columnOf(set, part))
)

/** By name and column; a column without anything to compare is left out. */
export type Errors = ReadonlyMap<string, ReadonlyMap<string, number>>

export interface Accuracy {
  /** By kernel set: what it ran on. */
  readonly devices: ReadonlyMap<string, string>
  readonly errors: Errors
  /** What is not rounding. */
  readonly complaints: ReadonlyArray<string>
}

/** The name that the networks' errors have. */
export const networksName = 'trainingStep'

/** A row of either file, by the name that its errors have. */
interface Verdict {
  readonly name: string
  readonly pairs: ReadonlyArray<Judged>
  readonly complaints: ReadonlyArray<string>
}

export const measureAccuracy = (sets: ReadonlyArray<KernelSet>): Accuracy => {
  const judged = sets.map((set) => {
    const kernels = set.create()
    return { set: set.name, device: kernels.device, verdicts: verdictsOn(kernels, precisionOf(set)) }
  })
  const errors = new Map(
    [...goldenRows.map(({ of }) => of), networksName].map((name) => [name, new Map<string, number>()])
  )
  for (const { set, verdicts } of judged) {
    for (const { name, pairs } of verdicts) note(errors.get(name)!, set, pairs)
  }
  return {
    devices: new Map(judged.map(({ set, device }) => [set, device])),
    errors,
    complaints: judged.flatMap(({ set, verdicts }) =>
      verdicts.flatMap(({ complaints }) => complaints.map((complaint) => `${set}: ${complaint}`))
    )
  }
}

const verdictsOn = (kernels: Kernels, precision: Precision): ReadonlyArray<Verdict> => [
  ...goldenRows.map((row) => ({ name: row.of, ...judge(kernels, precision, row) })),
  ...goldenNetworks.map((row) => {
    const { pairs, complaints } = judgeNetwork(kernels, precision, row, true)
    return { name: networksName, pairs, complaints: complaints.map((text) => `${row.name}: ${text}`) }
  })
]

const note = (columns: Map<string, number>, set: string, pairs: ReadonlyArray<Judged>): void => {
  for (const { part, error } of pairs) {
    const column = columnOf(set, part)
    columns.set(column, Math.max(columns.get(column) ?? 0, error))
  }
}

/** The names that have rows, in their groups. */
export const accuracyNames = (): ReadonlyArray<readonly [Group, ReadonlyArray<string>]> => {
  const covered = new Set(goldenRows.map(({ of }) => of))
  const source = namedInSource()
  return groups.map((group) => [group, source[group].filter((name) => covered.has(name))])
}
