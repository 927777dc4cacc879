/** The gradients of every loss, to the prediction and the target, and their own gradients, against central differences. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import {
  cosineLoss,
  hingeLoss,
  huberLoss,
  klDivergence,
  type LossSettings,
  maeLoss,
  mseLoss,
  nllLoss,
  type Reduction,
  type Result,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  type Tape,
  type Traced,
  type Variable
} from 'gradfold'
import { checkGradients, shapes, tensors } from 'gradfold/testing'
import type { HostTensor, Shape } from '../../src/kernels/tensor'
import { runs } from '../support/runs'

/** A loss of the variables of these tensors. */
type Loss = (tape: Tape, inputs: ReadonlyArray<Variable>, settings: LossSettings) => Result<Traced<Variable>>

/** A kind of target, and what comes as prediction and target for it. */
interface Row {
  readonly loss: Loss
  readonly inputs: fc.Arbitrary<ReadonlyArray<HostTensor>>
}

const batches = shapes({ maxRank: 2, minSize: 1, maxElements: 6 })
const classes = fc.integer({ min: 1, max: 4 })

const whole = (shape: Shape, min: number, max: number): fc.Arbitrary<HostTensor> => {
  const size = shape.reduce((product, n) => product * n, 1)
  return fc
    .array(fc.integer({ min, max }), { minLength: size, maxLength: size })
    .map((values) => ({ shape, dtype: 'int32', values: Int32Array.from(values) }))
}

const two =
  (loss: (tape: Tape, x: Variable, y: Variable, settings: LossSettings) => Result<Traced<Variable>>): Loss =>
  (tape, [x, y], settings) =>
    loss(tape, x!, y!, settings)

const pairs = batches.chain((shape) => fc.tuple(tensors({ shape }), tensors({ shape })))

/** Scores and labels of as many classes. */
const labelled = fc
  .tuple(batches, classes)
  .chain(([shape, count]) => fc.tuple(tensors({ shape: [...shape, count] }), whole(shape, 0, count - 1)))

/** Of which some do not count, but the first one does. */
const partlyLabelled = fc
  .tuple(batches, classes)
  .chain(([shape, count]) => fc.tuple(tensors({ shape: [...shape, count] }), whole(shape, -1, count - 1)))
  .map(([scores, target]) => {
    const values = Int32Array.from(target.values)
    values[0] = Math.max(0, values[0] ?? 0)
    return [scores, { ...target, values }] as const
  })

const distributed = fc
  .tuple(batches, classes)
  .map(([shape, count]) => [...shape, count])
  .chain((shape) => fc.tuple(tensors({ shape }), tensors({ shape })))

/** A weight for each class of these scores. */
const weightsFor = ({ shape }: Variable): ReadonlyArray<number> =>
  Array.from({ length: shape.at(-1) ?? 1 }, (_, i) => 0.5 + 0.75 * i)

const positive = ({ shape, values }: HostTensor): HostTensor => ({
  shape,
  dtype: 'float32',
  values: Float64Array.from(values, (value) => Math.abs(value) + 0.25)
})

