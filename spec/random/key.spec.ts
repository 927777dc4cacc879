import * as fc from 'fast-check'
import { fillBits } from '../../src/random/bits'
import { childKey, randomKey, splitKey, type RandomKey } from '../../src/random/key'
import { correlationOf } from '../support/statistics'
import { runs } from '../support/runs'

const key: RandomKey = { high: 1, low: 2 }
const text = ({ high, low }: RandomKey): string => `${high},${low}`
const anyKey = fc.record({ high: fc.nat({ max: 0xffffffff }), low: fc.nat({ max: 0xffffffff }) })

describe('randomKey', () => {
  it('is the bits of the number', () => {
    // 7 = 1.75 * 2^2: sign 0, exponent 1023 + 2, fraction .75.
    expect(randomKey(0)).toEqual({ high: 0, low: 0 })
    expect(randomKey(7)).toEqual({ high: 0x401c0000, low: 0 })
    expect(randomKey(-7)).toEqual({ high: 0xc01c0000, low: 0 })
    expect(randomKey(Number.MAX_SAFE_INTEGER)).toEqual({ high: 0x433fffff, low: 0xffffffff })
  })

  it('gives different seeds different keys', () => {
    const seeds = [0, 1, 2, -1, 0.5, 7, 8, Date.now(), Number.MAX_VALUE, Infinity, NaN]
    expect(new Set(seeds.map((seed) => JSON.stringify(randomKey(seed)))).size).toBe(seeds.length)
  })
})

describe('childKey and splitKey', () => {
  it('are pure: the same key and number give the same child', () => {
    fc.assert(
      fc.property(anyKey, fc.maxSafeNat(), (any, index) => {
        const before = { ...any }
        expect(childKey(any, index)).toEqual(childKey(any, index))
        expect(any).toEqual(before)
      }),
      { numRuns: runs(100) }
    )
  })

  it('agree, and a longer split begins with a shorter one', () => {
    const keys = splitKey(key, 10)
    expect(keys).toEqual(Array.from({ length: 10 }, (_, index) => childKey(key, index)))
    expect(splitKey(key, 4)).toEqual(keys.slice(0, 4))
    expect(splitKey(key, 0)).toEqual([])
  })

  it('tell numbers apart beyond 32 bits', () => {
    const indices = [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 33, Number.MAX_SAFE_INTEGER]
    expect(new Set(indices.map((index) => text(childKey(key, index)))).size).toBe(indices.length)
  })

  it('give no key twice, nor one that is a block of the stream of the key itself', () => {
    const words = fillBits(key, 20_000)
    const seen = new Set(Array.from({ length: 10_000 }, (_, i) => `${words[2 * i]!},${words[2 * i + 1]!}`))
    for (const child of splitKey(key, 10_000)) seen.add(text(child))
    expect(seen.size).toBe(20_000)
  })

  it('give streams that share no block with each other, with the parent or with grandchildren', () => {
    const children = splitKey(key, 8)
    const family = [key, ...children, ...children.flatMap((child) => splitKey(child, 8))]
    const seen = new Set<string>()
    for (const member of family) {
      const words = fillBits(member, 1000)
      for (let i = 0; i < 1000; i += 2) seen.add(`${words[i]!},${words[i + 1]!}`)
    }
    expect(seen.size).toBe(family.length * 500)
  })

  it('give streams without correlation, as consecutive seeds do', () => {
    const n = 20_000
    const seeds = [0, 1, 2, 3].map((low) => ({ high: 0, low }))
    const streams = [key, ...splitKey(key, 4), ...seeds].map((member) => fillBits(member, n))
    streams.forEach((x, i) => {
      for (const y of streams.slice(i + 1)) expect(Math.abs(correlationOf(x, y))).toBeLessThan(4 / Math.sqrt(n))
    })
    // a stream against itself one word later
    for (const x of streams) {
      const lagged = Math.abs(correlationOf(x.subarray(1), x.subarray(0, n - 1)))
      expect(lagged).toBeLessThan(4 / Math.sqrt(n))
    }
  })
})
