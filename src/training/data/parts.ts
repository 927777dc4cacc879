/** How many examples go into which part, and in which order so that each part has its share of every class. */
import { left, right } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import { invalidArgument } from '../../error/tensorError'
import { isCount } from './data'

/** A number for each part, by its name. */
export type Parts = Readonly<Record<string, number>>

type Sizes = ReadonlyArray<readonly [name: string, size: number]>

/** The sizes of the parts: `count` together. */
export const countsOf = (
  operation: string,
  count: number,
  shares: Parts | undefined,
  counts: Parts | undefined
): Result<Sizes> => {
  const refuse = (argument: string, value: unknown, text: string): Result<Sizes> =>
    left(invalidArgument(operation, argument, value, `${operation} ${text}`))
  if (shares !== undefined && counts !== undefined) {
    return refuse('counts', counts, 'needs shares or counts, not both: they could contradict each other.')
  }
  if (counts !== undefined) {
    const sizes = Object.entries(counts)
    const total = sizes.reduce((sum, [, size]) => sum + size, 0)
    return total === count && sizes.every(([, size]) => isCount(size, 0))
      ? right(sizes)
      : refuse(
          'counts',
          counts,
          `needs counts to be whole numbers from 0 up that make ${count} together, the number of examples, not ` +
            `${total}: name a part for the rest.`
        )
  }
  const parts = Object.entries(shares ?? {})
  const total = parts.reduce((sum, [, share]) => sum + share, 0)
  return Math.abs(total - 1) <= 1e-9 && parts.every(([, share]) => share >= 0)
    ? right(rounded(parts, count))
    : refuse(
        'shares',
        shares,
        `needs shares from 0 to 1 that make 1 together, not ${total}: { train: 0.8, test: 0.2 }, for example.`
      )
}

/** Whole numbers nearest to the shares: rounded down, and what is missing goes to the largest remainders. */
const rounded = (parts: Sizes, count: number): Sizes => {
  // 0.7 * 10 is 7, though it computes as 6.999...: within rounding, a whole number is meant.
  const exact = parts.map(([, share]) => {
    const size = share * count
    return Math.abs(size - Math.round(size)) < 1e-6 ? Math.round(size) : size
  })
  const sizes = exact.map(Math.floor)
  const missing = count - sizes.reduce((sum, size) => sum + size, 0)
  const byRemainder = exact.map((_, i) => i).sort((a, b) => exact[b]! - sizes[b]! - (exact[a]! - sizes[a]!) || a - b)
  const up = new Set(byRemainder.slice(0, missing))
  return parts.map(([name], i) => [name, sizes[i]! + (up.has(i) ? 1 : 0)])
}

/**
 * The places of `order`, so that every run of them has each class in about its share: the r-th of n examples of a class
 * stands at (r + u) / n, where u differs from class to class (multiples of the golden ratio, which spread evenly), lest
 * all rare classes meet in one place.
 */
export const interleaved = (order: Int32Array, classes: ReadonlyArray<unknown>): Int32Array => {
  const placesOf = new Map<unknown, number[]>()
  order.forEach((index, place) => {
    const places = placesOf.get(classes[index])
    if (places === undefined) placesOf.set(classes[index], [place])
    else places.push(place)
  })
  const positions = new Float64Array(order.length)
  let number = 0
  for (const places of placesOf.values()) {
    const offset = (0.5 + number++ * 0.6180339887498949) % 1
    places.forEach((place, rank) => (positions[place] = (rank + offset) / places.length))
  }
  return Int32Array.from(order.keys()).sort((a, b) => positions[a]! - positions[b]! || a - b)
}
