import fc from 'fast-check'
import { fillBits } from '../../src/random/bits'
import { drawMask } from '../../src/random/drawMask'
import { childKey, type RandomKey } from '../../src/random/key'
import { threefry2x32 } from '../../src/random/threefry'
import { correlationOf } from '../support/statistics'
import { runs } from '../support/runs'

const key = { high: 0, low: 11 }
const anyKey = fc.record({ high: fc.nat({ max: 0xffffffff }), low: fc.nat({ max: 0xffffffff }) })

/** Any, and with a leading byte that decides all or nearly all. */
const probability = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.nat({ max: 256 }).map((byte) => byte / 256),
  fc.constantFrom(2 ** -40, 2 ** -32, 1 - 2 ** -32, 1 - 2 ** -40, 0.2, 0.5)
)

/** The 32 bits that value i is decided by: a byte of the stream, then 24 bits of a block of its own. */
const bitsOf = ({ high, low }: RandomKey, i: number): number => {
  const [word] = fillBits({ high, low }, Math.floor(i / 4) + 1).slice(-1)
  const block = new Uint32Array(2)
  threefry2x32(high, low, i, 1, block, 0)
  return ((word! >>> (8 * (i % 4))) & 255) * 2 ** 24 + (block[0]! >>> 8)
}

describe('drawMask', () => {
  it('is 0 where the 32 bits of a place are below p, and else what is kept', () => {
    fc.assert(
      fc.property(anyKey, fc.nat({ max: 70 }), probability, (any, size, p) => {
        const mask = drawMask(any, size, p, 1.25)
        const expected = Array.from({ length: size }, (_, i) => (bitsOf(any, i) < Math.floor(p * 2 ** 32) ? 0 : 1.25))
        expect(Array.from(mask)).toEqual(expected)
      }),
      { numRuns: runs(200) }
    )
  })

  it('decides by the lower bits, too, where the byte is that of p', () => {
    // Of one byte alone p would be 128 / 256 or 129 / 256: a 256th of all numbers tell the difference.
    const p = 128.5 / 256
    const mask = drawMask(key, 200_000, p, 1)
    const bytes = Array.from(fillBits(key, 50_000)).flatMap((word) => [0, 8, 16, 24].map((by) => (word >>> by) & 255))
    const open = Array.from(mask.keys()).filter((i) => bytes[i] === 128)
    const dropped = open.filter((i) => mask[i] === 0).length
    expect(open.length).toBeGreaterThan(600)
    expect(Math.abs(dropped / open.length - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / open.length))
  })

  it('of a longer mask begins with the shorter one', () => {
    fc.assert(
      fc.property(anyKey, fc.nat({ max: 60 }), fc.nat({ max: 60 }), probability, (any, a, b, p) => {
        const [short, long] = [Math.min(a, b), Math.max(a, b)]
        expect(Array.from(drawMask(any, long, p, 2).subarray(0, short))).toEqual(Array.from(drawMask(any, short, p, 2)))
      }),
      { numRuns: runs(100) }
    )
  })

  it('of p = 0 keeps all, and of p = 1 none', () => {
    expect(new Set(drawMask(key, 1000, 0, 1))).toEqual(new Set([1]))
    expect(new Set(drawMask(key, 1000, 1, Infinity))).toEqual(new Set([0]))
  })

  it.each([0.01, 0.2, 0.5, 0.75, 0.999])('drops %d of all, in no order, others with another key', (p) => {
    const n = 100_000
    const mask = drawMask(key, n, p, 1)
    const share = mask.filter((value) => value === 0).length / n
    expect(Math.abs(share - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / n))
    // The correlation of independent numbers has a standard error of 1 / sqrt(n).
    for (const lag of [1, 2, 3, 4, 8]) {
      expect(Math.abs(correlationOf(mask.subarray(lag), mask.subarray(0, n - lag)))).toBeLessThan(4 / Math.sqrt(n))
    }
    const other = drawMask(childKey(key, 0), n, p, 1)
    expect(Math.abs(correlationOf(mask, other))).toBeLessThan(4 / Math.sqrt(n))
  })
})
