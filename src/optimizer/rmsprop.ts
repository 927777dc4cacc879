import type { Kernels } from '../kernels/kernels'
import type { Tensor } from '../kernels/tensor'
import type { Rmsprop } from './optimizer'
import {
  accumulated,
  fitsOneCall,
  gathered,
  moved,
  overRoot,
  type Plan,
  type Rule,
  type Tools,
  withDecay
} from './rule'
import type { LearningRate } from './schedule'
import { inRanges, ranges } from './settings'

/** Settings of rmsprop. */
export interface RmspropSettings {
  /** Step size, from 0 up, or a schedule; 0.01 by default. */
  readonly learningRate?: LearningRate
  /** Decay of the mean squared gradient, in [0, 1); 0.99 by default. */
  readonly alpha?: number
  /** Added to the root of the mean square, outside of it; 1e-8 by default. */
  readonly eps?: number
  /** In [0, 1); 0, none, by default. */
  readonly momentum?: number
  /** Divide by the deviation of the gradient, not by the root of its mean square. */
  readonly centered?: boolean
  /** Adds weightDecay p to the gradient; 0 by default. */
  readonly weightDecay?: number
}

/**
 * RMSprop: v' = alpha v + (1 - alpha) g^2, p' = p - learningRate d with d = g / (sqrt(v') + eps), and with momentum
 * b' = momentum b + d in place of d. Centred, v' - a'^2 stands under the root, where a' = alpha a + (1 - alpha) g; rounding
 * may take it below 0, which counts as 0 (PyTorch gives NaN). Else as PyTorch's RMSprop.
 * Source: Hinton's lecture 6e, 2012; centred: Graves, "Generating sequences with recurrent neural networks", 2013.
 * @example
 * import { rmsprop } from 'gradfold'
 * console.log(rmsprop({ learningRate: 1e-3 }).alpha) // => 0.99
 */
export const rmsprop = ({
  learningRate = 0.01,
  alpha = 0.99,
  eps = 1e-8,
  momentum = 0,
  centered = false,
  weightDecay = 0
}: RmspropSettings = {}): Rmsprop => ({
  _tag: 'Rmsprop',
  learningRate,
  alpha,
  eps,
  momentum,
  centered,
  weightDecay
})

/** The call, where the kernels have one that can do this. */
const oneCall = (kernels: Kernels, { alpha, momentum, centered }: Rmsprop): Kernels['rmsprop'] =>
  momentum === 0 && !centered && fitsOneCall(alpha) ? kernels.rmsprop?.bind(kernels) : undefined

/**
 * The slots are v where the kernels have RMSprop as one call. Elsewhere V = v / (1 - alpha), A = a / (1 - alpha) and B = b sqrt(1 - alpha): V' = alpha V + g^2 takes one kernel call
 * fewer, and the factors go into the scalars.
 */
const rule =
  (optimizer: Rmsprop): Rule =>
  (tools, parameter, gradient, slots) => {
    const { alpha, eps, momentum, centered, weightDecay } = optimizer
    const { kernels, rate, number, free } = tools
    const [square, second, third] = slots
    const [mean, buffer] = centered ? [second, third] : [undefined, second]
    const root = Math.sqrt(1 - alpha)
    const slope = withDecay(tools, gradient, parameter, weightDecay)
    const call = oneCall(kernels, optimizer)
    if (call !== undefined) {
      const [next, squares] = call(parameter, slope, square, { learningRate: rate, alpha, eps }, tools.spent)
      return { parameter: next, slots: [squares] }
    }
    const nextSquare = gathered(tools, square, alpha, kernels.square(slope))
    const nextMean = centered ? accumulated(tools, mean, alpha, slope) : undefined
    const variance = nextMean === undefined ? nextSquare : centredSquare(tools, nextSquare, nextMean, alpha)
    const quotient = overRoot(tools, slope, variance, eps / root)
    const means = nextMean === undefined ? [nextSquare] : [nextSquare, nextMean]
    if (momentum === 0) {
      const change = free(quotient, kernels.mul(quotient, number(rate / root)))
      return { parameter: moved(tools, parameter, change), slots: means }
    }
    const nextBuffer = gathered(tools, buffer, momentum, quotient)
    const change = kernels.mul(nextBuffer, number(rate / root))
    return { parameter: moved(tools, parameter, change), slots: [...means, nextBuffer] }
  }

/** (v - a^2) / (1 - alpha) = V - (1 - alpha) A^2, or 0 where rounding takes it below. */
const centredSquare = ({ kernels, number, free }: Tools, square: Tensor, mean: Tensor, alpha: number): Tensor => {
  const squared = kernels.square(mean)
  const scaled = free(squared, kernels.mul(squared, number(1 - alpha)))
  const difference = free(scaled, kernels.sub(square, scaled))
  return free(difference, kernels.relu(difference))
}

export const rmspropPlan = (optimizer: Rmsprop): Plan => {
  const { alpha, momentum, centered } = optimizer
  return {
    operation: 'rmsprop',
    learningRate: optimizer.learningRate,
    check: () =>
      inRanges('rmsprop', optimizer, {
        alpha: { low: 0, below: 1, usual: '0.99' },
        eps: ranges.eps,
        momentum: ranges.momentum,
        weightDecay: ranges.weightDecay
      }),
    slots: (kernels) => [
      { name: 'square_avg', factor: oneCall(kernels, optimizer) === undefined ? 1 - alpha : 1 },
      ...(centered ? [{ name: 'grad_avg', factor: 1 - alpha }] : []),
      ...(momentum === 0 ? [] : [{ name: 'momentum_buffer', factor: 1 / Math.sqrt(1 - alpha) }])
    ],
    mayLackSlots: false,
    rule: rule(optimizer)
  }
}
