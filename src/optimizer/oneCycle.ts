import { isLeft } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidArgument } from '../error/tensorError'
import { alongCosine } from './cosineDecay'
import type { OneCycle } from './schedule'
import { inRanges, isOneOf, ranges, refuse } from './settings'

/** Settings of oneCycle. */
export interface OneCycleSettings {
  /** The highest rate. */
  readonly maximum: number
  /** How many steps the training has; the rate stays where it is then. */
  readonly steps: number
  /** Which part of the steps leads up; 0.3 by default. */
  readonly pctStart?: number
  /** Along half a wave of the cosine (default), or a straight line. */
  readonly annealing?: 'cosine' | 'linear'
  /** The first rate is maximum / divFactor; 25 by default. */
  readonly divFactor?: number
  /** The last rate is the first one / finalDivFactor; 1e4 by default. */
  readonly finalDivFactor?: number
  /** As many steps down to the first rate as up, then on to the last. False by default: from the highest straight to the last. */
  readonly threePhase?: boolean
}

/**
 * One cycle: a rate that rises from maximum / divFactor to maximum and falls to almost nothing. As PyTorch's OneCycleLR, for
 * the rate alone.
 * Source: Smith & Topin, "Super-convergence: very fast training of neural networks using large learning rates", 2018.
 * @example
 * import { oneCycle, rateAt } from 'gradfold'
 * console.log(rateAt(oneCycle({ maximum: 1, steps: 10, divFactor: 4 }), 2)) // => { _tag: 'Right', right: 1 }
 */
export const oneCycle = ({
  maximum,
  steps,
  pctStart = 0.3,
  annealing = 'cosine',
  divFactor = 25,
  finalDivFactor = 1e4,
  threePhase = false
}: OneCycleSettings): OneCycle => ({
  _tag: 'OneCycle',
  maximum,
  steps,
  pctStart,
  annealing,
  divFactor,
  finalDivFactor,
  threePhase
})

export const checkOneCycle = (schedule: OneCycle): Result<unknown> => {
  const { annealing, threePhase, pctStart } = schedule
  const checked = inRanges('oneCycle', schedule, {
    maximum: ranges.learningRate,
    steps: { low: 1, whole: true, usual: 'the number of all steps of the training' },
    pctStart: { low: 0, upTo: 1, usual: '0.3' },
    divFactor: { low: 0, open: true, usual: '25' },
    finalDivFactor: { low: 0, open: true, usual: '10000' }
  })
  if (isLeft(checked)) return checked
  if (threePhase && pctStart > 0.5) {
    const text = `oneCycle with threePhase needs pctStart from 0 to 0.5, not ${pctStart}: as many steps lead up as down.`
    return refuse(invalidArgument('oneCycle', 'pctStart', pctStart, text))
  }
  return isOneOf('oneCycle', 'annealing', annealing, ['cosine', 'linear'])
}

export const oneCycleRate = (schedule: OneCycle, step: number): number => {
  const { maximum, steps, pctStart, annealing, divFactor, finalDivFactor, threePhase } = schedule
  const first = maximum / divFactor
  const last = first / finalDivFactor
  const rise = pctStart * steps - 1
  // Where each part ends, and at which rate.
  const parts = threePhase
    ? [
        { end: rise, rate: maximum },
        { end: 2 * rise, rate: first },
        { end: steps - 1, rate: last }
      ]
    : [
        { end: rise, rate: maximum },
        { end: steps - 1, rate: last }
      ]
  const at = Math.min(step, steps - 1)
  let from = { end: 0, rate: first }
  for (const part of parts) {
    if (at <= part.end) {
      const width = part.end - from.end
      const done = width === 0 ? 1 : (at - from.end) / width
      return annealing === 'linear'
        ? from.rate + (part.rate - from.rate) * done
        : alongCosine(from.rate, part.rate, done)
    }
    from = part
  }
  return last
}
