/**
 * Threefry-2x32 with 20 rounds: a keyed bijection of 64-bit counters whose outputs pass as independent uniform bits.
 * Counter-based: any block of a stream is computed without the ones before it, and there is no state to carry along.
 * Salmon, Moraes, Dror, Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", SC '11.
 */

/** Skein's key schedule constant (`SKEIN_KS_PARITY32` in Random123). */
const parity = 0x1bd11bda

/** Writes the two words of the block with this key and this counter (two uint32 each) to `out[at]` and `out[at + 1]`. */
export const threefry2x32 = (
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
  out: Uint32Array,
  at: number
): void => {
  let ks0 = key0 | 0
  let ks1 = key1 | 0
  let ks2 = parity ^ ks0 ^ ks1
  let x0 = (counter0 + ks0) | 0
  let x1 = (counter1 + ks1) | 0
  for (let group = 1; group <= 5; group++) {
    if ((group & 1) === 1) {
      x0 = (x0 + x1) | 0
      x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0
      x0 = (x0 + x1) | 0
      x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0
      x0 = (x0 + x1) | 0
      x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0
      x0 = (x0 + x1) | 0
      x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0
    } else {
      x0 = (x0 + x1) | 0
      x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0
      x0 = (x0 + x1) | 0
      x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0
      x0 = (x0 + x1) | 0
      x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0
      x0 = (x0 + x1) | 0
      x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0
    }
    const first = ks0
    ks0 = ks1
    ks1 = ks2
    ks2 = first
    x0 = (x0 + ks0) | 0
    x1 = (x1 + ks1 + group) | 0
  }
  out[at] = x0
  out[at + 1] = x1
}
