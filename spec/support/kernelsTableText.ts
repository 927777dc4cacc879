/** The table of errors as it stands in docs/kernels.md. */
import { columnOf, type Errors, kinds, runsOfTable, tableOperations } from './kernelsTableErrors'

/** In the order of their columns. Each has to be there when the table is written. */
export const tableSets: ReadonlyArray<string> = ['wasm', 'tensorflow']

export const tableColumns: ReadonlyArray<string> = tableSets.flatMap((set) => kinds.map((kind) => columnOf(set, kind)))

/** By operation and column; what is empty in the table has no number. */
export type Numbers = ReadonlyMap<string, ReadonlyMap<string, number>>

export interface Written {
  readonly columns: ReadonlyArray<string>
  /** By the name of a kernel set: what it ran on. */
  readonly devices: ReadonlyMap<string, string>
  readonly numbers: Numbers
}

const begin = '<!-- From here to the end of the table `npm run accuracy` writes. -->'
const end = '<!-- The end of the table. -->'
const parts = new RegExp(`^([^]*${begin}\n)([^]*)(\n${end}[^]*)$`)

/** The document with this in the table's place; undefined where it has none. */
export const withTable = (document: string, text: string): string | undefined => {
  const [, before, , after] = parts.exec(document) ?? []
  return before === undefined || after === undefined ? undefined : `${before}\n${text}${after}`
}

/** The table as Markdown, with what it says above. */
export const kernelsTableText = (errors: Errors, devices: ReadonlyMap<string, string>): string =>
  [
    ...introduction,
    ...[...devices].map(([set, device]) => `- \`${set}\`: ${device}`),
    '',
    ...tableLines(errors),
    ''
  ].join('\n')

const introduction = [
  '## Errors',
  '',
  'The largest error of each operation that was seen, `|got - wanted| / max(1, |wanted|)`: `wanted` is what the reference',
  'kernels find in float64, rounded to float32, which itself is up to 6e-8 off. Where terms are added up (`sum`, `mean`,',
  '`matmul`, `scatterAdd`), `|wanted|` is the sum of their absolute values. A cell says `exact` where every number was as',
  'wanted. NaN and infinities have to be where the reference has them, or there is no table.',
  '',
  `Tried were ${runsOfTable} random calls with plain numbers, as many with very large and small ones among them, and as many`,
  'with NaN and infinities, of rank 0 to 8 and all dtypes that the operation takes; the column is the dtype of the result.',
  `Order 1 is \`backward\`, order 2 \`gradient\` of \`gradient\`, in float32 on ${runsOfTable} random programs of rank 0 to 3. A cell`,
  'is empty where there is no such result: int32 and bool have no derivative, comparisons, `fill` and `oneHot` neither, and',
  'a derivative that does not depend on the inputs has none in turn.',
  ''
]

/** Its rows alone, a kernel set that was not tried with empty columns. */
export const tableLines = (errors: Errors): ReadonlyArray<string> => {
  const header = ['operation', ...tableColumns]
  const rows = tableOperations.map((operation) => [
    `\`${operation}\``,
    ...tableColumns.map((column) => numberText(errors.get(operation)?.get(column)?.error))
  ])
  const widths = header.map((_, i) => Math.max(...[header, ...rows].map((row) => row[i]?.length ?? 0)))
  const line = (cells: ReadonlyArray<string>): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)]
}

/** One digit: the next machine's last digits differ. */
export const numberText = (error: number | undefined): string => {
  if (error === undefined) return ''
  if (!Number.isFinite(error)) return 'wrong'
  return error === 0 ? 'exact' : error.toExponential(0)
}

/** What stands in the document; undefined if there is no place for a table. */
export const writtenTable = (document: string): Written | undefined => {
  const [, , text] = parts.exec(document) ?? []
  if (text === undefined) return undefined
  const [header = [], , ...rows] = text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map(cellsOf)
  const columns = header.slice(1)
  const numbers = rows.map(([operation = '', ...cells]) => {
    const filled = cells.flatMap((cell, i) => (cell === '' ? [] : [[columns[i] ?? '', numberOf(cell)] as const]))
    return [operation.replaceAll('`', ''), new Map(filled)] as const
  })
  const devices = [...text.matchAll(/^- `(\w+)`: (.*)$/gm)].map(([, set = '', device = '']) => [set, device] as const)
  return { columns, devices: new Map(devices), numbers: new Map(numbers) }
}

const cellsOf = (line: string): ReadonlyArray<string> =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())

const numberOf = (cell: string): number => (cell === 'exact' ? 0 : Number(cell))
