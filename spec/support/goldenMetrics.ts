/** What spec/golden/sklearn/metrics.py wrote: scikit-learn's numbers, a case a line. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HostTensor, Metric, Reading } from 'gradfold'
import { hostTensor } from './hostTensors'
import { rightOf } from './results'

type Numbers = ReadonlyArray<number>

/** A number for each way to average, and one for each class. */
type Averages = Readonly<Record<'macro' | 'micro' | 'weighted', number>> & {
  readonly binary?: number
  readonly none: Numbers
}

interface Classified {
  readonly name: string
  readonly scores: Numbers
  readonly labels: Numbers
  readonly classes?: number
  readonly threshold?: number
  readonly accuracy: number
  readonly confusion: Numbers
  readonly topK?: Readonly<Record<string, number>>
  readonly precision: Averages
  readonly recall: Averages
  readonly f1Score: Averages
  readonly rocAuc?: number
  readonly averagePrecision?: number
}

interface Regressed {
  readonly name: string
  readonly shape: Numbers
  readonly predictions: Numbers
  readonly targets: Numbers
  readonly r2Score: number
  readonly meanSquaredError: number
  readonly meanAbsoluteError: number
}

const [header, ...lines] = readFileSync(join(__dirname, '../golden/sklearn/metrics.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as { readonly kind: string; readonly sklearn?: string })

const ofKind = (...kinds: ReadonlyArray<string>): ReadonlyArray<unknown> =>
  lines.filter(({ kind }) => kinds.includes(kind))

export const witness = header?.sklearn
export const classified = ofKind('binary', 'several') as ReadonlyArray<Classified>
export const regressed = ofKind('regression') as ReadonlyArray<Regressed>

export const scoresOf = ({ scores, labels, classes }: Classified): HostTensor =>
  hostTensor(classes === undefined ? [labels.length] : [labels.length, classes], scores)

export const labelsOf = ({ labels }: Classified): HostTensor => hostTensor([labels.length], labels, 'int32')

/** Rows `from` up to `to` of a tensor. */
export const rowsBetween = ({ shape, dtype, values }: HostTensor, from: number, to: number): HostTensor => {
  const width = values.length / shape[0]!
  const part = values.slice(from * width, to * width)
  return { shape: [part.length / width, ...shape.slice(1)], dtype, values: part }
}

/** What a metric says of all rows, in batches of a size. */
export const inBatches = <S, R extends Reading>(
  metric: Metric<S, R>,
  scores: HostTensor,
  labels: HostTensor,
  size: number
): R => {
  let state = metric.initial
  for (let from = 0; from < labels.shape[0]!; from += size) {
    state = rightOf(metric.add(state, rowsBetween(scores, from, from + size), rowsBetween(labels, from, from + size)))
  }
  return rightOf(metric.result(state))
}
