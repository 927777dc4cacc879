import type { Result } from '../error/result'
import { alongCosine, cosineRanges } from './cosineDecay'
import type { CosineRestarts } from './schedule'
import { inRanges } from './settings'

/** Settings of cosineRestarts. */
export interface CosineRestartsSettings {
  /** The first rate of each period. */
  readonly learningRate: number
  /** How many steps the first period has. */
  readonly steps: number
  /** How many times as long each next period is; 1 by default. */
  readonly tMult?: number
  /** What each period falls to, without reaching it; 0 by default. */
  readonly minimum?: number
}

/**
 * SGDR: a rate that falls along half a wave of the cosine and jumps back, in periods of steps, steps tMult, steps tMult^2, ...
 * steps. As PyTorch's CosineAnnealingWarmRestarts.
 * Source: Loshchilov & Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017.
 * @example
 * import { cosineRestarts, rateAt } from 'gradfold'
 * const schedule = cosineRestarts({ learningRate: 0.5, steps: 10, tMult: 2 })
 * console.log(rateAt(schedule, 10), rateAt(schedule, 30)) // => { _tag: 'Right', right: 0.5 } { _tag: 'Right', right: 0.5 }
 */
export const cosineRestarts = ({
  learningRate,
  steps,
  tMult = 1,
  minimum = 0
}: CosineRestartsSettings): CosineRestarts => ({ _tag: 'CosineRestarts', learningRate, steps, tMult, minimum })

export const checkCosineRestarts = (schedule: CosineRestarts): Result<unknown> =>
  inRanges('cosineRestarts', schedule, { ...cosineRanges, tMult: { low: 1, whole: true, usual: '1 or 2' } })

export const cosineRestartsRate = ({ learningRate, steps, tMult, minimum }: CosineRestarts, step: number): number => {
  if (tMult === 1) return alongCosine(learningRate, minimum, (step % steps) / steps)
  let length = steps
  let since = step
  while (since >= length) {
    since -= length
    length *= tMult
  }
  return alongCosine(learningRate, minimum, since / length)
}
