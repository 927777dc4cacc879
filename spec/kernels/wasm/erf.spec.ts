import { erf as exact } from '../../../src/kernels/reference/arithmetic'
import { erf } from '../../../src/kernels/wasm/erf'

describe('erf', () => {
  it('is that of the reference to 1e-9 relative up to 4, and to float32 beyond', () => {
    for (let x = -7; x <= 7; x += 0.0037) {
      const error = Math.abs(erf(x) - exact(x)) / Math.abs(exact(x))
      expect({ x, good: error < (Math.abs(x) < 4 ? 1e-9 : 2 ** -25) }).toEqual({ x, good: true })
    }
    expect(erf(1e-30) / 1e-30).toBeCloseTo(2 / Math.sqrt(Math.PI), 8)
  })

  it('has its limits far out, a sign at 0, and no number for NaN', () => {
    expect([-Infinity, -1e4, 0, -0, 1e4, Infinity, NaN].map(erf)).toEqual([-1, -1, 0, -0, 1, 1, NaN])
  })
})
