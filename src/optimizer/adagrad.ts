import type { Adagrad } from './optimizer'
import { moved, overRoot, type Plan, type Rule, withDecay } from './rule'
import type { LearningRate } from './schedule'
import { inRanges, ranges } from './settings'

/** Settings of adagrad. */
export interface AdagradSettings {
  /** Step size, from 0 up, or a schedule; 0.01 by default. */
  readonly learningRate?: LearningRate
  /** Divides the rate by 1 + learningRateDecay (t - 1) in update t; 0 by default. */
  readonly learningRateDecay?: number
  /** Where the sum of squares begins; 0 by default. */
  readonly initialAccumulator?: number
  /** Added to the root of the sum, outside of it; 1e-10 by default. */
  readonly eps?: number
  /** Adds weightDecay p to the gradient; 0 by default. */
  readonly weightDecay?: number
}

/**
 * Adagrad: s' = s + g^2, p' = p - learningRate g / (sqrt(s') + eps): what has moved far moves less. As PyTorch's Adagrad.
 * Source: Duchi, Hazan & Singer, "Adaptive subgradient methods for online learning and stochastic optimization", 2011.
 * @example
 * import { adagrad } from 'gradfold'
 * console.log(adagrad().eps) // => 1e-10
 */
export const adagrad = ({
  learningRate = 0.01,
  learningRateDecay = 0,
  initialAccumulator = 0,
  eps = 1e-10,
  weightDecay = 0
}: AdagradSettings = {}): Adagrad => ({
  _tag: 'Adagrad',
  learningRate,
  learningRateDecay,
  initialAccumulator,
  eps,
  weightDecay
})

const rule =
  ({ learningRateDecay, initialAccumulator, eps, weightDecay }: Adagrad): Rule =>
  (tools, parameter, gradient, [before]) => {
    const { kernels, rate, step, number, free, spent } = tools
    const slope = withDecay(tools, gradient, parameter, weightDecay)
    const squared = kernels.square(slope)
    const start = before ?? (initialAccumulator === 0 ? undefined : number(initialAccumulator))
    const sum = start === undefined ? squared : free(squared, kernels.add(start, squared))
    if (before !== undefined) spent(before)
    const quotient = overRoot(tools, slope, sum, eps)
    const change = free(quotient, kernels.mul(quotient, number(rate / (1 + learningRateDecay * (step - 1)))))
    return { parameter: moved(tools, parameter, change), slots: [sum] }
  }

export const adagradPlan = (optimizer: Adagrad): Plan => ({
  operation: 'adagrad',
  learningRate: optimizer.learningRate,
  check: () =>
    inRanges('adagrad', optimizer, {
      learningRateDecay: { low: 0, usual: '0' },
      initialAccumulator: { low: 0, usual: '0, or 0.1,' },
      eps: { low: 0, usual: '1e-10' },
      weightDecay: ranges.weightDecay
    }),
  slots: () => [{ name: 'sum', factor: 1 }],
  mayLackSlots: false,
  rule: rule(optimizer)
})
