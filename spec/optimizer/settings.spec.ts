/** What the ranges of the optimisers' settings are, and how they are told. */
import { adagrad, adam, adamw, type Result, rmsprop, sgd, type SingleOptimizer } from 'gradfold'
import { planOf } from '../../src/optimizer/planOf'
import { rateOf } from '../../src/optimizer/rateAt'
import { inRanges, isOneOf } from '../../src/optimizer/settings'
import { leftOf, rightOf } from '../support/results'

const check = (optimizer: SingleOptimizer): Result<unknown> => {
  const plan = planOf(optimizer)
  const rate = rateOf(plan.operation, plan.learningRate, 0)
  return rate._tag === 'Left' ? rate : plan.check()
}

const usualRate = '0.001 for Adam and RMSprop, 0.01 to 0.1 for sgd, is usual.'

it.each<readonly [SingleOptimizer, string]>([
  [sgd({ learningRate: -1 }), `sgd needs learningRate from 0 up and finite, not -1: ${usualRate}`],
  [sgd({ learningRate: Infinity }), `sgd needs learningRate from 0 up and finite, not Infinity: ${usualRate}`],
  [sgd({ learningRate: 1, momentum: 1 }), 'sgd needs momentum from 0 to below 1, not 1: 0, or 0.9, is usual.'],
  [sgd({ learningRate: 1, momentum: -0.5 }), 'sgd needs momentum from 0 to below 1, not -0.5: 0, or 0.9, is usual.'],
  [sgd({ learningRate: 1, dampening: 1 }), 'sgd needs dampening from 0 to below 1, not 1: 0 is usual.'],
  [
    sgd({ learningRate: 1, weightDecay: -1 }),
    'sgd needs weightDecay from 0 up and finite, not -1: 0, or 1e-5 to 1e-2, is usual.'
  ],
  [sgd({ learningRate: 1, nesterov: true }), 'sgd with nesterov needs a momentum above 0, 0.9 say: set both.'],
  [
    sgd({ learningRate: 1, nesterov: true, momentum: 0.5, dampening: 0.25 }),
    'sgd with nesterov needs dampening 0, not 0.25: the look ahead is along the whole gradient. Leave one out.'
  ],
  [adagrad({ eps: -1 }), 'adagrad needs eps from 0 up and finite, not -1: 1e-10 is usual.'],
  [adagrad({ learningRateDecay: -1 }), 'adagrad needs learningRateDecay from 0 up and finite, not -1: 0 is usual.'],
  [
    adagrad({ initialAccumulator: -1 }),
    'adagrad needs initialAccumulator from 0 up and finite, not -1: 0, or 0.1, is usual.'
  ],
  [rmsprop({ learningRate: NaN }), `rmsprop needs learningRate from 0 up and finite, not NaN: ${usualRate}`],
  [rmsprop({ alpha: 1 }), 'rmsprop needs alpha from 0 to below 1, not 1: 0.99 is usual.'],
  [rmsprop({ momentum: 1 }), 'rmsprop needs momentum from 0 to below 1, not 1: 0, or 0.9, is usual.'],
  [rmsprop({ eps: NaN }), 'rmsprop needs eps from 0 up and finite, not NaN: 1e-8 is usual.'],
  [adam({ learningRate: -1 }), `adam needs learningRate from 0 up and finite, not -1: ${usualRate}`],
  [adam({ beta1: 1 }), 'adam needs beta1 from 0 to below 1, not 1: 0.9 is usual.'],
  [adam({ beta2: 1 }), 'adam needs beta2 from 0 to below 1, not 1: 0.999 is usual.'],
  [adam({ eps: -1 }), 'adam needs eps from 0 up and finite, not -1: 1e-8 is usual.'],
  [
    adamw({ weightDecay: Infinity }),
    'adamw needs weightDecay from 0 up and finite, not Infinity: 0, or 1e-5 to 1e-2, is usual.'
  ]
])('%p is refused', (optimizer, text) => {
  expect(leftOf(check(optimizer)).message).toBe(text)
})

it.each<SingleOptimizer>([
  sgd({ learningRate: 0 }),
  sgd({ learningRate: 1e6, momentum: 0, dampening: 0.999, weightDecay: 1e6 }),
  sgd({ learningRate: 1e-6, momentum: 0.999, nesterov: true }),
  adagrad({ learningRate: 0, learningRateDecay: 1e6, initialAccumulator: 1e6, eps: 0 }),
  rmsprop({ learningRate: 0, alpha: 0, eps: 0, momentum: 0.999 }),
  adam({ learningRate: 1e6, beta1: 0, beta2: 0, eps: 0 }),
  adam({ eps: 1e6 }),
  adamw({ learningRate: 0, weightDecay: 0 })
])('%p is at the edge of the ranges, and is taken', (optimizer) => {
  expect(rightOf(check(optimizer))).toBeUndefined()
})

it.each([
  [{ low: 0, usual: '1' }, [0, 1e300], [-1e-300, Infinity, NaN], 'from 0 up and finite'],
  [{ low: 0, open: true, usual: '1' }, [1e-300, 1], [0, Infinity, NaN], 'above 0 and finite'],
  [{ low: 0, below: 1, usual: '1' }, [0, 0.999], [1, -1, NaN], 'from 0 to below 1'],
  [{ low: 0, upTo: 1, usual: '1' }, [0, 1], [1.001, -1, NaN], 'from 0 to 1'],
  [{ low: 0, open: true, upTo: Infinity, usual: '1' }, [1, Infinity], [0, NaN], 'above 0 (Infinity too)'],
  [{ low: 0, upTo: Infinity, usual: '1' }, [0, Infinity], [-1, NaN], 'from 0 up (Infinity too)'],
  [{ low: 1, whole: true, usual: '1' }, [1, 7], [0, 1.5, NaN], 'to be a whole number from 1 up and finite']
])('%p takes %p and refuses %p', (range, inside, outside, words) => {
  for (const x of inside) expect(rightOf(inRanges('probe', { x }, { x: range }))).toBeUndefined()
  for (const x of outside) {
    expect(leftOf(inRanges('probe', { x }, { x: range }))).toMatchObject({
      _tag: 'InvalidArgument',
      operation: 'probe',
      argument: 'x',
      message: `probe needs x ${words}, not ${x}: 1 is usual.`
    })
  }
})

it('a word is one of those that there are', () => {
  expect(rightOf(isOneOf('probe', 'mode', 'up', ['up', 'down']))).toBeUndefined()
  expect(leftOf(isOneOf('probe', 'mode', 'left', ['up', 'down']))).toMatchObject({
    _tag: 'InvalidArgument',
    argument: 'mode',
    value: 'left',
    message: "probe needs mode to be 'up' or 'down', not left."
  })
})
