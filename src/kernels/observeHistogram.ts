import type { Listener, Observation } from './observation'

/** What was told under one name. Microseconds throughout. */
export interface HistogramRow {
  readonly kind: Observation['kind']
  /** The operation, or the layer path; `backward` has none of its own. */
  readonly name: string
  readonly count: number
  readonly sum: number
  readonly least: number
  readonly most: number
  /** Quantiles, to within 1 % of the duration that has this rank: half were as fast, and so on. */
  readonly median: number
  readonly p90: number
  readonly p99: number
  /** Of all outputs together; 0 for `backward`. */
  readonly bytes: number
}

/** A listener that counts, and what it has counted. */
export interface Histogram {
  readonly listener: Listener
  /** So far, with what took longest first. */
  readonly rows: () => ReadonlyArray<HistogramRow>
}

/** Settings of histogram. */
export interface HistogramSettings {
  /** By the operation's name (default), or by the layer path that it was recorded under. */
  readonly by?: 'name' | 'path'
}

/**
 * Gathers what observed kernels tell: how often, how long, how much, by name. Its memory does not grow with the number of
 * observations: durations are counted in buckets 2 % apart, so that quantiles are right to 1 % from nanoseconds to days
 * (Masson, Rim & Lee 2019, DDSketch).
 * @example
 * import { defaultKernels, histogram, observe, square, startTape, trace, uniform } from 'gradfold'
 * const { listener, rows } = histogram()
 * trace(startTape(observe(defaultKernels(), listener)), function* (run) {
 *   return yield* run(square, yield* run(square, yield* run(uniform, [8, 4])))
 * })
 * console.log(rows().map(({ name, count, bytes }) => `${name} ${count} ${bytes}`).sort()) // => ['square 2 256', 'uniform 1 128']
 */
export const histogram = ({ by = 'name' }: HistogramSettings = {}): Histogram => {
  const cells = new Map<string, Cell>()
  return {
    listener: (observation) => {
      const { kind, microseconds } = observation
      const name = by === 'path' ? observation.path : kind === 'backward' ? kind : observation.name
      const key = `${kind} ${name}`
      const cell = cells.get(key) ?? emptyCell(kind, name)
      cells.set(key, cell)
      cell.count++
      cell.sum += microseconds
      cell.least = Math.min(cell.least, microseconds)
      cell.most = Math.max(cell.most, microseconds)
      cell.bytes += kind === 'backward' ? 0 : observation.bytes
      const bucket = bucketOf(microseconds)
      cell.buckets.set(bucket, (cell.buckets.get(bucket) ?? 0) + 1)
    },
    rows: () => [...cells.values()].map(rowOf).sort((a, b) => b.sum - a.sum)
  }
}

interface Cell {
  readonly kind: Observation['kind']
  readonly name: string
  count: number
  sum: number
  least: number
  most: number
  bytes: number
  readonly buckets: Map<number, number>
}

const emptyCell = (kind: Observation['kind'], name: string): Cell => ({
  kind,
  name,
  count: 0,
  sum: 0,
  least: Infinity,
  most: 0,
  bytes: 0,
  buckets: new Map()
})

/** Each bucket ends this many times as far as it begins: its harmonic middle is off by 1 % at most. */
const RATIO = 1.01 / 0.99
/** Nothing is measured more finely; a clock that has not moved says 0. */
const SHORTEST = 1e-3

const bucketOf = (microseconds: number): number =>
  Math.ceil(Math.log(Math.max(SHORTEST, microseconds)) / Math.log(RATIO))

const middleOf = (bucket: number): number => (2 * RATIO ** bucket) / (RATIO + 1)

const rowOf = ({ buckets, ...cell }: Cell): HistogramRow => {
  const ascending = [...buckets].sort(([a], [b]) => a - b)
  const quantile = (part: number): number => {
    let rank = Math.ceil(part * cell.count)
    const found = ascending.find(([, count]) => (rank -= count) <= 0)
    return Math.min(cell.most, Math.max(cell.least, found === undefined ? cell.most : middleOf(found[0])))
  }
  return { ...cell, median: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99) }
}
