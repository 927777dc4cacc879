import { inputsOf, type Variable } from '../../tape/variable'

/** What a gradient reaches from this entry. */
export const sourcesOf = (output: Variable): ReadonlySet<Variable> => {
  const seen = new Set<Variable>()
  const pending = [output]
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    if (seen.has(entry) || !entry.needsGradient) continue
    seen.add(entry)
    pending.push(...inputsOf(entry))
  }
  return seen
}
