/** What the ranges of the optimisers' settings are, and how they are told. */
import { adam, type Optimizer, sgd } from 'gradfold'
import { checkAdam } from '../../src/optimizer/adam'
import { inInterval } from '../../src/optimizer/settings'
import { checkSgd } from '../../src/optimizer/sgd'
import { leftOf, rightOf } from '../support/results'

const check = (optimizer: Optimizer): ReturnType<typeof checkSgd> =>
  optimizer._tag === 'Sgd' ? checkSgd(optimizer) : checkAdam(optimizer)

it.each<readonly [Optimizer, string]>([
  [sgd({ learningRate: 0 }), 'sgd needs learningRate above 0 and finite, not 0.'],
  [sgd({ learningRate: Infinity }), 'sgd needs learningRate above 0 and finite, not Infinity.'],
  [sgd({ learningRate: 1, momentum: 1 }), 'sgd needs momentum from 0 and below 1, not 1.'],
  [sgd({ learningRate: 1, momentum: -0.5 }), 'sgd needs momentum from 0 and below 1, not -0.5.'],
  [sgd({ learningRate: 1, nesterov: true }), 'sgd with nesterov needs a momentum above 0, 0.9 say: set both.'],
  [adam({ learningRate: 0 }), 'adam needs learningRate above 0 and finite, not 0.'],
  [adam({ beta1: 1 }), 'adam needs beta1 from 0 and below 1, not 1.'],
  [adam({ beta2: 1 }), 'adam needs beta2 from 0 and below 1, not 1.'],
  [adam({ eps: -1 }), 'adam needs eps from 0 and finite, not -1.']
])('%p is refused', (optimizer, text) => {
  expect(leftOf(check(optimizer)).message).toBe(text)
})

it.each<Optimizer>([
  sgd({ learningRate: 1e6 }),
  sgd({ learningRate: 1, momentum: 0 }),
  sgd({ learningRate: 1e-6, momentum: 0.999, nesterov: true }),
  adam({ learningRate: 1e6, beta1: 0, beta2: 0, eps: 0 }),
  adam({ eps: 1e6 })
])('%p is at the edge of the ranges, and is taken', (optimizer) => {
  expect(rightOf(check(optimizer))).toBeUndefined()
})

it('a setting without a range is any number below infinity', () => {
  expect(rightOf(inInterval('probe', { any: -1e300 }, {}))).toBeUndefined()
  expect(leftOf(inInterval('probe', { any: Infinity }, {})).message).toBe(
    'probe needs any from -Infinity and finite, not Infinity.'
  )
})
