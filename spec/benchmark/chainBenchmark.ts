/** (a) measured: all cases in one process, taking turns, each round with the same kernels and the same heap. */
import { type Kernels, startTape, type Tape, wasmKernels } from 'gradfold'
import { rightOf } from '../support/results'
import {
  type ChainContestant,
  type ChainOperation,
  chainOnTape,
  type ChainRun,
  expectedGradient,
  recordChain
} from './chain'
import { additionsReleased, chainByHand } from './chainByHand'
import { collectGarbage } from './contestant'
import { differences, inTurn, median, range, type Spread, spreadOf, table } from './numbers'
import type { Report, Settings } from './report'

const OPERATIONS: ReadonlyArray<ChainOperation> = ['add', 'tanh']
/** Entries, and how often in one round: the short chain often, so that the clock and the collector count. */
const SIZES: ReadonlyArray<readonly [number, number]> = [
  [1_000, 100],
  [100_000, 2],
  [1_000_000, 1]
]
const SHORT = 1_000
/** Short runs before the first round, and before each measured run. */
const WARM_UP = 300
const REFRESH = 40

/** Microseconds an entry; medians over the rounds. */
interface ChainRow {
  readonly operation: ChainOperation
  readonly entries: number
  readonly record: number
  readonly fold: number
  readonly release: number
  readonly total: number
  readonly byHand: number
  /** total - byHand, round by round. */
  readonly difference: Spread
  /** Where there is one: by hand without keeping what a tape keeps. */
  readonly releasedAtOnce?: number
  /** Bytes of JavaScript's heap that an entry of the tape takes, its tensor included. */
  readonly heapBytes: number
}

interface Case {
  readonly operation: ChainOperation
  readonly entries: number
  readonly repeats: number
  readonly contestants: ReadonlyArray<ChainContestant>
  readonly samples: Map<ChainContestant, ChainRun[]>
}

/** What the project asks of itself. */
const MICROSECONDS = 1.0
const HEAP_BYTES = 700
const ROUNDS = 5

export const measureChains = ({ rounds = ROUNDS }: Settings): Promise<Report> => {
  const rows = measure(rounds)
  const limits = rows.map(({ operation, entries, difference }) => ({
    what: `${operation}, ${entries.toLocaleString('en')} entries: us an entry above by hand`,
    value: difference.median,
    atMost: MICROSECONDS
  }))
  const heap = {
    what: 'bytes of heap an entry',
    value: Math.max(...rows.map((row) => row.heapBytes)),
    atMost: HEAP_BYTES
  }
  return Promise.resolve({ text: chainTable(rows), limits: [...limits, heap], losses: [], figures: rows })
}

const measure = (rounds: number): ReadonlyArray<ChainRow> => {
  const kernels = wasmKernels()
  // V8 drops the code that it optimised for a class of which a collection finds no object. A program with a model always
  // has variables and tensors; this one would have none between its runs.
  const own = kernels.withOwnAllocations()
  const resident = OPERATIONS.map((operation) => rightOf(recordChain(startTape(own), operation, 2)))
  const cases = SIZES.flatMap(([entries, repeats]) => [
    caseOf('add', entries, repeats, [chainOnTape, chainByHand, additionsReleasedOf], kernels),
    caseOf('tanh', entries, repeats, [chainOnTape, chainByHand], kernels)
  ])
  for (let i = 0; i < WARM_UP; i++) {
    for (const { operation, contestants } of cases.slice(0, 2))
      for (const each of contestants) checked(operation, SHORT, each)
  }
  for (let round = 0; round < rounds; round++) {
    for (const { operation, entries, repeats, contestants, samples } of cases) {
      for (const contestant of inTurn(contestants, round)) {
        collectGarbage()
        for (let i = 0; i < REFRESH; i++) checked(operation, SHORT, contestant)
        const runs = Array.from({ length: repeats }, () => checked(operation, entries, contestant))
        samples.get(contestant)!.push(meanOf(runs))
      }
    }
  }
  const rows = cases.map((each) => rowOf(each, heapOf(kernels, each)))
  own.allocations.releaseAll()
  // Looked at here, so that it is alive until here.
  if (resident.some(({ tape }) => tape.length !== 4)) throw new Error('a tape has changed')
  return rows
}

