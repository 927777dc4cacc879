import { left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidArgument } from '../error/tensorError'
import { bitStream, openUnit } from './bits'
import { fitsFloat32, float32AtLeast, float32AtMost, largestFloat32 } from './float32'
import type { RandomKey } from './key'
import { normalQuantile } from './normalQuantile'

/**
 * `size` float32 numbers of the normal distribution with this mean and standard deviation, given that they are in
 * [low, high]: absolute bounds as PyTorch's trunc_normal_(mean, std, a, b) has them, either of them possibly infinite.
 *
 * Exact, by rejection: Robert (1995), "Simulation of truncated normal variables", Statistics and Computing 5, 121-125.
 * Each proposal is accepted with a probability of at least 0.49 however far or narrow the interval is. The words of
 * one stream are used in turn: a longer draw begins with the shorter one.
 */
export const drawTruncatedNormal = (
  key: RandomKey,
  size: number,
  mean: number,
  std: number,
  low: number,
  high: number
): Float64Array => {
  const next = bitStream(key)
  const draw = drawOne(() => openUnit(next()), mean, std, low, high)
  const smallest = float32AtLeast(Math.max(low, -largestFloat32))
  const largest = float32AtMost(Math.min(high, largestFloat32))
  const values = new Float64Array(size)
  for (let i = 0; i < size; i++) values[i] = Math.max(smallest, Math.min(largest, Math.fround(draw())))
  return values
}

/** The way to draw that suits the interval. */
const drawOne = (unit: () => number, mean: number, std: number, low: number, high: number): (() => number) => {
  const width = (high - low) / std
  if (mean <= low) {
    const distance = drawTail(unit, (low - mean) / std, width)
    return () => low + std * distance()
  }
  if (mean >= high) {
    const distance = drawTail(unit, (mean - high) / std, width)
    return () => high - std * distance()
  }
  return width < Math.sqrt(2 * Math.PI)
    ? () => {
        for (;;) {
          const value = low + (high - low) * unit()
          const z = (value - mean) / std
          if (unit() <= Math.exp(-0.5 * z * z)) return value
        }
      }
    : () => {
        for (;;) {
          const value = mean + std * normalQuantile(unit())
          if (value >= low && value <= high) return value
        }
      }
}

/**
 * Draws z - start, z standard normal given start <= z <= start + width, start >= 0: the distance rather than z, which
 * far out has no digits left for it. The proposal is exponential of rate lambda = (start + sqrt(start^2 + 4)) / 2, or
 * uniform where the interval is too narrow for that. `lag` is lambda - start = 1 / lambda, without cancellation.
 */
const drawTail = (unit: () => number, start: number, width: number): (() => number) => {
  const lag = 2 / (start + Math.sqrt(start * start + 4))
  return width > lag * Math.exp(0.5 - 0.5 * start * lag)
    ? () => {
        for (;;) {
          const distance = -Math.log(unit()) * lag
          const short = distance - lag
          if (distance <= width && unit() <= Math.exp(-0.5 * short * short)) return distance
        }
      }
    : () => {
        for (;;) {
          const distance = width * unit()
          if (unit() <= Math.exp(-distance * (start + 0.5 * distance))) return distance
        }
      }
}

/**
 * InvalidArgument unless the mean is finite, std is finite and positive, and there is a float32 number in [low, high].
 */
export const checkTruncatedNormal = (
  operation: string,
  mean: number,
  std: number,
  low: number,
  high: number
): Result<void> => {
  const refuse = (argument: string, value: number, text: string): Result<void> =>
    left(invalidArgument(operation, argument, value, text))
  if (!fitsFloat32(mean)) {
    return refuse('mean', mean, `the mean must be a finite number in the range of float32, but it is ${String(mean)}`)
  }
  if (!(Math.fround(std) > 0 && fitsFloat32(std))) {
    return refuse('std', std, `the standard deviation must be finite and positive, but it is ${String(std)}`)
  }
  if (!(low <= high)) {
    const text = `low must be at most high, but low is ${String(low)} and high is ${String(high)}: bounds are absolute`
    return refuse('high', high, `${text}, not counted in standard deviations`)
  }
  if (float32AtLeast(Math.max(low, -largestFloat32)) > float32AtMost(Math.min(high, largestFloat32))) {
    return refuse('high', high, `no float32 number is between low = ${low} and high = ${high}: widen the interval`)
  }
  return right(undefined)
}
