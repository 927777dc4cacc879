import type { Result } from '../error/result'
import type { Tensor } from '../kernels/tensor'
import type { Adam } from './optimizer'
import type { Rule } from './rule'
import { inInterval } from './settings'

/** Settings of adam. */
export interface AdamSettings {
  /** Step size, above 0; 0.001 by default. */
  readonly learningRate?: number
  /** Decay of the mean gradient, in [0, 1); 0.9 by default. */
  readonly beta1?: number
  /** Decay of the mean squared gradient, in [0, 1); 0.999 by default. */
  readonly beta2?: number
  /** Added to the root of the mean square, outside of it; 1e-8 by default. */
  readonly eps?: number
}

/**
 * Adam: m' = beta1 m + (1 - beta1) g, v' = beta2 v + (1 - beta2) g^2, and with t counting updates from 1
 * p' = p - learningRate m' / (1 - beta1^t) / (sqrt(v' / (1 - beta2^t)) + eps). As PyTorch's Adam.
 * Source: Kingma & Ba, "Adam: a method for stochastic optimization", 2015.
 * @example
 * import { adam } from 'gradfold'
 * console.log(adam().learningRate) // => 0.001
 */
export const adam = ({ learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8 }: AdamSettings = {}): Adam => ({
  _tag: 'Adam',
  learningRate,
  beta1,
  beta2,
  eps
})

export const checkAdam = ({ learningRate, beta1, beta2, eps }: Adam): Result<unknown> =>
  inInterval(
    'adam',
    { learningRate, beta1, beta2, eps },
    { learningRate: [0, Infinity], beta1: [0, 1], beta2: [0, 1], eps: [0, Infinity] }
  )

/**
 * Such a call has m + (1 - beta1) (g - m), in float32: below a half it loses a small gradient beside a large mean, and the root
 * of a mean square that vanished by it is divided by. A decay that rounds to 1 would never let anything in.
 */
const fitsOneCall = (decay: number): boolean => decay >= 0.5 && Math.fround(decay) < 1

/**
 * The slots are m and v where the kernels have Adam as one call. Elsewhere they are M = m / (1 - beta1) and
 * V = v / (1 - beta2): M' = beta1 M + g and V' = beta2 V + g^2 take two kernel calls fewer, and the factors go into the
 * scalars of the last line.
 */
export const adamRule =
  ({ learningRate, beta1, beta2, eps }: Adam): Rule =>
  (kernels, parameter, gradient, slots, step, number, free, spent) => {
    const [mean, square] = slots
    if (kernels.adam !== undefined && fitsOneCall(beta1) && fitsOneCall(beta2)) {
      const means = mean === undefined || square === undefined ? undefined : ([mean, square] as const)
      const settings = { learningRate, beta1, beta2, eps, step }
      const [next, ...nextMeans] = kernels.adam(parameter, gradient, means, settings, spent)
      return { parameter: next, slots: nextMeans }
    }
    const decayed = (slot: Tensor, decay: number, next: Tensor): Tensor => {
      const faded = kernels.mul(slot, number(decay))
      spent(slot)
      return free(faded, kernels.add(faded, next))
    }
    const nextMean = mean === undefined ? gradient : decayed(mean, beta1, gradient)
    const squared = kernels.square(gradient)
    const nextSquare = square === undefined ? squared : free(squared, decayed(square, beta2, squared))
    // sqrt(v' / (1 - beta2^t)) is root times the square root of V'.
    const root = Math.sqrt((1 - beta2) / (1 - beta2 ** step))
    const factor = (learningRate * (1 - beta1)) / ((1 - beta1 ** step) * root)
    const deviation = kernels.sqrt(nextSquare)
    const spread = free(deviation, kernels.add(deviation, number(eps / root)))
    const quotient = free(spread, kernels.div(nextMean, spread))
    const change = free(quotient, kernels.mul(quotient, number(factor)))
    const moved = free(change, kernels.sub(parameter, change))
    spent(parameter)
    return { parameter: moved, slots: [nextMean, nextSquare] }
  }
