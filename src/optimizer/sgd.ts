import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidArgument } from '../error/tensorError'
import type { Sgd } from './optimizer'
import { accumulated, moved, type Plan, plus, type Rule, withDecay } from './rule'
import type { LearningRate } from './schedule'
import { inRanges, ranges, refuse } from './settings'

/** Settings of sgd. */
export interface SgdSettings {
  /** Step size, from 0 up, or a schedule. */
  readonly learningRate: LearningRate
  /** In [0, 1); 0, none, by default. */
  readonly momentum?: number
  /** How much less than all of a gradient joins the momentum, in [0, 1); 0 by default. */
  readonly dampening?: number
  /** Look ahead along the momentum; needs one, and no dampening. */
  readonly nesterov?: boolean
  /** Adds weightDecay p to the gradient; 0 by default. */
  readonly weightDecay?: number
}

/**
 * Stochastic gradient descent: p' = p - learningRate d, where d is the gradient g (with weightDecay p added), with momentum
 * v' = momentum v + (1 - dampening) g (v' = g at the first step), and with Nesterov's g + momentum v'. As PyTorch's SGD
 * (Sutskever et al. 2013).
 * @example
 * import { sgd } from 'gradfold'
 * console.log(sgd({ learningRate: 0.1, momentum: 0.9 }).momentum) // => 0.9
 */
export const sgd = ({
  learningRate,
  momentum = 0,
  dampening = 0,
  nesterov = false,
  weightDecay = 0
}: SgdSettings): Sgd => ({ _tag: 'Sgd', learningRate, momentum, dampening, nesterov, weightDecay })

const check = (optimizer: Sgd): Result<unknown> => {
  const { momentum, weightDecay } = ranges
  const checked = inRanges('sgd', optimizer, { momentum, dampening: { low: 0, below: 1, usual: '0' }, weightDecay })
  if (isLeft(checked)) return checked
  const { nesterov, dampening } = optimizer
  if (!nesterov || (optimizer.momentum > 0 && dampening === 0)) return right(undefined)
  const text =
    optimizer.momentum === 0
      ? 'sgd with nesterov needs a momentum above 0, 0.9 say: set both.'
      : `sgd with nesterov needs dampening 0, not ${dampening}: the look ahead is along the whole gradient. Leave one out.`
  return refuse(invalidArgument('sgd', 'nesterov', nesterov, text))
}

/** The slot is v / (1 - dampening), so that gradients join it as they are. */
const rule =
  ({ momentum, dampening, nesterov, weightDecay }: Sgd): Rule =>
  (tools, parameter, gradient, slots) => {
    const { kernels, rate, number, free, spent } = tools
    const slope = withDecay(tools, gradient, parameter, weightDecay)
    if (momentum === 0) {
      slots.forEach(spent)
      return { parameter: moved(tools, parameter, kernels.mul(slope, number(rate))), slots: [] }
    }
    const begins = slots[0] === undefined && dampening > 0
    const velocity = begins
      ? kernels.mul(slope, number(1 / (1 - dampening)))
      : accumulated(tools, slots[0], momentum, slope)
    const direction = nesterov ? plus(tools, velocity, momentum, slope) : velocity
    const scaled = kernels.mul(direction, number(rate * (1 - dampening)))
    const change = nesterov ? free(direction, scaled) : scaled
    return { parameter: moved(tools, parameter, change), slots: [velocity] }
  }

export const sgdPlan = (optimizer: Sgd): Plan => ({
  operation: 'sgd',
  learningRate: optimizer.learningRate,
  check: () => check(optimizer),
  slots: () => (optimizer.momentum === 0 ? [] : [{ name: 'momentum_buffer', factor: 1 - optimizer.dampening }]),
  mayLackSlots: true,
  rule: rule(optimizer)
})
