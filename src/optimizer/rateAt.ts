import { isLeft, map, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { invalidArgument } from '../error/tensorError'
import { checkCosineDecay, cosineDecayRate } from './cosineDecay'
import { checkCosineRestarts, cosineRestartsRate } from './cosineRestarts'
import { checkExponentialDecay, exponentialDecayRate } from './exponentialDecay'
import { checkOneCycle, oneCycleRate } from './oneCycle'
import type { LearningRate, Schedule } from './schedule'
import { inRanges, ranges, refuse } from './settings'
import { checkStepDecay, stepDecayRate } from './stepDecay'
import { checkWarmUp, warmUpAt } from './warmUp'

/**
 * The learning rate of an update; `step` counts the updates before it, from 0. An optimiser asks with its state's step.
 *
 * InvalidArgument: a setting of the schedule out of its range, a step that is no whole number from 0 up, or a function that
 * gave no number from 0 up.
 * @example
 * import { rateAt } from 'gradfold'
 * console.log(rateAt((step) => 1 / (1 + step), 3)) // => { _tag: 'Right', right: 0.25 }
 */
export const rateAt = (schedule: LearningRate, step: number): Result<number> => {
  const checked = inRanges('rateAt', { step }, { step: { low: 0, whole: true, usual: "an optimiser's state.step" } })
  return isLeft(checked) ? checked : rateOf('rateAt', schedule, step)
}

/** `operation` is whose learning rate it is, for what no schedule of a name of its own is to blame for. */
export const rateOf = (operation: string, schedule: LearningRate, step: number): Result<number> => {
  if (typeof schedule === 'number') {
    const checked = inRanges(operation, { learningRate: schedule }, { learningRate: ranges.learningRate })
    return isLeft(checked) ? checked : right(schedule)
  }
  if (typeof schedule === 'function') {
    const rate = schedule(step)
    if (rate >= 0 && rate < Infinity) return right(rate)
    const text =
      `${operation} needs learningRate from 0 up and finite, but as a function of the step it gave ${rate} at step ` +
      `${step}. Steps count updates from 0: does it divide by the step, or go on falling below 0?`
    return refuse(invalidArgument(operation, 'learningRate', rate, text))
  }
  return rateOfRecord(operation, schedule, step)
}

const rateOfRecord = (
  operation: string,
  schedule: Exclude<Schedule, (step: number) => number>,
  step: number
): Result<number> => {
  const after = (checked: Result<unknown>, rate: () => number): Result<number> => pipe(checked, map(rate))
  switch (schedule._tag) {
    case 'StepDecay':
      return after(checkStepDecay(schedule), () => stepDecayRate(schedule, step))
    case 'ExponentialDecay':
      return after(checkExponentialDecay(schedule), () => exponentialDecayRate(schedule, step))
    case 'CosineDecay':
      return after(checkCosineDecay(schedule), () => cosineDecayRate(schedule, step))
    case 'CosineRestarts':
      return after(checkCosineRestarts(schedule), () => cosineRestartsRate(schedule, step))
    case 'OneCycle':
      return after(checkOneCycle(schedule), () => oneCycleRate(schedule, step))
    case 'WarmUp': {
      const checked = checkWarmUp(schedule)
      if (isLeft(checked)) return checked
      const { step: inner, factor } = warmUpAt(schedule, step)
      return pipe(
        rateOf(operation, schedule.schedule, inner),
        map((rate) => factor * rate)
      )
    }
  }
}
