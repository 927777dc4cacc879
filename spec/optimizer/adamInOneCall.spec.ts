/** Kernels may have Adam as one call: then it is that call that moves the parameters, where it can. */
import {
  adam,
  type AdamSettings,
  type Gradients,
  type Kernels,
  parameter,
  referenceKernels,
  type Tensor,
  update
} from 'gradfold'
import type { AdamMeans, AdamResult, AdamStep } from '../../src/kernels/kernels'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { rightOf } from '../support/results'

interface Call {
  readonly gradient: unknown
  readonly means: unknown
  readonly settings: AdamStep
}

/** Reference kernels whose one call writes down what it was asked, and gives twice and thrice the gradient as means. */
const withCall = (kernels: Kernels, calls: Call[]): Kernels => {
  const call = (x: Tensor, gradient: Tensor, means: AdamMeans | undefined, settings: AdamStep): AdamResult => {
    calls.push({ gradient: numbersOf(gradient), means: means?.map(numbersOf), settings })
    const times = (factor: number): Tensor => kernels.mul(gradient, kernels.fill([], factor, 'float32'))
    return [kernels.neg(x), times(2), times(3)]
  }
  return new Proxy(kernels, {
    get: (target, key): unknown => {
      if (key === 'withOwnAllocations') return () => withCall(target.withOwnAllocations(), calls)
      return key === 'adam' ? call : Reflect.get(target, key, target)
    }
  })
}

/** Two updates of x = [1, -2] by the gradients [3, 5]. */
const moved = (start: Kernels, settings: AdamSettings): ReadonlyArray<unknown> =>
  onTape(start, (tape) => {
    const { value: x, tape: first } = rightOf(parameter(tape, [1, -2]))
    const gradient = tape.kernels.upload([2], 'float32', () => Float32Array.of(3, 5))
    const gradientsOf = (of: typeof x): Gradients => new Map([[of, gradient]])
    const once = rightOf(update(first, adam(settings), { model: { x }, gradients: gradientsOf(x) }))
    const { model, state } = once.value
    const twice = rightOf(update(once.tape, adam(settings), { model, state, gradients: gradientsOf(model.x) }))
    return [model.x, ...state.slots['x']!, twice.value.model.x, ...twice.value.state.slots['x']!].map(numbersOf)
  })

describe('where kernels have Adam as one call', () => {
  it('it is called for each update, with the means of the last', () => {
    const calls: Call[] = []
    const settings = { learningRate: 0.5, beta1: 0.5, beta2: 0.75, eps: 1 }
    const after = moved(withCall(referenceKernels(), calls), settings)
    const means = [
      [6, 10],
      [9, 15]
    ]
    expect(calls).toEqual([
      { gradient: [3, 5], means: undefined, settings: { ...settings, step: 1 } },
      { gradient: [3, 5], means, settings: { ...settings, step: 2 } }
    ])
    expect(after).toEqual([[-1, 2], ...means, [1, -2], ...means])
  })

  it.each<AdamSettings>([{ beta1: 0.49 }, { beta2: 0.49 }, { beta1: 1 - 1e-9 }, { beta2: 1 - 1e-9 }])(
    'with %p it is not: the call wants decays from 0.5 up that are below 1 in float32',
    (settings) => {
      const calls: Call[] = []
      expect(moved(withCall(referenceKernels(), calls), settings)).toEqual(moved(referenceKernels(), settings))
      expect(calls).toEqual([])
    }
  )

  it.each<AdamSettings>([{}, { beta1: 0.5 }, { beta2: 0.5 }])('with %p it is', (settings) => {
    const calls: Call[] = []
    moved(withCall(referenceKernels(), calls), settings)
    expect(calls).toHaveLength(2)
  })
})
