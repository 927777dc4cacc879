/**
 * Kinks, by rule: a run decides something wherever its slope may jump, and two runs that decide alike lie on the same smooth
 * piece. All that is int32 or bool is a decision (comparisons, casts, indices); so are the signs at relu, abs and
 * sign, and who wins at max, maximum and minimum.
 */
import type { Kernels } from '../../kernels/kernels'
import { reducedShape } from '../../kernels/shape'
import type { Tensor } from '../../kernels/tensor'
import { inputsOf, tensorOf, type Variable } from '../../tape/variable'
import type { Tape } from '../../tape/tape'
import { entriesOf } from './walk'

/** What one entry decided. */
export interface Decision {
  readonly entry: number
  readonly operation: string
  readonly values: ArrayLike<number>
}

/** The entries of a run by name, and all decisions in their order. */
export interface Decisions {
  readonly operations: ReadonlyArray<string>
  readonly made: ReadonlyArray<Decision>
}

type Rule = (
  kernels: Kernels,
  inputs: ReadonlyArray<Tensor>,
  output: Tensor,
  attributes: unknown
) => ReadonlyArray<Tensor>

const signOfFirst: Rule = (kernels, [x]) => [kernels.sign(x!)]
const winner: Rule = (kernels, [x, y], output) => [kernels.equal(output, x!), kernels.equal(output, y!)]

const rules: Readonly<Record<string, Rule>> = {
  relu: signOfFirst,
  abs: signOfFirst,
  sign: signOfFirst,
  reluGradient: (kernels, [, output]) => [kernels.sign(output!)],
  maximum: winner,
  minimum: winner,
  max: (kernels, [x], output, attributes) => {
    const kept = reducedShape(x!.shape, axesOf(attributes), true)
    return [kernels.equal(x!, kernels.reshape(output, kept))]
  }
}

const axesOf = (attributes: unknown): ReadonlyArray<number> =>
  typeof attributes === 'object' && attributes !== null && 'axes' in attributes && Array.isArray(attributes.axes)
    ? attributes.axes.map(Number)
    : []

/** What was decided on this tape; its numbers are read, and nothing of it is kept on the kernels. */
export const decisionsOf = (tape: Tape): Decisions => {
  const entries = entriesOf(tape)
  return {
    operations: entries.map(({ primitive }) => primitive.name),
    made: entries.flatMap((entry) =>
      decided(tape.kernels, entry).map((values) => ({ entry: entry.index, operation: entry.primitive.name, values }))
    )
  }
}

const decided = (kernels: Kernels, entry: Variable): ReadonlyArray<ArrayLike<number>> => {
  if (entry.dtype !== 'float32') return [kernels.read(tensorOf(entry))]
  const rule = rules[entry.primitive.name]
  if (rule === undefined) return []
  const found = rule(kernels, inputsOf(entry).map(tensorOf), tensorOf(entry), entry.attributes)
  return found.map((tensor) => kernels.read(tensor))
}

/** Where two runs part: the first entry that another operation made, or that decided otherwise; undefined if nowhere. */
export const firstParting = (one: Decisions, other: Decisions): { entry: number; operation: string } | undefined => {
  const place = one.operations.findIndex((operation, i) => operation !== other.operations[i])
  if (place >= 0) return { entry: place, operation: one.operations[place]! }
  if (other.operations.length > one.operations.length) {
    return { entry: one.operations.length, operation: other.operations[one.operations.length]! }
  }
  return one.made.find(({ values }, i) => !sameValues(values, other.made[i]?.values))
}

const sameValues = (one: ArrayLike<number>, other: ArrayLike<number> | undefined): boolean => {
  if (other?.length !== one.length) return false
  for (let i = 0; i < one.length; i++)
    if (one[i] !== other[i] && !(Number.isNaN(one[i]) && Number.isNaN(other[i]))) return false
  return true
}
