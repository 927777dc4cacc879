import { left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidArgument } from '../error/tensorError'
import { fillBits } from './bits'
import { fitsFloat32, float32AtLeast, float32Below } from './float32'
import type { RandomKey } from './key'

/**
 * `size` float32 numbers, uniform in [low, high): low + (high - low) k / 2^24 with k of 24 bits, rounded, and never
 * `high` nor below `low` by rounding. Value i depends on word i alone: a longer draw begins with the shorter one.
 */
export const drawUniform = (key: RandomKey, size: number, low: number, high: number): Float64Array => {
  const words = fillBits(key, size)
  const values = new Float64Array(size)
  const smallest = float32AtLeast(low)
  const largest = float32Below(high)
  const step = (high - low) * 2 ** -24
  for (let i = 0; i < size; i++) {
    const value = Math.fround(low + step * (words[i]! >>> 8))
    values[i] = Math.max(smallest, Math.min(largest, value))
  }
  return values
}

/** InvalidArgument unless there is a float32 number in [low, high) and both bounds are in float32's range. */
export const checkUniform = (operation: string, low: number, high: number): Result<void> => {
  if (!fitsFloat32(low)) return left(invalidArgument(operation, 'low', low, boundText('low', low)))
  if (!fitsFloat32(high)) return left(invalidArgument(operation, 'high', high, boundText('high', high)))
  if (low < high && float32AtLeast(low) <= float32Below(high)) return right(undefined)
  const text =
    low < high
      ? `no float32 number is between low = ${low} and high = ${high}: widen the interval`
      : `low must be less than high, but low is ${low} and high is ${high}: ` +
        (low > high ? 'swap them' : 'one value everywhere needs no draw')
  return left(invalidArgument(operation, 'high', high, text))
}

const boundText = (name: string, value: number): string =>
  `${name} must be a finite number in the range of float32 (up to about 3.4e38), but it is ${String(value)}`
