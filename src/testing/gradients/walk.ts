/** Ways through a tape. */
import { inputsOf, previousOf, type Variable } from '../../tape/variable'
import { type Tape, topOf } from '../../tape/tape'

/** All entries, oldest first. */
export const entriesOf = (tape: Tape): ReadonlyArray<Variable> => {
  const entries: Variable[] = []
  for (let entry = topOf(tape); entry !== undefined; entry = previousOf(entry)) entries.push(entry)
  return entries.reverse()
}

/** What this entry was computed from, and itself, as far as `follows` lets it. */
export const reachedFrom = (
  output: Variable,
  follows: (entry: Variable) => boolean = () => true
): ReadonlySet<Variable> => {
  const seen = new Set<Variable>()
  const pending = [output]
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    if (seen.has(entry) || !follows(entry)) continue
    seen.add(entry)
    pending.push(...inputsOf(entry))
  }
  return seen
}

/** What a gradient reaches from this entry. */
export const sourcesOf = (output: Variable): ReadonlySet<Variable> =>
  reachedFrom(output, ({ needsGradient }) => needsGradient)
