import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { inRanges, isOneOf } from './settings'

/** Settings of onPlateau. */
export interface PlateauSettings {
  /** What the scale is multiplied by, in [0, 1); 0.1 by default. */
  readonly factor?: number
  /** How many values in a row may be no better than the best; 10 by default. The next one lowers the scale. */
  readonly patience?: number
  /** By how much a value has to be better to count; 1e-4 by default. */
  readonly threshold?: number
  /** Whether the threshold is a part of the best value (default) or a difference from it. */
  readonly thresholdMode?: 'relative' | 'absolute'
  /** How many values do not count after the scale was lowered; 0 by default. */
  readonly cooldown?: number
  /** Whether small values are good (default) or large ones. */
  readonly mode?: 'minimum' | 'maximum'
  /** The scale falls no further; 0 by default. */
  readonly minimum?: number
  /** A fall by no more than this is not made; 1e-8 by default. */
  readonly eps?: number
}

/**
 * What to multiply the learning rate by after these measured values, oldest first: 1, and less each time that they have
 * stopped getting better. As PyTorch's ReduceLROnPlateau, for a rate of 1. A pure function of the whole list, so it needs no
 * state of its own; `update` takes its number as `learningRateScale`.
 *
 * InvalidArgument: a setting out of its range.
 * @example
 * import { onPlateau } from 'gradfold'
 * const scaleOf = onPlateau({ factor: 0.5, patience: 1 })
 * console.log(scaleOf([3, 2, 2]), scaleOf([3, 2, 2, 2])) // => { _tag: 'Right', right: 1 } { _tag: 'Right', right: 0.5 }
 */
export const onPlateau =
  (settings: PlateauSettings = {}): ((values: ReadonlyArray<number>) => Result<number>) =>
  (values) => {
    const { factor = 0.1, patience = 10, threshold = 1e-4, cooldown = 0, minimum = 0, eps = 1e-8 } = settings
    const { mode = 'minimum', thresholdMode = 'relative' } = settings
    const checked = inRanges(
      'onPlateau',
      { factor, patience, threshold, cooldown, minimum, eps },
      {
        factor: { low: 0, below: 1, usual: '0.1' },
        patience: { low: 0, whole: true, usual: '10' },
        threshold: { low: 0, usual: '0.0001' },
        cooldown: { low: 0, whole: true, usual: '0' },
        minimum: { low: 0, upTo: 1, usual: '0' },
        eps: { low: 0, usual: '1e-8' }
      }
    )
    if (isLeft(checked)) return checked
    const known = isOneOf('onPlateau', 'mode', mode, ['minimum', 'maximum'])
    if (isLeft(known)) return known
    const meant = isOneOf('onPlateau', 'thresholdMode', thresholdMode, ['relative', 'absolute'])
    if (isLeft(meant)) return meant
    const sign = mode === 'minimum' ? 1 : -1
    const bar = (best: number): number =>
      thresholdMode === 'absolute' ? best - sign * threshold : best * (1 - sign * threshold)
    let best = sign * Infinity
    let scale = 1
    let bad = 0
    let resting = 0
    for (const value of values) {
      const isBetter = sign * value < sign * bar(best)
      if (isBetter) best = value
      bad = isBetter ? 0 : bad + 1
      if (resting > 0) {
        resting--
        bad = 0
      }
      if (bad <= patience) continue
      const next = Math.max(scale * factor, minimum)
      if (scale - next > eps) scale = next
      resting = cooldown
      bad = 0
    }
    return right(scale)
  }
