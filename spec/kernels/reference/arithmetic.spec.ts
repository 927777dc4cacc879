import {
  erf,
  largest,
  multiply,
  pairwiseSum,
  relu,
  reluGradient,
  sigmoid,
  softplus,
  wrappingSum
} from '../../../src/kernels/reference/arithmetic'

describe('multiply', () => {
  it('wraps int32, even where the product needs more than 53 bits', () => {
    // (2^31 - 1)^2 = 2^62 - 2^32 + 1, which is 1 modulo 2^32.
    expect(multiply('int32')(2 ** 31 - 1, 2 ** 31 - 1)).toBe(1)
    expect(multiply('float32')(2 ** 31 - 1, 2)).toBe(2 ** 32 - 2)
  })
})

describe('sigmoid', () => {
  it('is 1/2 at 0, 3/4 at log 3, 1/4 at -log 3', () => {
    expect(sigmoid(0)).toBe(0.5)
    expect(sigmoid(Math.log(3))).toBeCloseTo(0.75, 15)
    expect(sigmoid(-Math.log(3))).toBeCloseTo(0.25, 15)
  })

  it('has its limits far out, and no number for NaN', () => {
    expect([-1e4, -Infinity, 1e4, Infinity, NaN].map(sigmoid)).toEqual([0, 0, 1, 1, NaN])
    // exp(-100) is 3.720075976020836e-44 (Wolfram Alpha), and 1 beside it is lost.
    expect(sigmoid(-100) / 3.720075976020836e-44).toBeCloseTo(1, 14)
  })
})

describe('softplus', () => {
  it('is log 2 at 0, and differs from relu by as much on both sides', () => {
    expect(softplus(0)).toBeCloseTo(Math.LN2, 15)
    expect(softplus(3) - 3).toBeCloseTo(softplus(-3), 14)
    // exp(-50) - exp(-100) / 2, the latter lost.
    expect(softplus(-50) / Math.exp(-50)).toBeCloseTo(1, 15)
  })

  it('has its limits far out, and no number for NaN', () => {
    expect([-1e4, -Infinity, 1e4, Infinity, NaN].map(softplus)).toEqual([0, 0, 1e4, Infinity, NaN])
  })
})

describe('erf', () => {
  // Of Python's math.erf; either side of the places where another formula takes over.
  it.each([
    [1e-300, 1.1283791670955127e-300],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2.4999, 0.9995928300996666],
    [2.5, 0.9995930479825551],
    [3, 0.9999779095030014],
    [5.9, 1],
    [6, 1]
  ])('of %p and its negative', (x, value) => {
    expect(Math.abs(erf(x) / value - 1)).toBeLessThan(1e-15)
    expect(erf(-x)).toBe(-erf(x))
  })

  it('has its limits far out, a sign at 0, and no number for NaN', () => {
    expect([-Infinity, -1e4, 0, -0, 1e4, Infinity, NaN].map(erf)).toEqual([-1, -1, 0, -0, 1, 1, NaN])
  })
})

describe('relu and its gradient', () => {
  it('cuts off below 0 and keeps NaN', () => {
    expect([-2, 0, 3, -Infinity, Infinity, NaN].map(relu)).toEqual([0, 0, 3, 0, Infinity, NaN])
  })

  it('is 0 at the kink, and NaN for NaN', () => {
    expect([0, 2, -1, NaN].map((output) => reluGradient(5, output))).toEqual([0, 5, 0, NaN])
    expect(reluGradient(Infinity, 0)).toBe(0)
  })
})

describe('pairwiseSum', () => {
  it('is exact to a rounding or so where a plain sum drifts', () => {
    const tenths = new Float64Array(1e6).fill(0.1)
    expect(Math.abs(pairwiseSum(tenths, 0, 1e6) - 1e5)).toBeLessThan(2e-11)
    expect(Math.abs(tenths.reduce((a, b) => a + b, 0) - 1e5)).toBeGreaterThan(1e-6)
  })

  it('sums only its part, and nothing to 0', () => {
    const numbers = Array.from({ length: 20 }, (_, i) => i)
    expect(pairwiseSum(numbers, 3, 10)).toBe(75)
    expect(pairwiseSum(numbers, 5, 0)).toBe(0)
  })

  it('keeps infinities', () => {
    expect(pairwiseSum([1, Infinity, 2], 0, 3)).toBe(Infinity)
    expect(pairwiseSum([-Infinity, Infinity], 0, 2)).toBeNaN()
  })
})

describe('wrappingSum', () => {
  it('wraps modulo 2^32', () => {
    expect(wrappingSum([2 ** 31 - 1, 1, 5], 0, 3)).toBe(-(2 ** 31) + 5)
  })
})

describe('largest', () => {
  it('is NaN if one is, wherever it stands', () => {
    expect(largest([3, 1, 2], 0, 3)).toBe(3)
    expect(largest([NaN, 1], 0, 2)).toBeNaN()
    expect(largest([1, NaN], 0, 2)).toBeNaN()
    expect(largest([3, 1, 2], 1, 2)).toBe(2)
    expect(largest([-Infinity], 0, 1)).toBe(-Infinity)
  })
})
