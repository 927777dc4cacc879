import type { Result } from '../error/result'
import type { CosineDecay } from './schedule'
import { inRanges, type Range, ranges } from './settings'

/** Settings of cosineDecay. */
export interface CosineDecaySettings {
  /** The first rate. */
  readonly learningRate: number
  /** How many steps it takes down to the minimum. */
  readonly steps: number
  /** The last rate, of step `steps`; 0 by default. */
  readonly minimum?: number
}

export const cosineRanges = {
  learningRate: ranges.learningRate,
  steps: { low: 1, whole: true, usual: 'the number of all steps of the training' },
  minimum: { low: 0, usual: '0' }
} as const satisfies Readonly<Record<string, Range>>

/** From `high` at part 0 along half a wave of the cosine to `low` at part 1. */
export const alongCosine = (high: number, low: number, part: number): number =>
  low + ((high - low) * (1 + Math.cos(Math.PI * part))) / 2

/**
 * A rate that falls along half a wave of the cosine, from learningRate to minimum in `steps` steps:
 * minimum + (learningRate - minimum) (1 + cos(pi step / steps)) / 2. As PyTorch's CosineAnnealingLR: after that it rises
 * again, in as many steps; see `cosineRestarts` for a jump back up.
 * Source: Loshchilov & Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017.
 * @example
 * import { cosineDecay, rateAt } from 'gradfold'
 * console.log(rateAt(cosineDecay({ learningRate: 0.5, steps: 100 }), 100)) // => { _tag: 'Right', right: 0 }
 */
export const cosineDecay = ({ learningRate, steps, minimum = 0 }: CosineDecaySettings): CosineDecay => ({
  _tag: 'CosineDecay',
  learningRate,
  steps,
  minimum
})

export const checkCosineDecay = (schedule: CosineDecay): Result<unknown> =>
  inRanges('cosineDecay', schedule, cosineRanges)

export const cosineDecayRate = ({ learningRate, steps, minimum }: CosineDecay, step: number): number =>
  alongCosine(learningRate, minimum, step / steps)
