/**
 * Reductions of `[outer, reduced, inner]` blocks. TensorFlow.js' Sum adds up in float32, one after the other: 1 % off at
 * 1e6 elements, stuck at 2^24. These loops add up in float64, at the same speed.
 */
import type { Place, View } from './loops'

export interface Block {
  readonly outer: number
  readonly reduced: number
  readonly inner: number
}

/** Sums times `factor`. */
export const sumLoop = (x: Place, output: Place, { outer, reduced, inner }: Block, factor: number): void => {
  const { view: xs } = x
  const { view: out } = output
  if (inner === 1) {
    for (let o = 0, p = x.at; o < outer; o++) {
      // Four chains, because an addition waits four cycles for the one before it.
      let a = 0
      let b = 0
      let c = 0
      let d = 0
      const end = p + reduced
      for (; p + 3 < end; p += 4) {
        a += xs[p]!
        b += xs[p + 1]!
        c += xs[p + 2]!
        d += xs[p + 3]!
      }
      for (; p < end; p++) a += xs[p]!
      out[output.at + o] = (a + b + (c + d)) * factor
    }
    return
  }
  const sums = new Float64Array(inner)
  for (let o = 0, p = x.at; o < outer; o++) {
    sums.fill(0)
    let r = 0
    // Eight rows at a time: each sum is fetched and stored an eighth as often (0.6 ns a number instead of 1.6).
    for (; r + 7 < reduced; r += 8, p += 8 * inner) {
      for (let i = 0, q = p; i < inner; i++, q++) {
        const first = xs[q]! + xs[q + inner]! + (xs[q + 2 * inner]! + xs[q + 3 * inner]!)
        const second = xs[q + 4 * inner]! + xs[q + 5 * inner]! + (xs[q + 6 * inner]! + xs[q + 7 * inner]!)
        sums[i]! += first + second
      }
    }
    for (; r < reduced; r++, p += inner) for (let i = 0; i < inner; i++) sums[i]! += xs[p + i]!
    for (let i = 0; i < inner; i++) out[output.at + o * inner + i] = sums[i]! * factor
  }
}

/** Largest; NaN if one is NaN. */
export const maxLoop = (x: Place, output: Place, { outer, reduced, inner }: Block): void => {
  const { view: xs } = x
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      output.view[output.at + o * inner + i] = largest(xs, x.at + o * reduced * inner + i, reduced, inner)
    }
  }
}

/** -log(softmax) at one place of each row: max - x + log(sum(exp(x - max))). */
export const crossEntropyLoop = (x: Place, labels: Place, output: Place, rows: number, channels: number): void => {
  const { view: xs } = x
  for (let row = 0, p = x.at; row < rows; row++, p += channels) {
    const best = largest(xs, p, channels, 1)
    const chosen = xs[p + labels.view[labels.at + row]!]!
    output.view[output.at + row] = best - chosen + Math.log(sumOfPowers(xs, p, channels, best))
  }
}

/** Of `count` numbers, `step` apart; NaN if one is NaN. */
const largest = (xs: View, from: number, count: number, step: number): number => {
  let best = xs[from]!
  for (let i = 1, p = from + step; i < count; i++, p += step) {
    const value = xs[p]!
    if (value > best || value !== value) best = value
  }
  return best
}

const sumOfPowers = (xs: View, from: number, count: number, shift: number): number => {
  let sum = 0
  for (let i = 0; i < count; i++) sum += Math.exp(xs[from + i]! - shift)
  return sum
}

/** log(softmax) of each row: x - max - log(sum(exp(x - max))). */
export const logSoftmaxLoop = (x: Place, output: Place, rows: number, channels: number): void => {
  const { view: xs } = x
  const { view: out } = output
  for (let row = 0, p = x.at, q = output.at; row < rows; row++, p += channels, q += channels) {
    const best = largest(xs, p, channels, 1)
    const shift = Math.log(sumOfPowers(xs, p, channels, best))
    // Two subtractions: best + shift would lose the shift next to a large maximum.
    for (let i = 0; i < channels; i++) out[q + i] = xs[p + i]! - best - shift
  }
}
