import {
  adam,
  type Gradients,
  type Optimizer,
  type OptimizerState,
  parameter,
  referenceKernels,
  sgd,
  type Tape,
  update,
  type Variable
} from 'gradfold'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { rightOf } from '../support/results'

/** What one number becomes by these gradients, one after the other; spec/golden holds whole networks against PyTorch. */
const path = (optimizer: Optimizer, start: number, slopes: ReadonlyArray<number>): ReadonlyArray<number> =>
  onTape(referenceKernels(), (tape) => {
    let { value: x, tape: at }: { value: Variable; tape: Tape } = rightOf(parameter(tape, start))
    let state: OptimizerState | undefined
    return slopes.map((slope) => {
      const gradients: Gradients = new Map([[x, tape.kernels.fill([], slope, 'float32')]])
      const next = rightOf(update(at, optimizer, { model: x, gradients, ...(state && { state }) }))
      x = next.value.model
      at = next.tape
      state = next.value.state
      return numbersOf(x)[0]!
    })
  })

const expectPath = (optimizer: Optimizer, slopes: ReadonlyArray<number>, expected: ReadonlyArray<number>): void => {
  path(optimizer, 1, slopes).forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 12)
  })
}

describe('sgd', () => {
  it('has no momentum unless asked', () => {
    expect(sgd({ learningRate: 0.5 })).toEqual({ _tag: 'Sgd', learningRate: 0.5, momentum: 0, nesterov: false })
  })

  it('goes down the gradient', () => {
    expectPath(sgd({ learningRate: 0.5 }), [1, -2, 0], [0.5, 1.5, 1.5])
  })

  it('gathers momentum: v = 1, then 0.5 - 2 = -1.5, then -0.75', () => {
    expectPath(sgd({ learningRate: 0.5, momentum: 0.5 }), [1, -2, 0], [0.5, 1.25, 1.625])
  })

  it('looks ahead: g + 0.5 v is 1.5, then -2.75, then -0.375', () => {
    expectPath(sgd({ learningRate: 0.5, momentum: 0.5, nesterov: true }), [1, -2, 0], [0.25, 1.625, 1.8125])
  })
})

describe('adam', () => {
  it('has the settings of the paper', () => {
    expect(adam()).toEqual({ _tag: 'Adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8 })
  })

  it('goes by the sign at first, whatever the size of the gradient', () => {
    for (const slope of [1e-3, 1, 1e3, -1e3]) {
      expect(path(adam({ learningRate: 0.1 }), 1, [slope])[0]).toBeCloseTo(1 - 0.1 * Math.sign(slope), 5)
    }
  })

  it('divides mean gradients by the root of mean squares, both corrected', () => {
    // By hand, beta1 = beta2 = 0.5, eps = 0: m = 1/2, v = 1/2, corrected 1 and 1; then m = -3/4, v = 9/4, corrected by
    // 3/4: -1 and 3.
    const settings = { learningRate: 0.5, beta1: 0.5, beta2: 0.5, eps: 0 }
    expectPath(adam(settings), [1, -2], [0.5, 0.5 + 0.5 / Math.sqrt(3)])
  })

  it('adds eps outside of the root', () => {
    expectPath(adam({ learningRate: 1, beta1: 0, beta2: 0, eps: 1 }), [1, 3], [0.5, -0.25])
  })

  it('stays where the gradient is 0', () => {
    expectPath(adam({ learningRate: 0.1 }), [0, 0], [1, 1])
  })
})
