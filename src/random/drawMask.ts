import { fillBits } from './bits'
import type { RandomKey } from './key'
import { threefry2x32 } from './threefry'

/**
 * `size` float32 numbers, each 0 with probability p, to 2^-32, and else `kept`. A byte of the key's stream decides, a
 * quarter of the bits that a word each would be; one time in 256 it is the leading byte of p and cannot, and the block
 * at counter (i, 1), which no stream has, does. Value i depends on i alone: a longer mask begins with the shorter one.
 */
export const drawMask = (key: RandomKey, size: number, p: number, kept: number): Float32Array => {
  const threshold = Math.floor(p * 2 ** 32)
  const undecided = Math.floor(threshold / 2 ** 24)
  const ofByte = new Float32Array(256).fill(kept, undecided + 1)
  const words = fillBits(key, Math.ceil(size / 4))
  const values = new Float32Array(4 * words.length)
  const pattern = Math.imul(undecided, 0x01010101)
  for (let k = 0, i = 0; k < words.length; k++, i += 4) {
    const word = words[k]!
    values[i] = ofByte[word & 255]!
    values[i + 1] = ofByte[(word >>> 8) & 255]!
    values[i + 2] = ofByte[(word >>> 16) & 255]!
    values[i + 3] = ofByte[word >>> 24]!
    // Whether a byte of these four is 0: Warren, "Hacker's Delight", section 6-1.
    const difference = word ^ pattern
    if (((difference - 0x01010101) & ~difference & 0x80808080) !== 0) {
      for (let j = 0; j < 4; j++) {
        if (((word >>> (8 * j)) & 255) === undecided) values[i + j] = decided(key, i + j, threshold, kept)
      }
    }
  }
  return values.subarray(0, size)
}

/** By the 24 bits of the threshold that the byte left open. */
const decided = ({ high, low }: RandomKey, i: number, threshold: number, kept: number): number => {
  const block = new Uint32Array(2)
  threefry2x32(high, low, i, 1, block, 0)
  return block[0]! >>> 8 < threshold % 2 ** 24 ? 0 : kept
}
