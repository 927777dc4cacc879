import * as fc from 'fast-check'
import { fitsFloat32, float32AtLeast, float32AtMost, float32Below, largestFloat32 } from '../../src/random/float32'
import { runs } from '../support/runs'

const smallest = 2 ** -149

describe('bounds among float32 numbers', () => {
  it('are worked by hand next to 1, at 0 and at the ends of the range', () => {
    expect(float32Below(1)).toBe(1 - 2 ** -24)
    expect(float32AtLeast(1)).toBe(1)
    expect(float32AtLeast(1 + 2 ** -40)).toBe(1 + 2 ** -23)
    expect(float32AtMost(1 - 2 ** -40)).toBe(1 - 2 ** -24)
    expect(float32Below(-1)).toBe(-1 - 2 ** -23)
    expect(float32Below(0)).toBe(-smallest)
    expect(float32AtLeast(1e-60)).toBe(smallest)
    expect(float32AtMost(-1e-60)).toBe(-smallest)
    expect(float32AtMost(1e39)).toBe(largestFloat32)
    expect(float32AtLeast(-1e39)).toBe(-largestFloat32)
    expect(largestFloat32).toBe(new Float32Array(Uint32Array.of(0x7f7fffff).buffer)[0])
  })

  it('are float32 numbers on their side of any number, and the nearest', () => {
    const finite = fc.double({ noNaN: true, min: -largestFloat32, max: largestFloat32 })
    const close = fc.tuple(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: -3, max: 3 }))
    const nearby = close.map(([x, steps]) => x * (1 + steps * Number.EPSILON))
    const within = fc.oneof(finite, nearby).filter((x) => Math.abs(x) <= largestFloat32)
    fc.assert(
      fc.property(within, (x) => {
        const above = float32AtLeast(x)
        const below = float32AtMost(x)
        const strictlyBelow = float32Below(x)
        for (const bound of [above, below]) expect(Math.fround(bound)).toBe(bound)
        expect(above >= x && below <= x && strictlyBelow < x).toBe(true)
        // Nothing lies between: one of the two is the rounded x, and the middle of them rounds to one of them.
        expect([above, below]).toContain(Math.fround(x))
        expect([above, below]).toContain(Math.fround(above / 2 + below / 2))
        expect(strictlyBelow === below).toBe(below < x)
      }),
      { numRuns: runs(500) }
    )
  })
})

describe('fitsFloat32', () => {
  it('is false for what float32 cannot hold', () => {
    expect([0, -1, 1e-300, largestFloat32].every(fitsFloat32)).toBe(true)
    expect([Number.NaN, Infinity, -Infinity, 3.5e38, -1e300].some(fitsFloat32)).toBe(false)
  })
})
