import { softplus as exact } from '../../../src/kernels/reference/arithmetic'
import { softplus } from '../../../src/kernels/wasm/softplus'

describe('softplus', () => {
  it('is that of the reference to a float32, from tail to tail', () => {
    for (let x = -80; x <= 80; x += 0.037) {
      const error = Math.abs(softplus(x) - exact(x)) / exact(x)
      expect({ x, good: error < 2 ** -25 }).toEqual({ x, good: true })
    }
  })

  it('has its limits far out, and no number for NaN', () => {
    expect([-Infinity, -1e4, 0, 1e4, Infinity, NaN].map(softplus)).toEqual([0, 0, Math.LN2, 1e4, Infinity, NaN])
  })
})
