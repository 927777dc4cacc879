/** What in docs/accuracy.md is not, or no longer, true. */
import { type Accuracy, columnOf } from './accuracyErrors'
import { accuracyText, errorText, writtenAccuracy, type Written } from './accuracyText'
import { precisionOf } from './goldenErrors'
import { parts } from './goldenMeasured'

const mend = '`npm run accuracy` writes it anew'
/** Another processor adds up in another order. */
const leeway = 4
/** Two units in the last place of 1: such an error is no news. */
const unseen = (set: string): number => (set === 'reference' ? 2 ** -51 : 2 ** -22)

/** One sentence for each thing that is wrong; `accuracy` is of the kernel sets that there are. */
export const accuracyComplaints = (document: string, accuracy: Accuracy): ReadonlyArray<string> => {
  const written = writtenAccuracy(document)
  const names = [...accuracy.errors.keys()]
  const missing = names.filter((name) => !written.errors.has(name)).map((name) => `no row for ${name}: ${mend}`)
  const stale = [...written.errors.keys()]
    .filter((name) => !names.includes(name))
    .map((name) => `a row for ${name}, which has no cases: ${mend}`)
  const cells = [...accuracy.devices].flatMap(([set, device]) =>
    parts.flatMap((part) =>
      names
        .filter((name) => written.errors.has(name))
        .flatMap((name) => {
          const column = columnOf(set, part)
          const [now, then] = [accuracy, written].map(({ errors }) => errors.get(name)?.get(column))
          return cellComplaints(`${column} of ${name}`, now, then, largest(written, set, device, then))
        })
    )
  )
  const found = [...accuracy.complaints, ...missing, ...stale, ...cells]
  // The numbers are right; all else is a text that is generated from them.
  return found.length === 0 && accuracyText(written) !== document
    ? [`docs/accuracy.md is not what it would be written as: ${mend}`]
    : found
}

/** A GPU's numbers are not those of the CPU that the document is of: the first word of a device says which it is. */
const largest = ({ devices }: Written, set: string, device: string, then: number | undefined): number =>
  devices.get(set)?.split(',')[0] === device.split(',')[0]
    ? Math.max(leeway * (then ?? 0), unseen(set))
    : precisionOf({ name: set }).tolerance

const cellComplaints = (
  cell: string,
  now: number | undefined,
  then: number | undefined,
  allowed: number
): ReadonlyArray<string> => {
  if (now === undefined) return then === undefined ? [] : [`${cell} is ${errorText(then)}, but there is none: ${mend}`]
  if (then === undefined) return [`${cell} is empty, but there are numbers: ${mend}`]
  if (now <= allowed) return []
  return [`${cell} is ${errorText(now)} instead of ${errorText(then)}: if it has to be, ${mend}`]
}
