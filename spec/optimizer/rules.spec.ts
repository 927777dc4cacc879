import {
  adagrad,
  adam,
  adamw,
  type Gradients,
  type Optimizer,
  type OptimizerState,
  parameter,
  referenceKernels,
  rmsprop,
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
    expect(sgd({ learningRate: 0.5 })).toEqual({
      _tag: 'Sgd',
      learningRate: 0.5,
      momentum: 0,
      dampening: 0,
      nesterov: false,
      weightDecay: 0
    })
  })

  it('goes down the gradient', () => {
    expectPath(sgd({ learningRate: 0.5 }), [1, -2, 0], [0.5, 1.5, 1.5])
  })

  it('gathers momentum: v = 1, then 0.5 - 2 = -1.5, then -0.75', () => {
    expectPath(sgd({ learningRate: 0.5, momentum: 0.5 }), [1, -2, 0], [0.5, 1.25, 1.625])
  })

  it('damps what joins the momentum, but for the first gradient: v = 1, then 0.5 - 1 = -0.5, then -0.25', () => {
    expectPath(sgd({ learningRate: 0.5, momentum: 0.5, dampening: 0.5 }), [1, -2, 0], [0.5, 0.75, 0.875])
  })

  it('takes the parameter into the gradient: g + p / 2 is 1.5, then -1.875', () => {
    expectPath(sgd({ learningRate: 0.5, weightDecay: 0.5 }), [1, -2], [0.25, 1.1875])
  })

  it('with a rate of 0 stays, and goes on gathering', () => {
    expectPath(sgd({ learningRate: (step) => step, momentum: 0.5 }), [1, 1], [1, -0.5])
  })

  it('looks ahead: g + 0.5 v is 1.5, then -2.75, then -0.375', () => {
    expectPath(sgd({ learningRate: 0.5, momentum: 0.5, nesterov: true }), [1, -2, 0], [0.25, 1.625, 1.8125])
  })
})

describe('adam', () => {
  it('has the settings of the paper', () => {
    expect(adam()).toEqual({ _tag: 'Adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 })
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

describe('adamw', () => {
  it('has the settings of PyTorch', () => {
    expect(adamw()).toEqual({ ...adam(), _tag: 'AdamW', weightDecay: 0.01 })
  })

  it('shrinks the parameter first: 1 * (1 - 0.5 * 0.25) = 0.875, then a step of 0.5', () => {
    expectPath(adamw({ learningRate: 0.5, weightDecay: 0.25, eps: 0 }), [7], [0.375])
    expectPath(adamw({ learningRate: 0.5, weightDecay: 0.25 }), [0], [0.875])
  })

  it('is adam where nothing decays', () => {
    const slopes = [1, -2, 0.5]
    expect(path(adamw({ weightDecay: 0 }), 1, slopes)).toEqual(path(adam(), 1, slopes))
  })
})

describe('adagrad', () => {
  it('has the settings of PyTorch', () => {
    expect(adagrad()).toEqual({
      _tag: 'Adagrad',
      learningRate: 0.01,
      learningRateDecay: 0,
      initialAccumulator: 0,
      eps: 1e-10,
      weightDecay: 0
    })
  })

  it('divides by the root of all squares: 3 / 3, then 4 / 5', () => {
    expectPath(adagrad({ learningRate: 0.5, eps: 0 }), [3, 4], [0.5, 0.1])
  })

  it('begins where it is told: 3 / sqrt(16 + 9), and adds eps outside of the root: 3 / (5 + 1)', () => {
    expectPath(adagrad({ learningRate: 1, eps: 0, initialAccumulator: 16 }), [3], [1 - 3 / 5])
    expectPath(adagrad({ learningRate: 1, eps: 1, initialAccumulator: 16 }), [3], [0.5])
  })

  it('slows down by the count of updates: 1, then 1 / 2', () => {
    expectPath(adagrad({ learningRate: 0.5, eps: 0, learningRateDecay: 1 }), [3, 4], [0.5, 0.5 - 0.25 * 0.8])
  })
})

describe('rmsprop', () => {
  it('has the settings of PyTorch', () => {
    expect(rmsprop()).toEqual({
      _tag: 'Rmsprop',
      learningRate: 0.01,
      alpha: 0.99,
      eps: 1e-8,
      momentum: 0,
      centered: false,
      weightDecay: 0
    })
  })

  it('divides by the root of the mean square, uncorrected: v = 8, then 4 + 2 = 6', () => {
    // alpha = 1/2: v = 16 / 2 = 8; then 8 / 2 + 4 / 2 = 6.
    const first = 1 - (0.5 * 4) / Math.sqrt(8)
    expectPath(rmsprop({ learningRate: 0.5, alpha: 0.5, eps: 0 }), [4, 2], [first, first - 1 / Math.sqrt(6)])
  })

  it('adds eps outside of the root: 4 / (2 + 2)', () => {
    // v = 16 / 4 = 4
    expectPath(rmsprop({ learningRate: 0.5, alpha: 0.75, eps: 2 }), [4], [0.5])
  })

  it('gathers momentum of what it would have moved by: 1, then 1/2 + 0', () => {
    expectPath(rmsprop({ learningRate: 0.5, alpha: 0.75, eps: 2, momentum: 0.5 }), [4, 0], [0.5, 0.25])
  })

  it('centred, divides by the deviation: v - a^2 = 8 - 4, then 6 - 2^2', () => {
    // a = 4 / 2 = 2, then 2 / 2 + 2 / 2 = 2.
    const settings = { learningRate: 0.5, alpha: 0.5, eps: 0, centered: true }
    expectPath(rmsprop(settings), [4, 2], [0, -1 / Math.sqrt(2)])
  })

  it('centred, goes on where the gradient does not change: rounding takes a variance of nothing below 0', () => {
    const slopes = new Array<number>(80).fill(1.1)
    const values = path(rmsprop({ alpha: 0.6, centered: true, eps: 1e-3 }), 1, slopes)
    expect(values.every((value, i) => Number.isFinite(value) && value < (values[i - 1] ?? 1))).toBe(true)
  })

  it('stays where the gradient is 0', () => {
    expectPath(rmsprop({ learningRate: 0.1 }), [0, 0], [1, 1])
  })
})
