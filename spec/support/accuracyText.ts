/** docs/accuracy.md, all of it: written from errors, and read back. */
import {
  accuracyColumns,
  accuracyNames,
  accuracySets,
  type Accuracy,
  type Errors,
  networksName
} from './accuracyErrors'
import { goldenHeader, goldenRows } from './golden'
import { type Group, withoutRows } from './goldenCoverage'
import { type Difference, goldenDifferences, otherZeros } from './goldenDifferences'
import { precisionOf } from './goldenErrors'
import { goldenNetworks } from './goldenNetworks'

/** What the document says, and what it is written from. */
export type Written = Pick<Accuracy, 'devices' | 'errors'>

const titles: Readonly<Record<Group, string>> = {
  operation: 'Operations',
  function: 'Functions',
  layer: 'Layers',
  loss: 'Losses',
  optimizer: 'Optimisers and schedules',
  random: 'Initialisers'
}

export const accuracyText = ({ devices, errors }: Written): string =>
  `${[
    ...introduction(devices),
    ...accuracyNames().flatMap(([group, names]) =>
      names.length === 0 ? [] : [`## ${titles[group]}`, '', ...tableLines(names, errors), '']
    ),
    ...networks,
    ...tableLines([networksName], errors),
    '',
    ...differences,
    ...exceptions
  ].join('\n')}\n`

const introduction = (devices: ReadonlyMap<string, string>): ReadonlyArray<string> => [
  '# Accuracy',
  '',
  ...filled(
    `gradfold beside PyTorch ${goldenHeader.torch.split('+')[0] ?? ''}. \`npm run accuracy\` writes this file; do not edit it. ` +
      'A spec holds it against every kernel set.'
  ),
  '',
  ...filled(
    `\`spec/golden/pytorch.jsonl\` has ${goldenRows.length} cases that PyTorch computed in float64 on the CPU: no axes and ` +
      'five, axes of size 0 and 1, broadcasting both ways, negative axes and lists of axes, ties, zeros of both signs, large ' +
      'and tiny numbers, infinities and NaN. The scripts beside it made it:'
  ),
  '',
  '```sh',
  'pip install torch==2.13.0',
  goldenHeader.command,
  '```',
  '',
  ...filled(
    'A cell is the largest error that was seen in a tensor, `|gradfold - PyTorch| / max |PyTorch|` with the largest number of ' +
      'that tensor below, rounded up to 1, 2 or 5 in its one digit. float32 kernels are compared with the nearest float32 ' +
      'numbers, and what is less than 2^-126 off counts as equal. `exact` is no error at all: int32 and bool have to be, and ' +
      `NaN and infinities where PyTorch has them. More than ${precisionText('reference')} on \`reference\`, which computes ` +
      `in float64, and ${precisionText('wasm')} on the others is no rounding, and fails.`
  ),
  '',
  ...[
    'value: the result; of an optimiser the losses and the parameters after ten steps; of a schedule its learning rates; of an initialiser a weight, beside ' +
      "what the same key draws from PyTorch's distribution.",
    'gradient: for each input, by `backward` and by `gradient`, under an upstream gradient that is not constant.',
    'second: the gradients of the gradients, all of them weighted and summed, for each input and for the upstream gradient ' +
      '(double backward).'
  ].flatMap((entry) => filled(`- ${entry}`, '  ')),
  '',
  'An empty cell: it has no such derivative. The kernels ran on:',
  '',
  ...[...devices].map(([set, device]) => `- \`${set}\`: ${device}`),
  ''
]

const precisionText = (set: string): string => precisionOf({ name: set }).tolerance.toExponential(0)

const tableLines = (names: ReadonlyArray<string>, errors: Errors): ReadonlyArray<string> => {
  const header = ['', ...accuracyColumns]
  const rows = names.map((name) => [
    `\`${name}\``,
    ...accuracyColumns.map((column) => errorText(errors.get(name)?.get(column)))
  ])
  const widths = header.map((_, i) => Math.max(3, ...[header, ...rows].map((row) => row[i]?.length ?? 0)))
  const line = (cells: ReadonlyArray<string>): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)]
}

