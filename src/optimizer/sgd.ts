import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidArgument } from '../error/tensorError'
import type { Sgd } from './optimizer'
import { inInterval, refuse } from './settings'
import type { Rule } from './rule'
import type { Tensor } from '../kernels/tensor'

/** Settings of sgd. */
export interface SgdSettings {
  /** Step size, above 0. */
  readonly learningRate: number
  /** In [0, 1); 0, none, by default. */
  readonly momentum?: number
  /** Look ahead along the momentum; needs one. */
  readonly nesterov?: boolean
}

/**
 * Stochastic gradient descent: p' = p - learningRate d, where d is the gradient g, with momentum v' = momentum v + g
 * (v' = g at the first step), and with Nesterov's g + momentum v'. As PyTorch's SGD (Sutskever et al. 2013).
 * @example
 * import { sgd } from 'gradfold'
 * console.log(sgd({ learningRate: 0.1, momentum: 0.9 }).momentum) // => 0.9
 */
export const sgd = ({ learningRate, momentum = 0, nesterov = false }: SgdSettings): Sgd => ({
  _tag: 'Sgd',
  learningRate,
  momentum,
  nesterov
})

export const checkSgd = ({ learningRate, momentum, nesterov }: Sgd): Result<unknown> => {
  const checked = inInterval('sgd', { learningRate, momentum }, { learningRate: [0, Infinity], momentum: [0, 1] })
  if (isLeft(checked)) return checked
  return nesterov && momentum === 0
    ? refuse(
        invalidArgument('sgd', 'nesterov', nesterov, 'sgd with nesterov needs a momentum above 0, 0.9 say: set both.')
      )
    : right(undefined)
}

export const sgdRule =
  ({ learningRate, momentum, nesterov }: Sgd): Rule =>
  (kernels, parameter, gradient, slots, _, number, free, spent) => {
    const plus = (x: Tensor, factor: number, y: Tensor): Tensor => {
      const scaled = kernels.mul(x, number(factor))
      return free(scaled, kernels.add(scaled, y))
    }
    const velocity = momentum === 0 || slots[0] === undefined ? gradient : plus(slots[0], momentum, gradient)
    slots.forEach(spent)
    const direction = nesterov ? plus(velocity, momentum, gradient) : velocity
    const scaled = kernels.mul(direction, number(learningRate))
    const change = nesterov ? free(direction, scaled) : scaled
    const moved = free(change, kernels.sub(parameter, change))
    spent(parameter)
    return { parameter: moved, slots: momentum === 0 ? [] : [velocity] }
  }
