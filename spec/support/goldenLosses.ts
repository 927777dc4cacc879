/** How the rows of spec/golden/rows_losses.py are run. */
import {
  constant,
  cosineLoss,
  gainOf,
  hingeLoss,
  huberLoss,
  klDivergence,
  maeLoss,
  mul,
  nllLoss,
  read,
  type Result,
  sigmoidCrossEntropy,
  type Tape,
  type Traced,
  type Variable
} from 'gradfold'
import { orthogonalOf } from '../../src/random/drawOrthogonal'
import type { GoldenOptions } from './golden'
import type { Program } from './derivatives'
import { rightOf } from './results'

type Compared = (tape: Tape, first: Variable, second: Variable, options: GoldenOptions) => Result<Traced<Variable>>

/** A loss of two tensors, whose settings have the names of the options. */
const compared =
  (loss: Compared) =>
  (options: GoldenOptions): Program =>
  (tape, [first, second]) =>
    loss(tape, first!, second!, options)

export const lossPrograms: Readonly<Record<string, (options: GoldenOptions) => Program>> = {
  cosineLoss:
    (options) =>
    (tape, [x, y, targets]) =>
      cosineLoss(tape, x!, y!, targets!, options),
  hingeLoss: compared(hingeLoss),
  huberLoss: compared(huberLoss),
  klDivergence: compared((tape, prediction, target, { klReduction, ...options }) =>
    klDivergence(tape, prediction, target, klReduction === undefined ? options : { reduction: klReduction })
  ),
  maeLoss: compared(maeLoss),
  nllLoss: compared(nllLoss),
  sigmoidCrossEntropy: compared(sigmoidCrossEntropy),
  gainOf:
    ({ gain, slope }) =>
    (tape) =>
      constant(tape, gainOf(gain!, slope === undefined ? {} : { slope })),
  /** Of given numbers in place of drawn ones. */
  orthogonal:
    ({ gainFactor }) =>
    (tape, [drawn]) => {
      const { shape, values } = rightOf(read(drawn!))
      const rows = shape[0] ?? 1
      const matrix = orthogonalOf(Float64Array.from(values), rows, values.length / rows)
      const traced = rightOf(constant(tape, { shape, values: matrix }))
      return mul(traced.tape, traced.value, gainFactor!)
    }
}
