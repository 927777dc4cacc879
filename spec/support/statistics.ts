/**
 * What specs of random numbers measure. Limits are for fixed seeds: they hold or fail for good, by no chance of the run.
 */

export interface Moments {
  readonly mean: number
  readonly variance: number
  readonly skewness: number
}

type Numbers = ArrayLike<number> & Iterable<number>

export const momentsOf = (values: Numbers): Moments => {
  const n = values.length
  let total = 0
  for (const value of values) total += value
  const mean = total / n
  let second = 0
  let third = 0
  for (const value of values) {
    const distance = value - mean
    second += distance * distance
    third += distance * distance * distance
  }
  const variance = second / n
  return { mean, variance, skewness: third / n / variance ** 1.5 }
}

/** Pearson's correlation of two samples of one length. */
export const correlationOf = (x: Numbers, y: Numbers): number => {
  const a = momentsOf(x)
  const b = momentsOf(y)
  let product = 0
  for (let i = 0; i < x.length; i++) product += (x[i]! - a.mean) * (y[i]! - b.mean)
  return product / x.length / Math.sqrt(a.variance * b.variance)
}

/** Kolmogorov-Smirnov: the largest distance between the sample's distribution function and this one. */
export const kolmogorovDistance = (values: Numbers, distribution: (x: number) => number): number => {
  const sorted = Float64Array.from(values).sort()
  let largest = 0
  sorted.forEach((value, i) => {
    const expected = distribution(value)
    largest = Math.max(largest, expected - i / sorted.length, (i + 1) / sorted.length - expected)
  })
  return largest
}

/** The distance that a sample of n exceeds with probability 0.001: sqrt(-ln(0.001 / 2) / 2 / n). */
export const kolmogorovLimit = (n: number): number => Math.sqrt(-Math.log(0.0005) / 2 / n)

/** Pearson's chi-square of these counts against equal ones. */
export const chiSquareOfEqual = (counts: ReadonlyArray<number>): number => {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

/** What chi-square exceeds with probability 0.001, by degrees of freedom (tables of the chi-square distribution). */
export const chiSquareLimit = { 5: 20.515, 23: 49.728, 99: 148.23, 255: 330.52 } as const

/** Density of the standard normal distribution. */
export const normalDensity = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)

/**
 * Distribution function of the standard normal, absolute error about 1e-15 up to |x| = 7, by its series about 0:
 * Marsaglia (2004), "Evaluating the normal distribution", Journal of Statistical Software 11.
 */
export const normalDistribution = (x: number): number => {
  let sum = x
  let term = x
  for (let i = 3; Math.abs(term) > 1e-18; i += 2) {
    term *= (x * x) / i
    sum += term
  }
  return 0.5 + sum * normalDensity(x)
}
