import type { Result } from '../error/result'
import type { LearningRate, WarmUp } from './schedule'
import { inRanges } from './settings'

/** Settings of warmUp. */
export interface WarmUpSettings {
  /** Which part of the schedule's first rate comes first; 1 / 3 by default, as PyTorch has it. */
  readonly startFactor?: number
}

/**
 * A schedule, or one rate, that begins after `steps` steps, in which the rate rises along a line from startFactor times the
 * schedule's first rate to all of it. As PyTorch's LinearLR, and with a schedule as SequentialLR of LinearLR and that one.
 * @example
 * import { cosineDecay, rateAt, warmUp } from 'gradfold'
 * const schedule = warmUp(cosineDecay({ learningRate: 0.5, steps: 90 }), 10, { startFactor: 0 })
 * console.log(rateAt(schedule, 5), rateAt(schedule, 100)) // => { _tag: 'Right', right: 0.25 } { _tag: 'Right', right: 0 }
 */
export const warmUp = (
  schedule: LearningRate,
  steps: number,
  { startFactor = 1 / 3 }: WarmUpSettings = {}
): WarmUp => ({ _tag: 'WarmUp', schedule, steps, startFactor })

export const checkWarmUp = (schedule: WarmUp): Result<unknown> =>
  inRanges('warmUp', schedule, {
    steps: { low: 0, whole: true, usual: 'a few hundred, or a twentieth of all steps,' },
    startFactor: { low: 0, upTo: 1, usual: '0, or a third,' }
  })

/** At which step of the schedule, and how much of its rate. */
export const warmUpAt = (
  { steps, startFactor }: WarmUp,
  step: number
): { readonly step: number; readonly factor: number } =>
  step >= steps
    ? { step: step - steps, factor: 1 }
    : { step: 0, factor: startFactor + ((1 - startFactor) * step) / steps }
