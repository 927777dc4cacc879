import { shapeText } from '../error/tensorError'
import type { Summary, SummaryRow } from './summary'

/**
 * A summary as a table for people, with a line of totals.
 * @example
 * import { activation, linear, sequential, shapesKernels, startTape, summary, summaryText } from 'gradfold'
 * import { chain, isRight } from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * const text = pipe(
 *   sequential(startTape(shapesKernels()), (tape) => linear(tape, 784, 256), activation('relu')),
 *   chain(({ value }) => summary(value, [32, 784]))
 * )
 * if (isRight(text)) console.log(summaryText(text.right).split('\n')[1]?.replace(/ +/g, ' '))
 * // => 0 Linear [32, 256] 200,960 803.8 kB 65.5 kB 6,422,528
 */
export const summaryText = ({ input, rows, totals }: Summary): string => {
  const total = { path: 'total', kind: '', output: undefined, ...totals }
  const columns = allColumns.filter(({ when }) => when === undefined || totals[when] > 0)
  const cells = [
    columns.map(({ title }) => title),
    ...[...rows, total].map((row) => columns.map(({ text }) => text(row)))
  ]
  const widths = columns.map((_, i) => cells.reduce((width, line) => Math.max(width, line[i]!.length), 0))
  const line = (texts: ReadonlyArray<string>): string =>
    texts
      .map((text, i) => (columns[i]!.right === true ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd()
  return [...cells.map(line), `for an input of ${shapeText(input)}`].join('\n')
}

interface Column {
  readonly title: string
  readonly text: (row: SummaryRow) => string
  readonly right?: true
  /** Shown only where there are any. */
  readonly when?: 'frozen' | 'buffers'
}

const counts = (count: number): string => count.toLocaleString('en')

const allColumns: ReadonlyArray<Column> = [
  { title: 'path', text: ({ path }) => path },
  { title: 'kind', text: ({ kind }) => kind },
  { title: 'output', text: ({ output }) => (output === undefined ? '' : shapeText(output)) },
  { title: 'parameters', text: ({ parameters }) => counts(parameters), right: true },
  { title: 'frozen', text: ({ frozen }) => counts(frozen), right: true, when: 'frozen' },
  { title: 'buffers', text: ({ buffers }) => counts(buffers), right: true, when: 'buffers' },
  { title: 'memory', text: ({ parameterBytes }) => bytesText(parameterBytes), right: true },
  { title: 'activations', text: ({ activationBytes }) => bytesText(activationBytes), right: true },
  { title: 'multiply-adds', text: ({ multiplyAdds }) => counts(multiplyAdds), right: true }
]

const units = ['kB', 'MB', 'GB', 'TB', 'PB']

const bytesText = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3))
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1]!}`
}
