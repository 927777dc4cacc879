/** The scale of the learning rate by measured values; spec/golden holds it against PyTorch's. */
import fc from 'fast-check'
import { onPlateau, type PlateauSettings } from 'gradfold'
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'

const scale = (settings: PlateauSettings, values: ReadonlyArray<number>): number => rightOf(onPlateau(settings)(values))

describe('onPlateau', () => {
  it('is 1 before anything was measured', () => {
    expect(scale({}, [])).toBe(1)
  })

  it('lowers the scale once more than `patience` values in a row were no better', () => {
    const settings = { factor: 0.5, patience: 2 }
    const values = [3, 2, 2, 2, 2, 1, 1, 1, 1]
    expect(values.map((_, i) => scale(settings, values.slice(0, i + 1)))).toEqual([
      1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25
    ])
  })

  it('never rises, and stays between its minimum and 1', () => {
    const settings = fc.record({
      factor: fc.double({ min: 0, max: 0.99, noNaN: true }),
      patience: fc.nat(3),
      cooldown: fc.nat(3),
      minimum: fc.double({ min: 0, max: 1, noNaN: true }),
      mode: fc.constantFrom<'minimum' | 'maximum'>('minimum', 'maximum')
    })
    fc.assert(
      fc.property(settings, fc.array(fc.double({ min: -10, max: 10 }), { maxLength: 30 }), (given, values) => {
        const scales = [0, ...values].map((_, i) => scale(given, values.slice(0, i)))
        for (const [i, now] of scales.entries()) {
          expect(now).toBeLessThanOrEqual(scales[i - 1] ?? 1)
          expect(now).toBeGreaterThanOrEqual(given.minimum)
        }
      }),
      { numRuns: runs(100) }
    )
  })

  it('stays 1 while values get better', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (count) => {
        const better = Array.from({ length: count }, (_, i) => 0.9 ** i)
        expect(scale({ patience: 0 }, better)).toBe(1)
        expect(scale({ patience: 0, mode: 'maximum' }, [...better].reverse())).toBe(1)
      }),
      { numRuns: runs(20) }
    )
  })

  it.each<readonly [PlateauSettings, string]>([
    [{ factor: 1 }, 'factor'],
    [{ factor: -0.1 }, 'factor'],
    [{ patience: 1.5 }, 'patience'],
    [{ threshold: -1 }, 'threshold'],
    [{ cooldown: -1 }, 'cooldown'],
    [{ minimum: 2 }, 'minimum'],
    [{ eps: NaN }, 'eps'],
    [{ mode: JSON.parse('"min"') as 'minimum' }, 'mode'],
    [{ thresholdMode: JSON.parse('"rel"') as 'relative' }, 'thresholdMode']
  ])('%p is refused', (settings, argument) => {
    expect(leftOf(onPlateau(settings)([1]))).toMatchObject({
      _tag: 'InvalidArgument',
      operation: 'onPlateau',
      argument
    })
  })
})
