/** What weights, smoothing and labels that do not count mean, by what else gives the same. */
import fc from 'fast-check'
import {
  concat,
  cosineLoss,
  hingeLoss,
  huberLoss,
  type Input,
  klDivergence,
  logSoftmax,
  maeLoss,
  mseLoss,
  nllLoss,
  parameter,
  type Reduction,
  reshape,
  type Result,
  shapesKernels,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  type Tape,
  trace,
  type Traced,
  type Variable
} from 'gradfold'
import { tensors } from 'gradfold/testing'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { rightOf } from '../support/results'
import { runs } from '../support/runs'

type Loss = (tape: Tape, scores: Variable) => Result<Traced<Variable>>

interface Batch {
  readonly scores: Input
  readonly labels: ReadonlyArray<number>
  readonly count: number
  readonly weights: ReadonlyArray<number>
}

const batch: fc.Arbitrary<Batch> = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 2, max: 4 }))
  .chain(([rows, count]) =>
    fc.record({
      scores: tensors({ shape: [rows, count] }),
      labels: fc.array(fc.nat({ max: count - 1 }), { minLength: rows, maxLength: rows }),
      count: fc.constant(count),
      weights: fc.array(fc.integer({ min: 1, max: 16 }), { minLength: count, maxLength: count })
    })
  )

const reductions: ReadonlyArray<Reduction> = ['mean', 'sum', 'none']
const whole = (labels: ReadonlyArray<number>): Input => Int32Array.from(labels)
const rowsOf = (labels: ReadonlyArray<number>, row: (label: number) => ReadonlyArray<number>): Input =>
  labels.map((label) => row(label))

describe.each(kernelSets)('on $name', ({ create }) => {
  const kernels = create()
  const computed = (scores: Input, loss: Loss): ReadonlyArray<number> =>
    onTape(kernels, (tape) => {
      const given = rightOf(parameter(tape, scores))
      return numbersOf(rightOf(loss(given.tape, given.value)).value)
    })
  const same = (scores: Input, one: Loss, other: Loss): void => {
    const [found, wanted] = [computed(scores, one), computed(scores, other)]
    expect(found).toHaveLength(wanted.length)
    found.forEach((loss, i) => {
      expect(Math.abs(loss - wanted[i]!)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(wanted[i]!)))
    })
  }
  const property = (check: (given: Batch, reduction: Reduction) => void): void => {
    fc.assert(fc.property(batch, fc.constantFrom(...reductions), check), { numRuns: runs(15) })
  }

  it('softmaxCrossEntropy is nllLoss of logSoftmax, with all settings but smoothing', () => {
    property(({ scores, labels, weights }, reduction) => {
      for (const settings of [{ reduction }, { reduction, weights }, { reduction, weights, ignoreIndex: -1 }]) {
        const target = whole('ignoreIndex' in settings ? [...labels.slice(1).map(() => -1), labels[0]!] : labels)
        same(
          scores,
          (tape, x) => softmaxCrossEntropy(tape, x, target, settings),
          (tape, x) =>
            trace(tape, function* (run) {
              return yield* run(nllLoss, yield* run(logSoftmax, x), target, settings)
            })
        )
      }
    })
  })

  it('weights of 1, and of 2 but by sum and by none, change nothing', () => {
    property(({ scores, labels, count }, reduction) => {
      const factor = reduction === 'mean' ? 2 : 1
      same(
        scores,
        (tape, x) =>
          softmaxCrossEntropy(tape, x, whole(labels), { reduction, weights: new Array<number>(count).fill(factor) }),
        (tape, x) => softmaxCrossEntropy(tape, x, whole(labels), { reduction })
      )
    })
  })

  it('a label that does not count is an example that is not there', () => {
    property(({ scores, labels, weights }, reduction) => {
      if (reduction === 'none') return
      same(
        scores,
        (tape, x) =>
          trace(tape, function* (run) {
            const twice = yield* run(concat, [x, x])
            const target = whole([...labels, ...labels.map(() => 255)])
            return yield* run(softmaxCrossEntropy, twice, target, { reduction, weights, ignoreIndex: 255 })
          }),
        (tape, x) => softmaxCrossEntropy(tape, x, whole(labels), { reduction, weights })
      )
    })
  })

  it('smoothed labels are smoothed distributions, and those are distributions', () => {
    property(({ scores, labels, count }, reduction) => {
      const labelSmoothing = 0.25
      const exact = rowsOf(labels, (label) => Array.from({ length: count }, (_, i) => (i === label ? 1 : 0)))
      const spread = rowsOf(labels, (label) =>
        Array.from({ length: count }, (_, i) => (i === label ? 0.75 : 0) + 0.25 / count)
      )
      const byLabels: Loss = (tape, x) => softmaxCrossEntropy(tape, x, whole(labels), { reduction, labelSmoothing })
      same(scores, byLabels, (tape, x) => softmaxCrossEntropy(tape, x, exact, { reduction, labelSmoothing }))
      same(scores, byLabels, (tape, x) => softmaxCrossEntropy(tape, x, spread, { reduction }))
    })
  })

  it('the sigmoid of a score is the softmax of it beside 0', () => {
    fc.assert(
      fc.property(tensors({ shape: [4] }), fc.constantFrom(...reductions), (scores, reduction) => {
        same(
          scores,
          (tape, x) => sigmoidCrossEntropy(tape, x, [1, 0, 0.25, 1], { reduction }),
          (tape, x) =>
            trace(tape, function* (run) {
              const column = yield* run(reshape, x, [4, 1])
              const none = yield* run(parameter, [[0], [0], [0], [0]])
              const pair = yield* run(concat, [column, none], { axis: 1 })
              const shares = [
                [1, 0],
                [0, 1],
                [0.25, 0.75],
                [1, 0]
              ]
              return yield* run(softmaxCrossEntropy, pair, shares, { reduction })
            })
        )
      }),
      { numRuns: runs(10) }
    )
  })

  it('a sum of which no label counts is 0', () => {
    const settings = { ignoreIndex: -1, reduction: 'sum' } as const
    expect(computed([[1, 2]], (tape, x) => softmaxCrossEntropy(tape, x, whole([-1]), settings))).toEqual([0])
    expect(computed([[1, 2]], (tape, x) => nllLoss(tape, x, whole([-1]), settings))).toEqual([0])
  })

  it('a mean of labels that all weigh 0 is not a number', () => {
    expect(computed([[1, 2]], (tape, x) => nllLoss(tape, x, whole([1]), { weights: [1, 0] }))).toEqual([NaN])
  })

  it('huberLoss is half of the squares within delta, and a line beyond', () => {
    const found = computed([0.5, -1, 3, -4], (tape, x) =>
      huberLoss(tape, x, [0, 0, 0, 0], { delta: 2, reduction: 'none' })
    )
    expect(found).toEqual([0.125, 0.5, 4, 6])
  })
})

