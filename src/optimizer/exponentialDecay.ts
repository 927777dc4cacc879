import type { Result } from '../error/result'
import type { ExponentialDecay } from './schedule'
import { inRanges, ranges } from './settings'

/** Settings of exponentialDecay. */
export interface ExponentialDecaySettings {
  /** The first rate. */
  readonly learningRate: number
  /** What each rate is of the one before, in [0, 1]. */
  readonly gamma: number
}

/**
 * A rate that falls at each step: learningRate gamma^step. As PyTorch's ExponentialLR.
 * @example
 * import { exponentialDecay, rateAt } from 'gradfold'
 * console.log(rateAt(exponentialDecay({ learningRate: 1, gamma: 0.5 }), 3)) // => { _tag: 'Right', right: 0.125 }
 */
export const exponentialDecay = ({ learningRate, gamma }: ExponentialDecaySettings): ExponentialDecay => ({
  _tag: 'ExponentialDecay',
  learningRate,
  gamma
})

export const checkExponentialDecay = (schedule: ExponentialDecay): Result<unknown> =>
  inRanges('exponentialDecay', schedule, {
    learningRate: ranges.learningRate,
    gamma: { low: 0, upTo: 1, usual: '0.9 to 0.9999' }
  })

export const exponentialDecayRate = ({ learningRate, gamma }: ExponentialDecay, step: number): number =>
  learningRate * gamma ** step
