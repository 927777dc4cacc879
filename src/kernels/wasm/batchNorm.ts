/**
 * Batch normalisation of `[rows, features]` in loops over the WebAssembly memory: a pass for each of mean, variance and
 * result, where kernel calls would make nine. Sums are float64. Four rows at a time, so that what belongs to a feature is
 * fetched and stored a quarter as often (1.5 ns a number instead of 4); what is left of them goes one by one.
 */

/** The moments of a batch, feature by feature; the variance divided by n. */
export interface Moments {
  readonly mean: Float64Array
  readonly variance: Float64Array
}

/** A matrix in a view of the whole memory. */
export interface Rows {
  readonly words: Float32Array
  readonly at: number
  readonly rows: number
  readonly features: number
}

export const momentsLoop = ({ words, at, rows, features: n }: Rows): Moments => {
  const mean = new Float64Array(n)
  const fours = at + 4 * n * Math.floor(rows / 4)
  const end = at + rows * n
  for (let p = at; p < fours; p += 4 * n) {
    for (let i = 0, q = p; i < n; i++, q++) {
      mean[i]! += words[q]! + words[q + n]! + (words[q + 2 * n]! + words[q + 3 * n]!)
    }
  }
  for (let p = fours; p < end; p += n) for (let i = 0; i < n; i++) mean[i]! += words[p + i]!
  for (let i = 0; i < n; i++) mean[i]! /= rows
  const variance = new Float64Array(n)
  for (let p = at; p < fours; p += 4 * n) {
    for (let i = 0, q = p; i < n; i++, q++) {
      const middle = mean[i]!
      const a = words[q]! - middle
      const b = words[q + n]! - middle
      const c = words[q + 2 * n]! - middle
      const d = words[q + 3 * n]! - middle
      variance[i]! += a * a + b * b + (c * c + d * d)
    }
  }
  for (let p = fours; p < end; p += n) {
    for (let i = 0; i < n; i++) {
      const distance = words[p + i]! - mean[i]!
      variance[i]! += distance * distance
    }
  }
  for (let i = 0; i < n; i++) variance[i]! /= rows
  return { mean, variance }
}

/** (x - mean) / sqrt(variance + eps) * scale + offset, from and to places in the memory. */
export const batchNormLoop = (
  { words, at, rows, features: n }: Rows,
  { mean, variance }: Moments,
  scale: number,
  offset: number,
  eps: number,
  output: number
): void => {
  const factor = variance.map((value, i) => words[scale + i]! / Math.sqrt(value + eps))
  const shift = mean.map((value, i) => words[offset + i]! - value * factor[i]!)
  const fours = at + 4 * n * Math.floor(rows / 4)
  const end = at + rows * n
  let to = output
  for (let p = at; p < fours; p += 4 * n, to += 4 * n) {
    for (let i = 0, q = p, r = to; i < n; i++, q++, r++) {
      const f = factor[i]!
      const s = shift[i]!
      words[r] = f * words[q]! + s
      words[r + n] = f * words[q + n]! + s
      words[r + 2 * n] = f * words[q + 2 * n]! + s
      words[r + 3 * n] = f * words[q + 3 * n]! + s
    }
  }
  for (let p = fours; p < end; p += n, to += n) {
    for (let i = 0; i < n; i++) words[to + i] = factor[i]! * words[p + i]! + shift[i]!
  }
}

/** Where the gradients to x, to the scale and to the offset go. */
export interface GradientPlaces {
  readonly toX: number
  readonly toScale: number
  readonly toOffset: number
}

/** With z = (x - mean) / sqrt(variance + eps): to x, scale / sqrt(variance + eps) (g - sum(g) / rows - z sum(g z) / rows). */
export const batchNormGradientLoop = (
  input: Rows,
  moments: Moments,
  upstream: number,
  scale: number,
  eps: number,
  { toX, toScale, toOffset }: GradientPlaces
): void => {
  const { words, at, rows, features: n } = input
  const { mean, variance } = moments
  const { total, slope } = slopesLoop(input, mean, upstream)
  // To x it is a g + b x + c.
  const a = new Float64Array(n)
  const b = new Float64Array(n)
  const c = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const inverse = 1 / Math.sqrt(variance[i]! + eps)
    words[toScale + i] = slope[i]! * inverse
    words[toOffset + i] = total[i]!
    a[i] = words[scale + i]! * inverse
    b[i] = (-a[i]! * inverse * inverse * slope[i]!) / rows
    c[i] = (-a[i]! * total[i]!) / rows - b[i]! * mean[i]!
  }
  const fours = at + 4 * n * Math.floor(rows / 4)
  const end = at + rows * n
  let g = upstream
  let to = toX
  for (let p = at; p < fours; p += 4 * n, g += 4 * n, to += 4 * n) {
    for (let i = 0, q = p, h = g, r = to; i < n; i++, q++, h++, r++) {
      const first = a[i]!
      const second = b[i]!
      const third = c[i]!
      words[r] = first * words[h]! + second * words[q]! + third
      words[r + n] = first * words[h + n]! + second * words[q + n]! + third
      words[r + 2 * n] = first * words[h + 2 * n]! + second * words[q + 2 * n]! + third
      words[r + 3 * n] = first * words[h + 3 * n]! + second * words[q + 3 * n]! + third
    }
  }
  for (let p = fours; p < end; p += n, g += n, to += n) {
    for (let i = 0; i < n; i++) words[to + i] = a[i]! * words[g + i]! + b[i]! * words[p + i]! + c[i]!
  }
}

/** The sums of g and of g (x - mean), feature by feature. */
const slopesLoop = (
  { words, at, rows, features: n }: Rows,
  mean: Float64Array,
  upstream: number
): { readonly total: Float64Array; readonly slope: Float64Array } => {
  const total = new Float64Array(n)
  const slope = new Float64Array(n)
  const fours = at + 4 * n * Math.floor(rows / 4)
  const end = at + rows * n
  let g = upstream
  for (let p = at; p < fours; p += 4 * n, g += 4 * n) {
    for (let i = 0, q = p, h = g; i < n; i++, q++, h++) {
      const middle = mean[i]!
      const j = words[h]!
      const k = words[h + n]!
      const l = words[h + 2 * n]!
      const m = words[h + 3 * n]!
      total[i]! += j + k + (l + m)
      slope[i]! +=
        j * (words[q]! - middle) +
        k * (words[q + n]! - middle) +
        (l * (words[q + 2 * n]! - middle) + m * (words[q + 3 * n]! - middle))
    }
  }
  for (let p = fours; p < end; p += n, g += n) {
    for (let i = 0; i < n; i++) {
      const value = words[g + i]!
      total[i]! += value
      slope[i]! += value * (words[p + i]! - mean[i]!)
    }
  }
  return { total, slope }
}
