/** The gradients of every loss, to the prediction and the target, and their own gradients, against central differences. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import {
  type LossSettings,
  mseLoss,
  type Reduction,
  type Result,
  softmaxCrossEntropy,
  type Tape,
  type Traced,
  type Variable
} from 'gradfold'
import { checkGradients, shapes, tensors } from 'gradfold/testing'
import type { HostTensor, Shape } from '../../src/kernels/tensor'
import { runs } from '../support/runs'

/** A loss of two tensors. */
type Loss = (tape: Tape, prediction: Variable, target: Variable, settings: LossSettings) => Result<Traced<Variable>>

/** A kind of target, and what comes as prediction and target for it. */
interface Row {
  readonly loss: Loss
  readonly pairs: fc.Arbitrary<readonly [HostTensor, HostTensor]>
}

const batches = shapes({ maxRank: 2, minSize: 1, maxElements: 6 })
const classes = fc.integer({ min: 1, max: 4 })

const labels = (shape: Shape, count: number): fc.Arbitrary<HostTensor> => {
  const size = shape.reduce((product, n) => product * n, 1)
  return fc
    .array(fc.nat({ max: count - 1 }), { minLength: size, maxLength: size })
    .map((values) => ({ shape, dtype: 'int32', values: Int32Array.from(values) }))
}

/** By the names of the files of src/loss. */
const losses: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  mseLoss: {
    numbers: {
      loss: mseLoss,
      pairs: batches.chain((shape) => fc.tuple(tensors({ shape }), tensors({ shape })))
    }
  },
  softmaxCrossEntropy: {
    labels: {
      loss: softmaxCrossEntropy,
      pairs: fc
        .tuple(batches, classes)
        .chain(([shape, count]) => fc.tuple(tensors({ shape: [...shape, count] }), labels(shape, count)))
    },
    // The gradient flows to the distributions too, which need not add up to 1.
    distributions: {
      loss: softmaxCrossEntropy,
      pairs: fc
        .tuple(batches, classes)
        .map(([shape, count]) => [...shape, count])
        .chain((shape) => fc.tuple(tensors({ shape }), tensors({ shape })))
    }
  }
}

const reductions: { readonly [K in Reduction]: K } = { mean: 'mean', sum: 'sum', none: 'none' }

const rows = Object.entries(losses).flatMap(([name, targets]) =>
  Object.entries(targets).flatMap(([target, row]) =>
    Object.values(reductions).map((reduction) => ({ name, target, reduction, ...row }))
  )
)

describe('the gradients of a loss', () => {
  it('are checked for every loss of src/loss', () => {
    const files = readdirSync(join(__dirname, '../../src/loss')).filter((file) => file !== 'reduction.ts')
    expect(Object.keys(losses).map((name) => `${name}.ts`)).toEqual(files.sort())
  })

  it.each(rows)('are right: $name of $target by $reduction', ({ loss, pairs, reduction }) => {
    const check = checkGradients((tape: Tape, x: Variable, y: Variable) => loss(tape, x, y, { reduction }), {
      scalar: reduction !== 'none'
    })
    fc.assert(
      fc.property(pairs, ([prediction, target]) => check(prediction, target)),
      { numRuns: runs(12) }
    )
  })
})
