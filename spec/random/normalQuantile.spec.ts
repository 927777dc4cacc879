import { normalQuantile } from '../../src/random/normalQuantile'
import { normalDistribution } from '../support/statistics'

describe('normalQuantile', () => {
  // Python's statistics.NormalDist().inv_cdf; 0.25 and 0.001 are also the paper's own examples.
  it.each([
    [0.5, 0],
    [0.25, -0.6744897501960817],
    [0.001, -3.090232306167813],
    [0.075, -1.4395314709384557],
    [0.0749, -1.4402382675279632],
    [0.9, 1.2815515655446008],
    [1e-6, -4.753424308822899],
    [2 ** -33, -6.337957754553789],
    [1 - 2 ** -33, 6.337957754553789]
  ])('of %p is %p', (p, quantile) => {
    expect(Math.abs(normalQuantile(p) - quantile)).toBeLessThanOrEqual(4e-16 * Math.abs(quantile))
  })

  it('undoes the distribution function, and is odd about 1/2', () => {
    for (let p = 1 / 512; p < 1; p += 1 / 512) {
      expect(Math.abs(normalDistribution(normalQuantile(p)) - p)).toBeLessThan(1e-15)
      expect(normalQuantile(1 - p) + normalQuantile(p)).toBe(0)
    }
  })
})
