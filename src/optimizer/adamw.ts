import { adamLike, type AdamSettings } from './adam'
import type { AdamW } from './optimizer'
import type { Plan } from './rule'

/** Settings of adamw. */
export interface AdamWSettings extends Omit<AdamSettings, 'weightDecay'> {
  /** Takes learningRate weightDecay p off each parameter p before Adam's step; 0.01 by default. */
  readonly weightDecay?: number
}

/**
 * Adam with decoupled weight decay: p is first multiplied by 1 - learningRate weightDecay, then moved as by `adam`; the
 * decay does not pass through the running means. As PyTorch's AdamW.
 * Source: Loshchilov & Hutter, "Decoupled weight decay regularization", 2019.
 * @example
 * import { adamw } from 'gradfold'
 * console.log(adamw({ learningRate: 3e-4 }).weightDecay) // => 0.01
 */
export const adamw = ({
  learningRate = 1e-3,
  beta1 = 0.9,
  beta2 = 0.999,
  eps = 1e-8,
  weightDecay = 0.01
}: AdamWSettings = {}): AdamW => ({ _tag: 'AdamW', learningRate, beta1, beta2, eps, weightDecay })

export const adamwPlan = (optimizer: AdamW): Plan =>
  adamLike('adamw', optimizer, (undecayed) => (tools, parameter, gradient, slots) => {
    const decayed = tools.kernels.mul(parameter, tools.number(1 - tools.rate * optimizer.weightDecay))
    tools.spent(parameter)
    // The shrunken parameter is ours, whoever the first one belongs to.
    const spent = (input: typeof decayed): void => {
      if (input === decayed) tools.free(decayed, decayed)
      else tools.spent(input)
    }
    return undecayed({ ...tools, spent }, decayed, gradient, slots)
  })
