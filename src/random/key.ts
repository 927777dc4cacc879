/**
 * Random keys: plain values, from which streams of bits (bits.ts) and further keys are derived. A key is used for one
 * draw or to derive keys; the same key always gives the same numbers.
 */
import { threefry2x32 } from './threefry'

/** 64 bits as two uint32. */
export interface RandomKey {
  readonly high: number
  readonly low: number
}

/**
 * The key of a seed: the bits of the number itself, so every number is a seed and different ones are different keys
 * (0 and -0 too).
 */
export const randomKey = (seed: number): RandomKey => {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, seed)
  return { high: bits.getUint32(0), low: bits.getUint32(4) }
}

/**
 * The key's child with this number, 0 ... 2^53 - 1. Children take the counters whose top bit is set, streams of bits
 * those where it is not: the cipher is a bijection of counters, so no child is another child, nor a block of the stream.
 */
export const childKey = (key: RandomKey, index: number): RandomKey => {
  const words = new Uint32Array(2)
  threefry2x32(key.high, key.low, index >>> 0, 0x80000000 + Math.floor(index / 2 ** 32), words, 0)
  return { high: words[0]!, low: words[1]! }
}

/** The key's first `count` children. */
export const splitKey = (key: RandomKey, count: number): ReadonlyArray<RandomKey> =>
  Array.from({ length: count }, (_, index) => childKey(key, index))
