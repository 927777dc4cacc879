/**
 * The stream of uniform 32-bit words that belongs to a key: words 2i and 2i + 1 are Threefry's block at counter (i, 0).
 */
import type { RandomKey } from './key'
import { threefry2x32 } from './threefry'

/** `count` words of the key's stream, from block `firstBlock` on. A longer fill begins with the shorter one. */
export const fillBits = (key: RandomKey, count: number, firstBlock = 0): Uint32Array => {
  const { high, low } = key
  const blocks = Math.ceil(count / 2)
  const words = new Uint32Array(2 * blocks)
  for (let block = 0; block < blocks; block++) threefry2x32(high, low, firstBlock + block, 0, words, 2 * block)
  return words.subarray(0, count)
}

const blocksAtOnce = 256

/** Reads the key's stream word by word, for draws that do not know how many words they need. */
export const bitStream = (key: RandomKey): (() => number) => {
  let words = fillBits(key, 0)
  let position = 0
  let block = 0
  return () => {
    if (position === words.length) {
      words = fillBits(key, 2 * blocksAtOnce, block)
      block += blocksAtOnce
      position = 0
    }
    return words[position++]!
  }
}

/** A word as a number in the open interval (0, 1): 2^-33 at least, 1 - 2^-33 at most, symmetric about 1/2, exact. */
export const openUnit = (word: number): number => (word + 0.5) * 2 ** -32
