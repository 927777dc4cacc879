import type { Result } from '../error/result'
import type { StepDecay } from './schedule'
import { inRanges, ranges } from './settings'

/** Settings of stepDecay. */
export interface StepDecaySettings {
  /** The first rate. */
  readonly learningRate: number
  /** How many steps each rate lasts. */
  readonly stepSize: number
  /** What each next rate is of the one before; 0.1 by default. */
  readonly gamma?: number
}

/**
 * A rate that falls by a factor every so many steps: learningRate gamma^floor(step / stepSize). As PyTorch's StepLR.
 * @example
 * import { rateAt, sgd, stepDecay } from 'gradfold'
 * const learningRate = stepDecay({ learningRate: 0.5, stepSize: 10, gamma: 0.5 })
 * sgd({ learningRate, momentum: 0.9 })
 * console.log(rateAt(learningRate, 25)) // => { _tag: 'Right', right: 0.125 }
 */
export const stepDecay = ({ learningRate, stepSize, gamma = 0.1 }: StepDecaySettings): StepDecay => ({
  _tag: 'StepDecay',
  learningRate,
  stepSize,
  gamma
})

export const checkStepDecay = (schedule: StepDecay): Result<unknown> =>
  inRanges('stepDecay', schedule, {
    learningRate: ranges.learningRate,
    stepSize: { low: 1, whole: true, usual: 'the number of steps in some epochs' },
    gamma: { low: 0, upTo: 1, usual: '0.1' }
  })

export const stepDecayRate = ({ learningRate, stepSize, gamma }: StepDecay, step: number): number =>
  learningRate * gamma ** Math.floor(step / stepSize)
