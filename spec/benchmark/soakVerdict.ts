/** Whether memory stayed flat over a long run. */
import { median } from './numbers'

const MEBIBYTE = 1048576

export interface Reading {
  readonly steps: number
  readonly failed: number
  readonly loss: number
  /** Live tensors and the bytes of their numbers. */
  readonly tensors: number
  readonly bytes: number
  /** What the kernels took from the system, where they say so. */
  readonly reserved: number | undefined
  /** JavaScript's heap after a collection, and what V8 has for it. */
  readonly heapUsed: number
  readonly heapTotal: number
  /** The whole process. */
  readonly rss: number
}

/** What is compared by its medians: bytes that a reading has, and how much more of them there may be in the second half. */
interface Measure {
  readonly what: string
  readonly of: (reading: Reading) => number
  readonly allowed: number
}

/**
 * The two parts of the process. V8's heap by what is live in it, for V8 takes and gives back 16 MiB at a time as it likes, late
 * in a run, too. The medians lie 45 % of the steps apart: of 100,000 steps, 23 and 93 bytes for each are seen.
 */
export const measures: ReadonlyArray<Measure> = [
  { what: "live in JavaScript's heap", of: ({ heapUsed }) => heapUsed, allowed: MEBIBYTE },
  { what: "the process without V8's heap", of: ({ rss, heapTotal }) => rss - heapTotal, allowed: 4 * MEBIBYTE }
]

export const mebibytes = (bytes: number): string => (bytes / MEBIBYTE).toFixed(1)

/** Medians of the first half of a run, its first tenth left out (caches fill, code is compiled), and of the second. */
export const halves = (
  readings: ReadonlyArray<Reading>,
  steps: number,
  { of }: Measure
): { readonly early: number; readonly late: number } => {
  const within = (from: number, to: number): number =>
    median(readings.filter((reading) => reading.steps > from * steps && reading.steps <= to * steps).map(of))
  return { early: within(0.1, 0.5), late: within(0.5, 1) }
}

/** What grew, in words; nothing if nothing did. The first reading is the one that tensors are compared with. */
export const whatGrew = (readings: ReadonlyArray<Reading>, steps: number): ReadonlyArray<string> => {
  const [first, ...later] = readings
  const reasons: string[] = []
  const compare = (what: string, of: (reading: Reading) => number | undefined): void => {
    const before = of(first!)
    const grown = later.find((reading) => before !== undefined && !((of(reading) ?? NaN) <= before))
    if (grown !== undefined)
      reasons.push(`${what}: ${before} after ${first!.steps} steps, ${of(grown)} after ${grown.steps}`)
  }
  compare('live tensors', ({ tensors }) => tensors)
  compare('bytes of live tensors', ({ bytes }) => bytes)
  compare('bytes of the kernels', ({ reserved }) => reserved)
  for (const measure of measures) {
    const { early, late } = halves(readings, steps, measure)
    // Not `>`: a NaN is no proof of anything.
    if (late - early <= measure.allowed) continue
    reasons.push(
      `${measure.what}: ${mebibytes(early)} MiB in the first half, ${mebibytes(late)} in the second (medians)`
    )
  }
  return reasons
}