const settingsOf = (reduction: Reduction): { readonly reduction: Reduction } => ({ reduction })

/** Losses of the scores [2, 3, 4]. */
const all: Readonly<Record<string, (tape: Tape, x: Variable, reduction: Reduction) => Result<Traced<Variable>>>> = {
  cosineLoss: (tape, x, reduction) => cosineLoss(tape, x, x, rows, settingsOf(reduction)),
  hingeLoss: (tape, x, reduction) => hingeLoss(tape, x, labels, settingsOf(reduction)),
  huberLoss: (tape, x, reduction) => huberLoss(tape, x, x, settingsOf(reduction)),
  klDivergence: (tape, x, reduction) => klDivergence(tape, x, x, settingsOf(reduction)),
  maeLoss: (tape, x, reduction) => maeLoss(tape, x, x, settingsOf(reduction)),
  mseLoss: (tape, x, reduction) => mseLoss(tape, x, x, settingsOf(reduction)),
  nllLoss: (tape, x, reduction) => nllLoss(tape, x, labels, { reduction, ignoreIndex: 0 }),
  sigmoidCrossEntropy: (tape, x, reduction) => sigmoidCrossEntropy(tape, x, x, settingsOf(reduction)),
  softmaxCrossEntropy: (tape, x, reduction) =>
    softmaxCrossEntropy(tape, x, labels, { reduction, weights: [1, 2, 3, 4], labelSmoothing: 0.1, ignoreIndex: 0 })
}

const rows: Input = { shape: [2, 3], values: [1, -1, 1, 1, -1, 1] }
const labels: Input = { shape: [2, 3], values: [1, 2, 3, 0, 2, 1] }
const elementwise = ['huberLoss', 'klDivergence', 'maeLoss', 'mseLoss', 'sigmoidCrossEntropy']

describe.each(Object.entries(all))('%s', (name, loss) => {
  it.each(reductions)('by %s has a shape that kernels without numbers know', (reduction) => {
    onTape(shapesKernels(), (tape) => {
      const given = rightOf(parameter(tape, { shape: [2, 3, 4], values: new Float32Array(24) }))
      const { value } = rightOf(loss(given.tape, given.value, reduction))
      const each = elementwise.includes(name) ? [2, 3, 4] : [2, 3]
      expect(value.shape).toEqual(reduction === 'none' ? each : [])
    })
  })
})
