import * as fc from 'fast-check'
import { bitStream, fillBits, openUnit } from '../../src/random/bits'
import { chiSquareLimit, chiSquareOfEqual } from '../support/statistics'
import { runs } from '../support/runs'

const key = { high: 0, low: 7 }
const uint32 = fc.nat({ max: 0xffffffff })

describe('fillBits', () => {
  it('begins with the published block of counter 0', () => {
    expect([...fillBits({ high: 0, low: 0 }, 2)]).toEqual([0x6b200159, 0x99ba4efe])
  })

  it('gives as many words as were asked for, the first ones of a longer fill', () => {
    fc.assert(
      fc.property(
        fc.record({ high: uint32, low: uint32 }),
        fc.nat({ max: 50 }),
        fc.nat({ max: 50 }),
        (any, n, more) => {
          const words = fillBits(any, n)
          expect(words).toHaveLength(n)
          expect([...fillBits(any, n + more)].slice(0, n)).toEqual([...words])
        }
      ),
      { numRuns: runs(100) }
    )
  })

  it('continues at any block', () => {
    expect([...fillBits(key, 5, 3)]).toEqual([...fillBits(key, 11)].slice(6))
  })

  it('repeats no block', () => {
    const words = fillBits(key, 20_000)
    const blocks = new Set(Array.from({ length: 10_000 }, (_, i) => `${words[2 * i]!},${words[2 * i + 1]!}`))
    expect(blocks.size).toBe(10_000)
  })

  it('sets each of the 32 bits half of the time', () => {
    const n = 40_000
    const words = fillBits(key, n)
    for (let bit = 0; bit < 32; bit++) {
      const ones = words.reduce((sum, word) => sum + ((word >>> bit) & 1), 0)
      expect(Math.abs(ones - n / 2)).toBeLessThan((4.5 * Math.sqrt(n)) / 2)
    }
  })

  it.each([0, 8, 16, 24])('has each byte at bit %i equally often', (shift) => {
    const counts = new Array<number>(256).fill(0)
    for (const word of fillBits(key, 100_000)) counts[(word >>> shift) & 255]! += 1
    expect(chiSquareOfEqual(counts)).toBeLessThan(chiSquareLimit[255])
  })
})

describe('bitStream', () => {
  it('reads the words of fillBits in turn, across its refills', () => {
    const next = bitStream(key)
    expect(Array.from({ length: 1500 }, () => next())).toEqual([...fillBits(key, 1500)])
  })
})

describe('openUnit', () => {
  it('is never 0 nor 1, and symmetric', () => {
    expect(openUnit(0)).toBe(2 ** -33)
    expect(openUnit(0xffffffff)).toBe(1 - 2 ** -33)
    fc.assert(
      fc.property(uint32, (word) => openUnit(word) === 1 - openUnit(0xffffffff - word)),
      { numRuns: runs(100) }
    )
  })
})
