import { bitStream } from './bits'
import type { RandomKey } from './key'

/**
 * The numbers 0 ... n - 1 in random order, each order equally likely up to the 64 bits of the key: Fisher-Yates as in
 * Durstenfeld (1964), "Algorithm 235: Random permutation", Communications of the ACM 7, 420. The permutation of a
 * smaller n is not its beginning.
 */
export const drawPermutation = (key: RandomKey, n: number): Int32Array => {
  const next = bitStream(key)
  const permutation = new Int32Array(n)
  for (let i = 0; i < n; i++) permutation[i] = i
  for (let i = n - 1; i > 0; i--) {
    const other = below(next, i + 1)
    const value = permutation[i]!
    permutation[i] = permutation[other]!
    permutation[other] = value
  }
  return permutation
}

/** An unbiased integer in 0 ... bound - 1: words beyond the last whole multiple of the bound are thrown away. */
export const below = (next: () => number, bound: number): number => {
  const limit = 2 ** 32 - (2 ** 32 % bound)
  for (;;) {
    const word = next()
    if (word < limit) return word % bound
  }
}
