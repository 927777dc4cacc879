/** Losses and their gradients are finite where the numbers are large, equal or 0, and what they are said to be. */
import {
  backward,
  constant,
  cosineLoss,
  hingeLoss,
  huberLoss,
  type Input,
  klDivergence,
  lift,
  logSoftmax,
  type LossSettings,
  maeLoss,
  mseLoss,
  nllLoss,
  parameter,
  type Result,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  sum,
  type Tape,
  trace,
  type Traced,
  type Variable
} from 'gradfold'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { gradientFor, numbersOf } from '../support/numbers'
import { rightOf } from '../support/results'

type Loss = (tape: Tape, x: Variable, y: Variable, settings: LossSettings) => Result<Traced<Variable>>

interface Row {
  readonly name: string
  readonly loss: Loss
  readonly x: Input
  readonly y: Input
  readonly losses: ReadonlyArray<number>
  /** The gradient of their sum to x. */
  readonly slopes: ReadonlyArray<number>
}

const whole = (...values: ReadonlyArray<number>): Input => Int32Array.from(values)
const large = [
  [1e4, -1e4],
  [-1e4, 1e4]
]

const rows: ReadonlyArray<Row> = [
  { name: 'maeLoss', loss: maeLoss, x: [1e4, -1e4, 3], y: [-1e4, 1e4, 3], losses: [2e4, 2e4, 0], slopes: [1, -1, 0] },
  { name: 'mseLoss', loss: mseLoss, x: [1e4, 3], y: [-1e4, 3], losses: [4e8, 0], slopes: [4e4, 0] },
  {
    name: 'huberLoss',
    loss: huberLoss,
    x: [1e4, -1e4, 3, 1],
    y: [-1e4, 1e4, 3, 0],
    losses: [19999.5, 19999.5, 0, 0.5],
    slopes: [1, -1, 0, 1]
  },
  {
    name: 'sigmoidCrossEntropy',
    loss: sigmoidCrossEntropy,
    x: [1e4, 1e4, -1e4, -1e4, 0],
    y: [1, 0, 1, 0, 1],
    losses: [0, 1e4, 1e4, 0, Math.LN2],
    slopes: [0, 1, -1, 0, -0.5]
  },
  {
    name: 'softmaxCrossEntropy, smoothed',
    loss: (tape, x, y, settings) => softmaxCrossEntropy(tape, x, y, { ...settings, labelSmoothing: 0.5 }),
    x: large,
    y: whole(0, 0),
    losses: [5e3, 15e3],
    slopes: [0.25, -0.25, -0.75, 0.75]
  },
  {
    name: 'softmaxCrossEntropy, weighted, one ignored',
    loss: (tape, x, y, settings) =>
      softmaxCrossEntropy(tape, x, y, { ...settings, weights: [0.5, 2], ignoreIndex: -100 }),
    x: large,
    y: whole(1, -100),
    losses: [4e4, 0],
    slopes: [2, -2, 0, 0]
  },
  {
    name: 'nllLoss of logSoftmax',
    loss: (tape, x, y, settings) =>
      trace(tape, function* (run) {
        return yield* run(nllLoss, yield* run(logSoftmax, x), y, settings)
      }),
    x: large,
    y: whole(1, 1),
    losses: [2e4, 0],
    slopes: [1, -1, 0, 0]
  },
  {
    name: 'klDivergence',
    loss: klDivergence,
    x: [-1e4, -1e4, 0],
    y: [1, 0, 1],
    losses: [1e4, 0, 0],
    slopes: [-1, 0, -1]
  },
  {
    name: 'klDivergence of logarithms',
    loss: (tape, x, y, settings) => klDivergence(tape, x, y, { ...settings, logTarget: true }),
    x: [-1e4, -1, -1e4],
    y: [0, -1e4, -1e4],
    losses: [1e4, 0, 0],
    slopes: [-1, 0, 0]
  },
  {
    name: 'hingeLoss',
    loss: hingeLoss,
    x: large,
    y: whole(0, 0),
    losses: [0, 10000.5],
    slopes: [0, 0, -0.5, 0.5]
  },
  {
    name: 'cosineLoss of equal, opposite and large vectors',
    loss: (tape, x, y, settings) => cosineLoss(tape, x, y, [1, 1, -1], settings),
    x: [
      [3, 4],
      [3, 4],
      [1e4, 0]
    ],
    y: [
      [3, 4],
      [-3, -4],
      [1e4, 0]
    ],
    losses: [0, 2, 1],
    slopes: [0, 0, 0, 0, 0, 0]
  },
  {
    name: 'cosineLoss of zeros',
    loss: (tape, x, y, settings) => cosineLoss(tape, x, y, [1, -1], settings),
    x: [
      [0, 0],
      [0, 0]
    ],
    y: [
      [0, 2],
      [0, 0]
    ],
    losses: [1, 0],
    slopes: [0, -1e6, 0, 0]
  }
]

describe.each(kernelSets)('on $name', ({ create }) => {
  const kernels = create()

  it.each(rows)('$name is $losses, with slopes of $slopes', ({ loss, x, y, losses, slopes }) => {
    onTape(kernels, (tape) => {
      const { value } = rightOf(
        trace(tape, function* (run) {
          const prediction = yield* run(parameter, x)
          const each = yield* run(loss, prediction, yield* run(constant, y), { reduction: 'none' })
          const total = yield* run(sum, each)
          return { each, prediction, gradients: yield* run((at) => lift(at, backward(at, total))) }
        })
      )
      const close = (found: number, wanted: number): void => {
        expect(Math.abs(found - wanted)).toBeLessThanOrEqual(2e-6 * Math.max(1, Math.abs(wanted)))
      }
      const found = numbersOf(value.each)
      expect(found).toHaveLength(losses.length)
      found.forEach((number, i) => close(number, losses[i]!))
      const gradient = gradientFor(value.gradients, value.prediction).values
      expect(gradient).toHaveLength(slopes.length)
      gradient.forEach((number, i) => close(number, slopes[i]!))
    })
  })
})
