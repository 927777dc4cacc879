/** What in the table of errors is not, or no longer, true. */
import fc from 'fast-check'
import { columnOf, type Errors, kinds, tableOperations, type Worst } from './kernelsTableErrors'
import { numberText, tableColumns, type Written, writtenTable } from './kernelsTableText'

const mend = '`npm run accuracy` writes the table anew'
/** Another processor adds up in another order. */
const leeway = 4
/** One unit in the last place of 1: such an error is no news. */
const unseen = 2 ** -23
/** For a device that the table is not of: a GPU's numbers are not a CPU's. */
const elsewhere = 1e-5

/** A kernel set that was tried: its name, and what it ran on. */
export interface Tried {
  readonly name: string
  readonly device: string
}

/** One sentence for each thing that is wrong; `errors` are those of the kernel sets that were tried. */
export const kernelsTableComplaints = (
  document: string,
  errors: Errors,
  tried: ReadonlyArray<Tried>
): ReadonlyArray<string> => {
  const table = writtenTable(document)
  if (table === undefined)
    return ['docs/kernels.md has no place for the table: see kernelsTableText.ts for its two comments']
  return [
    ...differences('column', table.columns, tableColumns),
    ...differences('row', [...table.numbers.keys()], tableOperations),
    ...tried.flatMap(({ name, device }) =>
      kinds.flatMap((kind) =>
        tableOperations.flatMap((operation) => {
          const column = columnOf(name, kind)
          const [now, then] = [errors.get(operation)?.get(column), table.numbers.get(operation)?.get(column)]
          return cellComplaints(`${column} of ${operation}`, now, then, isOf(table, name, device))
        })
      )
    )
  ]
}

const differences = (
  what: string,
  found: ReadonlyArray<string>,
  wanted: ReadonlyArray<string>
): ReadonlyArray<string> => [
  ...wanted.filter((name) => !found.includes(name)).map((name) => `no ${what} for ${name}: ${mend}`),
  ...found.filter((name) => !wanted.includes(name)).map((name) => `a ${what} for ${name}, which is none: ${mend}`)
]

/** CPU or the name of a GPU: what stands before the first comma. */
const isOf = ({ devices }: Written, set: string, device: string): boolean =>
  devices.get(set)?.split(',')[0] === device.split(',')[0]

const cellComplaints = (
  cell: string,
  now: Worst | undefined,
  then: number | undefined,
  isSameDevice: boolean
): ReadonlyArray<string> => {
  if (now === undefined) return then === undefined ? [] : [`${cell} is ${numberText(then)}, but there is none: ${mend}`]
  if (then === undefined) return [`${cell} is empty, but there are numbers: ${mend}`]
  if (now.error <= (isSameDevice ? Math.max(leeway * then, unseen) : elsewhere)) return []
  const seen = `${numberText(now.error)} instead of ${numberText(then)}`
  return [`${cell} is ${seen}, of ${now.of[fc.toStringMethod]()}: if it has to be, ${mend}`]
}