/** Rounded up to 1, 2 or 5 times a power of ten, so that the last digits of another machine seldom show. */
export const errorText = (error: number | undefined): string => {
  if (error === undefined) return ''
  if (!Number.isFinite(error)) return 'wrong'
  if (error === 0) return 'exact'
  const exponent = Math.floor(Math.log10(error))
  const steps = [`1e${exponent}`, `2e${exponent}`, `5e${exponent}`, `1e${exponent + 1}`]
  return steps.find((step) => error <= Number(step)) ?? `2e${exponent + 1}`
}

const list = (title: string, introduced: string, entries: ReadonlyArray<string>): ReadonlyArray<string> => [
  `## ${title}`,
  '',
  ...filled(introduced),
  '',
  ...entries.flatMap((entry) => filled(`- ${entry}`, '  ')),
  ''
]

/** Lines of at most 120 characters; all but the first begin with `indent`. */
const filled = (text: string, indent = ''): ReadonlyArray<string> =>
  text.split(' ').reduce<ReadonlyArray<string>>((lines, word) => {
    const last = lines.at(-1)
    if (last === undefined) return [word]
    return last.length + 1 + word.length <= 120 ? [...lines.slice(0, -1), `${last} ${word}`] : [...lines, indent + word]
  }, [])

const networks = [
  '## Networks, after ten training steps',
  '',
  ...filled(
    `\`spec/golden/networks.jsonl\` has ${goldenNetworks.length} small networks that between them hold every layer, loss, optimiser ` +
      'and schedule, clipping, batches in parts, averaged weights and frozen layers, tied weights and running statistics. ' +
      'From the same first parameters they take ten steps with `trainingStep`, each with another batch. Value: the first ' +
      'output, the losses, all parameters, buffers and averages after the last step, and an output in evaluation. Gradient: ' +
      'of the first batch, to every parameter and to the input.'
  ),
  ''
]

/** One line for each reason, with all that it is the reason of. */
const reasons = (of: ReadonlyArray<Difference>): ReadonlyArray<string> => {
  const texts = [...new Set(of.map(({ name, why }) => `${name}: ${why}`))]
  return texts.map((text) => {
    const same = of.filter(({ name, why }) => `${name}: ${why}` === text)
    return `${same.map((one) => `\`${one.of}\``).join(', ')} ${text}`
  })
}

const isRefusal = ({ ours }: Difference): boolean => 'refused' in ours

const differences = [
  ...list(
    'Differences that are not rounding',
    'Each is on purpose, and a spec holds it to other numbers than PyTorch has. At kinks there is none: `relu` and `abs` have ' +
      'the slope 0 at 0, `maximum` and `minimum` halve a tie, and `max` shares it, as PyTorch does.',
    [
      ...reasons(goldenDifferences.filter((difference) => !isRefusal(difference))),
      `The sign of a zero is not compared. It may be another in the result of ${otherZeros.map((name) => `\`${name}\``).join(', ')}: \`relu\` of -0, say, is 0 here and -0 in PyTorch.`
    ]
  ),
  ...list(
    'What PyTorch takes and gradfold refuses',
    'The result is a `Left` that says what to do instead.',
    reasons(goldenDifferences.filter(isRefusal))
  )
]

const exceptions = list(
  'Without cases',
  'Public functions that compute something and have no row in the tables:',
  Object.entries(withoutRows).map(([name, why]) => `\`${name}\` ${why}.`)
).slice(0, -1)

/** What stands in the document. */
export const writtenAccuracy = (document: string): Written => {
  const devices = [...document.matchAll(/^- `(\w+)`: (.*)$/gm)]
    .map(([, set = '', device = '']) => [set, device] as const)
    .filter(([set]) => accuracySets.includes(set))
  const rows = [...document.matchAll(/^\| `(\w+)` *\|(.*)\|$/gm)].map(([, name = '', cells = '']) => {
    const numbers = cells.split('|').map((cell) => cell.trim())
    const filled = numbers.flatMap((cell, i) =>
      cell === '' ? [] : [[accuracyColumns[i] ?? '', numberOf(cell)] as const]
    )
    return [name, new Map(filled)] as const
  })
  return { devices: new Map(devices), errors: new Map(rows) }
}

const numberOf = (cell: string): number => (cell === 'exact' ? 0 : Number(cell))
