import { threefry2x32 } from '../../src/random/threefry'

const block = (key0: number, key1: number, counter0: number, counter1: number): ReadonlyArray<number> => {
  const out = new Uint32Array(2)
  threefry2x32(key0, key1, counter0, counter1, out, 0)
  return [...out]
}

describe('threefry2x32', () => {
  // Random123's tests/kat_vectors, lines "threefry2x32 20": counter, key, result.
  it.each([
    { counter: [0, 0], key: [0, 0], result: [0x6b200159, 0x99ba4efe] },
    { counter: [0xffffffff, 0xffffffff], key: [0xffffffff, 0xffffffff], result: [0x1cb996fc, 0xbb002be7] },
    { counter: [0x243f6a88, 0x85a308d3], key: [0x13198a2e, 0x03707344], result: [0xc4923a9c, 0x483df7a0] }
  ])('gives the published block of counter $counter under key $key', ({ counter, key, result }) => {
    expect(block(key[0]!, key[1]!, counter[0]!, counter[1]!)).toEqual(result)
  })

  it('writes its two words where it is told to, and nothing else', () => {
    const out = Uint32Array.of(1, 2, 3, 4, 5)
    threefry2x32(0, 0, 0, 0, out, 2)
    expect([...out]).toEqual([1, 2, 0x6b200159, 0x99ba4efe, 5])
  })

  it('changes half of the output when any one bit of key or counter changes', () => {
    const input = [0x01234567, 0x89abcdef, 0x0badcafe, 0x00000001]
    const before = block(input[0]!, input[1]!, input[2]!, input[3]!)
    const distances = Array.from({ length: 128 }, (_, bit) => {
      const changed = input.map((word, i) => (i === bit >> 5 ? (word ^ (1 << (bit & 31))) >>> 0 : word))
      const after = block(changed[0]!, changed[1]!, changed[2]!, changed[3]!)
      return bitsSet(before[0]! ^ after[0]!) + bitsSet(before[1]! ^ after[1]!)
    })
    // 64 fair bits: mean 32, standard deviation 4; five of them for each, 4 / sqrt(128) for the mean.
    for (const distance of distances) expect(Math.abs(distance - 32)).toBeLessThanOrEqual(20)
    const mean = distances.reduce((sum, distance) => sum + distance, 0) / distances.length
    expect(Math.abs(mean - 32)).toBeLessThan((4 * 4) / Math.sqrt(128))
  })
})

const bitsSet = (word: number): number => (word >>> 0).toString(2).replaceAll('0', '').length
