/** What is not as in PyTorch, in words; and how large the errors are that are rounding. */
import type { Kernels } from 'gradfold'
import type { GoldenRow } from './golden'
import { asWeHaveIt, refusalOf } from './goldenDifferences'
import { goldenError, type Precision } from './goldenErrors'
import { measure, type Pair } from './goldenMeasured'

/** One tensor of a row with its error. */
export interface Judged extends Pair {
  readonly error: number
}

interface Verdict {
  /** All tensors of which there is something to compare. */
  readonly pairs: ReadonlyArray<Judged>
  readonly complaints: ReadonlyArray<string>
}

/** By PyTorch's numbers, or, where spec/support/goldenDifferences.ts has others, by those. */
export const judge = (kernels: Kernels, precision: Precision, row: GoldenRow): Verdict =>
  judgeAs(kernels, precision, asWeHaveIt(row), refusalOf(row))

/** By this row's numbers alone. */
export const judgeAs = (kernels: Kernels, precision: Precision, row: GoldenRow, refusal?: string): Verdict => {
  const measured = measure(kernels, row)
  const title = `${row.of} ${row.name}`
  if ('refused' in measured) {
    const { refused } = measured
    return { pairs: [], complaints: refused === refusal ? [] : [`${title} is refused: ${refused}`] }
  }
  const pairs = measured.pairs
    .filter(({ wanted, got }) => wanted !== undefined || got !== undefined)
    .map((pair) => ({ ...pair, error: goldenError(pair, precision) }))
  const unrefused = refusal === undefined ? [] : [`${title} is not refused: ${refusal} was expected`]
  // Not >, so that NaN is one.
  const off = pairs.filter(({ error }) => !(error <= precision.tolerance))
  return { pairs, complaints: [...unrefused, ...off.map((pair) => `${title}: ${text(pair)}`)] }
}

const text = ({ part, which, wanted, got, misfit, error }: Judged): string => {
  const off = Number.isFinite(error) ? `off by ${error.toExponential(1)}` : 'another number, not a rounded one'
  return `${part} ${which} is ${misfit ?? `${list(got)} instead of ${list(wanted)}, ${off}`}`
}

const list = (numbers: ReadonlyArray<number> | undefined): string =>
  numbers === undefined ? 'none or 0' : `[${numbers.slice(0, 12).join(', ')}${numbers.length > 12 ? ', ...' : ''}]`
