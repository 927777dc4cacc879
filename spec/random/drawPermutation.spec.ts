import * as fc from 'fast-check'
import { childKey, splitKey } from '../../src/random/key'
import { drawPermutation } from '../../src/random/drawPermutation'
import { chiSquareLimit, chiSquareOfEqual } from '../support/statistics'
import { runs } from '../support/runs'

const key = { high: 0, low: 9 }

describe('drawPermutation', () => {
  it('holds each of 0 ... n - 1 once', () => {
    const anyKey = fc.record({ high: fc.nat({ max: 0xffffffff }), low: fc.nat({ max: 0xffffffff }) })
    fc.assert(
      fc.property(anyKey, fc.nat({ max: 600 }), (any, n) => {
        const permutation = drawPermutation(any, n)
        expect(permutation).toBeInstanceOf(Int32Array)
        expect([...permutation].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i))
      }),
      { numRuns: runs(100) }
    )
  })

  it('of nothing is empty, of one is 0', () => {
    expect([...drawPermutation(key, 0)]).toEqual([])
    expect([...drawPermutation(key, 1)]).toEqual([0])
  })

  it('is pure, and differs between keys', () => {
    const permutation = drawPermutation(key, 1000)
    expect(drawPermutation(key, 1000)).toEqual(permutation)
    // The number of agreements of two random permutations is Poisson with mean 1.
    const other = drawPermutation(childKey(key, 0), 1000)
    expect(permutation.filter((value, i) => value === other[i]).length).toBeLessThan(8)
  })

  it('has every number equally often at every position', () => {
    const n = 6
    const counts = Array.from({ length: n }, () => new Array<number>(n).fill(0))
    for (const child of splitKey(key, 6000)) drawPermutation(child, n).forEach((value, i) => (counts[i]![value]! += 1))
    for (const position of counts) expect(chiSquareOfEqual(position)).toBeLessThan(chiSquareLimit[5])
  })

  it('has all 24 orders of four equally often', () => {
    const counts = new Map<string, number>()
    for (const child of splitKey(key, 12_000)) {
      const order = drawPermutation(child, 4).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(24)
    expect(chiSquareOfEqual([...counts.values()])).toBeLessThan(chiSquareLimit[23])
  })

  it('moves numbers evenly over a long range', () => {
    const n = 20_000
    const counts = new Array<number>(100).fill(0)
    // Where the first hundredth of the numbers went, over 50 permutations.
    for (const child of splitKey(key, 50)) {
      drawPermutation(child, n).forEach((value, i) => {
        if (value < n / 100) counts[Math.floor((i / n) * 100)]! += 1
      })
    }
    expect(chiSquareOfEqual(counts)).toBeLessThan(chiSquareLimit[99])
  })
})
