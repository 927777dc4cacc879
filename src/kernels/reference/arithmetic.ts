/**
 * The scalar functions. float32 tensors are computed in float64; int32 wraps modulo 2^32, which the Int32Array does to
 * every result but a product: that may need more than the 53 bits of a double.
 */
import type { Dtype } from '../tensor'

export const multiply = (dtype: Dtype): ((a: number, b: number) => number) =>
  dtype === 'int32' ? Math.imul : (a, b) => a * b

/** 1 / (1 + exp(-x)); 0 where exp(-x) overflows. */
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** ln(1 + exp(x)): of the two exponentials the one that does not overflow. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

/**
 * The error function. Below 2.5 a series of positive terms, 2 / sqrt(pi) exp(-x^2) (x + 2 x^3 / 3 + 4 x^5 / 15 + ...), above
 * the continued fraction of 1 - erf; from 6 up it rounds to 1 (NIST Digital Library of Mathematical Functions, 7.6.2, 7.9.1).
 */
export const erf = (x: number): number => {
  const size = Math.abs(x)
  const squared = x * x
  if (size < 2.5) {
    let sum = size
    for (let n = 1, term = size; term > sum * 2 ** -56; n++) {
      term *= (2 * squared) / (2 * n + 1)
      sum += term
    }
    return ((Math.sign(x) * 2) / Math.sqrt(Math.PI)) * Math.exp(-squared) * sum
  }
  if (!(size < 6)) return Math.sign(x)
  let fraction = 0
  for (let n = 60; n >= 1; n--) fraction = n / 2 / (size + fraction)
  return Math.sign(x) * (1 - Math.exp(-squared) / Math.sqrt(Math.PI) / (size + fraction))
}

/** Math.max is NaN if x is. */
export const relu = (x: number): number => Math.max(x, 0)

/** Of a NaN `output`, which is not <= 0, the upstream gradient passes. */
export const reluGradient = (upstream: number, output: number): number =>
  output > 0 ? upstream : output <= 0 ? 0 : NaN

/** Pairwise: the rounding error grows with log n instead of n, and infinities stay what they are, as in no Kahan sum. */
export const pairwiseSum = (numbers: ArrayLike<number>, start: number, count: number): number => {
  if (count < 8) {
    let sum = 0
    for (let i = start; i < start + count; i++) sum += numbers[i]!
    return sum
  }
  const half = count >> 1
  return pairwiseSum(numbers, start, half) + pairwiseSum(numbers, start + half, count - half)
}

/** The sum modulo 2^32. */
export const wrappingSum = (numbers: ArrayLike<number>, start: number, count: number): number => {
  let sum = 0
  for (let i = start; i < start + count; i++) sum = (sum + numbers[i]!) | 0
  return sum
}

/** NaN if any is NaN, -Infinity of none. */
export const largest = (numbers: ArrayLike<number>, start: number, count: number): number => {
  let result = -Infinity
  for (let i = start; i < start + count; i++) result = Math.max(result, numbers[i]!)
  return result
}
