import type { Kernels } from '../kernels/kernels'
import type { Adam, AdamFields } from './optimizer'
import { accumulated, fitsOneCall, gathered, moved, overRoot, type Plan, type Rule, withDecay } from './rule'
import type { LearningRate } from './schedule'
import { inRanges, ranges } from './settings'

/** Settings of adam. */
export interface AdamSettings {
  /** Step size, from 0 up, or a schedule; 0.001 by default. */
  readonly learningRate?: LearningRate
  /** Decay of the mean gradient, in [0, 1); 0.9 by default. */
  readonly beta1?: number
  /** Decay of the mean squared gradient, in [0, 1); 0.999 by default. */
  readonly beta2?: number
  /** Added to the root of the mean square, outside of it; 1e-8 by default. */
  readonly eps?: number
  /** Adds weightDecay p to the gradient; 0 by default. `adamw` decays apart from the gradient. */
  readonly weightDecay?: number
}

/**
 * Adam: m' = beta1 m + (1 - beta1) g, v' = beta2 v + (1 - beta2) g^2, and with t counting updates from 1
 * p' = p - learningRate m' / (1 - beta1^t) / (sqrt(v' / (1 - beta2^t)) + eps). As PyTorch's Adam.
 * Source: Kingma & Ba, "Adam: a method for stochastic optimization", 2015.
 * @example
 * import { adam } from 'gradfold'
 * console.log(adam().learningRate) // => 0.001
 */
export const adam = ({
  learningRate = 1e-3,
  beta1 = 0.9,
  beta2 = 0.999,
  eps = 1e-8,
  weightDecay = 0
}: AdamSettings = {}): Adam => ({ _tag: 'Adam', learningRate, beta1, beta2, eps, weightDecay })

/** The call, where the kernels have one that can do this. */
const oneCall = (kernels: Kernels, { beta1, beta2 }: AdamFields): Kernels['adam'] =>
  fitsOneCall(beta1) && fitsOneCall(beta2) ? kernels.adam?.bind(kernels) : undefined

/**
 * The slots are m and v where the kernels have Adam as one call. Elsewhere they are M = m / (1 - beta1) and
 * V = v / (1 - beta2): M' = beta1 M + g and V' = beta2 V + g^2 take two kernel calls fewer, and the factors go into the
 * scalars of the last line.
 */
const rule =
  (optimizer: AdamFields): Rule =>
  (tools, parameter, gradient, slots) => {
    const { beta1, beta2, eps } = optimizer
    const { kernels, rate, step, number, free, spent } = tools
    const [mean, square] = slots
    const call = oneCall(kernels, optimizer)
    if (call !== undefined) {
      const means = mean === undefined || square === undefined ? undefined : ([mean, square] as const)
      const settings = { learningRate: rate, beta1, beta2, eps, step }
      const [next, ...nextMeans] = call(parameter, gradient, means, settings, spent)
      return { parameter: next, slots: nextMeans }
    }
    const nextMean = accumulated(tools, mean, beta1, gradient)
    const nextSquare = gathered(tools, square, beta2, kernels.square(gradient))
    // sqrt(v' / (1 - beta2^t)) is root times the square root of V'.
    const root = Math.sqrt((1 - beta2) / (1 - beta2 ** step))
    const factor = (rate * (1 - beta1)) / ((1 - beta1 ** step) * root)
    const quotient = overRoot(tools, nextMean, nextSquare, eps / root)
    const change = free(quotient, kernels.mul(quotient, number(factor)))
    return { parameter: moved(tools, parameter, change), slots: [nextMean, nextSquare] }
  }

/** Adam as it is, weight decay apart. */
export const adamLike = (operation: string, optimizer: AdamFields, around: (rule: Rule) => Rule): Plan => ({
  operation,
  learningRate: optimizer.learningRate,
  check: () =>
    inRanges(operation, optimizer, {
      beta1: { low: 0, below: 1, usual: '0.9' },
      beta2: { low: 0, below: 1, usual: '0.999' },
      eps: ranges.eps,
      weightDecay: ranges.weightDecay
    }),
  slots: (kernels) => {
    const { beta1, beta2 } = optimizer
    const isOneCall = oneCall(kernels, optimizer) !== undefined
    return [
      { name: 'exp_avg', factor: isOneCall ? 1 : 1 - beta1 },
      { name: 'exp_avg_sq', factor: isOneCall ? 1 : 1 - beta2 }
    ]
  },
  mayLackSlots: false,
  rule: optimizer.weightDecay === 0 ? rule(optimizer) : around(rule(optimizer))
})

export const adamPlan = (optimizer: Adam): Plan =>
  adamLike(
    'adam',
    optimizer,
    (undecayed) => (tools, parameter, gradient, slots) =>
      undecayed(tools, parameter, withDecay(tools, gradient, parameter, optimizer.weightDecay), slots)
  )
