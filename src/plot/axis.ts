/** Numbers as an axis takes them: ECharts rounds its ticks to so many decimals, so its numbers must not be tiny or huge. */
import { compact } from './labels'

/** Beyond this, sums of numbers overflow: as good as infinite. */
const LARGEST = 1e300
/** Nearer to 0 than this, quotients lose their digits: as good as 0. */
const SMALLEST = 1e-300
/** Of the largest number on an axis: what is nearer to another number than this is in the same place. */
const FINEST = 1e-12

export interface Axis {
  /** Where a number is on the axis. */
  readonly place: (value: number) => number
  /** What stands at a place. */
  readonly label: (place: number) => string
  readonly least: number
  readonly most: number
}

/** Whether an axis can have a place for it. */
export const hasPlace = (value: number): boolean => Math.abs(value) <= LARGEST

/** Whether a logarithmic one can: it is not in units of its own, and ECharts has no ticks near the smallest doubles. */
export const hasLogarithm = (value: number): boolean => value >= 1e-100 && value <= 1e100

/** An axis for these numbers, in units of a power of ten where they are tiny or huge. */
export const axisOf = (values: ReadonlyArray<number>): Axis => {
  let least = Infinity
  let most = -Infinity
  for (const value of values) {
    if (!hasPlace(value)) continue
    least = Math.min(least, value)
    most = Math.max(most, value)
  }
  const largest = least > most ? 0 : Math.max(Math.abs(least), Math.abs(most))
  const none = largest < SMALLEST
  const unit = none || (largest >= 1e-6 && largest < 1e9) ? 1 : 10 ** Math.floor(Math.log10(largest))
  const place = (value: number): number => {
    if (none) return 0
    if (unit === 1 && Number.isInteger(value)) return value
    return Number((Math.round(value / largest / FINEST) * FINEST * (largest / unit)).toPrecision(12))
  }
  return { place, label: (at) => compact(at * unit), least: place(least), most: place(most) }
}