/** By the names of the files of src/loss. */
const losses: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  cosineLoss: {
    'vectors and signs': {
      loss: (tape, [x, y, targets], settings) => cosineLoss(tape, x!, y!, targets!, { ...settings, margin: 0.25 }),
      inputs: fc.tuple(batches, fc.integer({ min: 1, max: 3 })).chain(([shape, features]) =>
        fc.tuple(
          tensors({ shape: [...shape, features] }),
          tensors({ shape: [...shape, features] }),
          whole(shape, 0, 1).map((target) => ({ ...target, values: target.values.map((value) => 2 * value - 1) }))
        )
      )
    }
  },
  hingeLoss: { labels: { loss: two(hingeLoss), inputs: labelled } },
  huberLoss: {
    numbers: { loss: two((tape, x, y, settings) => huberLoss(tape, x, y, { ...settings, delta: 0.75 })), inputs: pairs }
  },
  klDivergence: {
    probabilities: { loss: two(klDivergence), inputs: pairs.map(([x, y]) => [x, positive(y)]) },
    logarithms: {
      loss: two((tape, x, y, settings) => klDivergence(tape, x, y, { ...settings, logTarget: true })),
      inputs: pairs
    },
    'probabilities, batchMean': {
      loss: two((tape, x, y) => klDivergence(tape, x, y, { reduction: 'batchMean' })),
      inputs: fc
        .tuple(classes, classes)
        .chain((shape) => fc.tuple(tensors({ shape }), tensors({ shape })))
        .map(([x, y]) => [x, positive(y)])
    }
  },
  maeLoss: { numbers: { loss: two(maeLoss), inputs: pairs } },
  mseLoss: { numbers: { loss: two(mseLoss), inputs: pairs } },
  nllLoss: {
    labels: { loss: two(nllLoss), inputs: labelled },
    'labels with weights, some ignored': {
      loss: two((tape, x, y, settings) =>
        nllLoss(tape, x, y, { ...settings, weights: weightsFor(x), ignoreIndex: -1 })
      ),
      inputs: partlyLabelled
    }
  },
  sigmoidCrossEntropy: {
    // The gradient flows to the targets too, which need not be between 0 and 1.
    numbers: { loss: two(sigmoidCrossEntropy), inputs: pairs },
    'numbers with positive weights': {
      loss: two((tape, x, y, settings) =>
        sigmoidCrossEntropy(tape, x, y, { ...settings, positiveWeight: weightsFor(x) })
      ),
      inputs: distributed
    }
  },
  softmaxCrossEntropy: {
    labels: { loss: two(softmaxCrossEntropy), inputs: labelled },
    'labels with weights, smoothed, some ignored': {
      loss: two((tape, x, y, settings) =>
        softmaxCrossEntropy(tape, x, y, { ...settings, weights: weightsFor(x), labelSmoothing: 0.25, ignoreIndex: -1 })
      ),
      inputs: partlyLabelled
    },
    'labels, some ignored': {
      loss: two((tape, x, y, settings) => softmaxCrossEntropy(tape, x, y, { ...settings, ignoreIndex: -1 })),
      inputs: partlyLabelled
    },
    // The gradient flows to the distributions too, which need not add up to 1.
    distributions: { loss: two(softmaxCrossEntropy), inputs: distributed },
    'distributions with weights, smoothed': {
      loss: two((tape, x, y, settings) =>
        softmaxCrossEntropy(tape, x, y, { ...settings, weights: weightsFor(x), labelSmoothing: 0.25 })
      ),
      inputs: distributed
    }
  }
}

/** What the losses share. */
const shared = ['checks.ts', 'labels.ts', 'pairwise.ts', 'reduction.ts', 'weightedCrossEntropy.ts']

const reductions: { readonly [K in Reduction]: K } = { mean: 'mean', sum: 'sum', none: 'none' }

const rows = Object.entries(losses).flatMap(([name, targets]) =>
  Object.entries(targets).flatMap(([target, row]) =>
    Object.values(reductions).map((reduction) => ({ name, target, reduction, ...row }))
  )
)

describe('the gradients of a loss', () => {
  it('are checked for every loss of src/loss', () => {
    const files = readdirSync(join(__dirname, '../../src/loss')).filter((file) => !shared.includes(file))
    expect(Object.keys(losses).map((name) => `${name}.ts`)).toEqual(files.sort())
  })

  it.each(rows)('are right: $name of $target by $reduction', ({ loss, inputs, reduction }) => {
    const check = checkGradients(
      (tape: Tape, ...variables: ReadonlyArray<Variable>) => loss(tape, variables, { reduction }),
      { scalar: reduction !== 'none' }
    )
    fc.assert(
      fc.property(inputs, (all) => check(...all)),
      { numRuns: runs(8) }
    )
  })
})
