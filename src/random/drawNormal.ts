import { left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidArgument } from '../error/tensorError'
import { fillBits, openUnit } from './bits'
import { fitsFloat32 } from './float32'
import type { RandomKey } from './key'
import { normalQuantile } from './normalQuantile'

/** The largest magnitude that a standard normal draw has, rounded up: the quantile of 1 - 2^-33 is 6.34. */
const farthest = 6.5

/**
 * `size` float32 numbers, normal with this mean and standard deviation, by the inverse distribution function of one
 * 32-bit word each. Value i depends on word i alone: a longer draw begins with the shorter one.
 */
export const drawNormal = (key: RandomKey, size: number, mean: number, std: number): Float64Array => {
  const words = fillBits(key, size)
  const values = new Float64Array(size)
  for (let i = 0; i < size; i++) values[i] = Math.fround(mean + std * normalQuantile(openUnit(words[i]!)))
  return values
}

/** InvalidArgument unless the mean is finite, std is finite and not negative, and no draw can leave float32's range. */
export const checkNormal = (operation: string, mean: number, std: number): Result<void> => {
  if (!fitsFloat32(mean)) {
    const text = `the mean must be a finite number in the range of float32, but it is ${String(mean)}`
    return left(invalidArgument(operation, 'mean', mean, text))
  }
  if (!(std >= 0 && fitsFloat32(std))) {
    const text = `the standard deviation must be finite and not negative, but it is ${String(std)}`
    return left(invalidArgument(operation, 'std', std, text))
  }
  if (!fitsFloat32(Math.abs(mean) + farthest * std)) {
    const text =
      `normal numbers of mean ${mean} and standard deviation ${std} leave the range of float32 ` +
      '(up to about 3.4e38): make the standard deviation smaller'
    return left(invalidArgument(operation, 'std', std, text))
  }
  return right(undefined)
}