const additionsReleasedOf = (_: ChainOperation, kernels: Kernels): ChainContestant => additionsReleased(kernels)

const caseOf = (
  operation: ChainOperation,
  entries: number,
  repeats: number,
  makers: ReadonlyArray<(operation: ChainOperation, kernels: Kernels) => ChainContestant>,
  kernels: Kernels
): Case => {
  const contestants = makers.map((make) => make(operation, kernels))
  return { operation, entries, repeats, contestants, samples: new Map(contestants.map((each) => [each, []])) }
}

/** Runs once; a wrong gradient or a tensor too many ends the benchmark. */
const checked = (operation: ChainOperation, entries: number, contestant: ChainContestant): ChainRun => {
  const before = contestant.live()
  const run = contestant.run(entries)
  const leaked = contestant.live() - before
  const expected = expectedGradient(operation, entries)
  const close = Math.abs(run.gradient - expected) <= 1e-3 * Math.abs(expected) + 1e-12
  if (!close || leaked !== 0) {
    const got = `${run.gradient} for ${expected}, ${leaked} tensors left`
    throw new Error(`${contestant.name}, ${entries} times ${operation}: ${got}`)
  }
  return run
}

const meanOf = (runs: ReadonlyArray<ChainRun>): ChainRun => {
  const mean = (part: (run: ChainRun) => number): number => runs.reduce((sum, run) => sum + part(run), 0) / runs.length
  return {
    record: mean(({ record }) => record),
    fold: mean(({ fold }) => fold),
    release: mean(({ release }) => release),
    gradient: runs[0]!.gradient
  }
}

/** What one entry leaves in JavaScript's heap while its tape is alive: of so many tapes that it can be told from noise. */
const heapOf = (kernels: Kernels, { operation, entries }: Case): number => {
  const own = kernels.withOwnAllocations()
  const tapes: Tape[] = []
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < Math.max(1, 200_000 / entries); i++) {
    tapes.push(rightOf(recordChain(startTape(own), operation, entries)).tape)
  }
  collectGarbage()
  const bytes = process.memoryUsage().heapUsed - before
  own.allocations.releaseAll()
  return bytes / tapes.reduce((sum, { length }) => sum + length, 0)
}

const rowOf = ({ operation, entries, contestants, samples }: Case, heapBytes: number): ChainRow => {
  const series = (contestant: ChainContestant, part: (run: ChainRun) => number): ReadonlyArray<number> =>
    samples.get(contestant)!.map((run) => (part(run) * 1000) / entries)
  const total = (contestant: ChainContestant): ReadonlyArray<number> =>
    series(contestant, ({ record, fold, release }) => record + fold + release)
  const [own, byHand, atOnce] = contestants
  return {
    operation,
    entries,
    record: median(series(own!, ({ record }) => record)),
    fold: median(series(own!, ({ fold }) => fold)),
    release: median(series(own!, ({ release }) => release)),
    total: median(total(own!)),
    byHand: median(total(byHand!)),
    difference: spreadOf(differences(total(own!), total(byHand!))),
    ...(atOnce !== undefined && { releasedAtOnce: median(total(atOnce)) }),
    heapBytes
  }
}

const chainTable = (rows: ReadonlyArray<ChainRow>): string =>
  table([
    ['us an entry', 'entries', 'record', 'fold', 'release', 'total', 'by hand', 'above by hand', 'at once', 'heap B'],
    ...rows.map((row) => [
      row.operation === 'add' ? 'y = y + x' : 'y = tanh(y)',
      row.entries.toLocaleString('en'),
      ...[row.record, row.fold, row.release, row.total, row.byHand].map((value) => value.toFixed(2)),
      range(row.difference, 2),
      row.releasedAtOnce?.toFixed(2) ?? '',
      row.heapBytes.toFixed(0)
    ])
  ])
