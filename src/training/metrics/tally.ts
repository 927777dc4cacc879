/** What all batches together measured: means of numbers, a batch counting by its size, and metrics. */
import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import { stridesOf } from '../../kernels/shape'
import type { HostTensor } from '../../kernels/tensor'
import type { Measurement, Running } from './measureWith'
import type { Measures, Reading } from './metric'

/** What is measured on a batch: its mean over the batch's examples, or what a metric is told. */
export type Measured = Readonly<Record<string, number | Measurement>>

/** A fold over batches. */
export interface Tally {
  readonly count: number
  readonly totals: Measures
  readonly metrics: Readonly<Record<string, Running>>
}

export const emptyTally: Tally = { count: 0, totals: {}, metrics: {} }

/** The tally with one more batch of `size` examples. */
export const addMeasured = (tally: Tally, measured: Measured, size: number): Result<Tally> => {
  const totals: Record<string, number> = { ...tally.totals }
  const metrics: Record<string, Running> = { ...tally.metrics }
  for (const [name, value] of Object.entries(measured)) {
    if (typeof value === 'number') {
      totals[name] = (totals[name] ?? 0) + value * size
      continue
    }
    const next = (metrics[name] ?? value.begin).add(value.scores, value.labels)
    if (isLeft(next)) return next
    metrics[name] = next.right
  }
  return right({ count: tally.count + size, totals, metrics })
}

/** Divided once, at the end: the mean of 1 and 1 is 1, whatever the batches. */
export const measuresOf = ({ count, totals, metrics }: Tally): Result<Measures> => {
  const measures: Record<string, number> = {}
  for (const [name, total] of Object.entries(totals)) measures[name] = total / count
  for (const [name, metric] of Object.entries(metrics)) {
    const reading = metric.result()
    if (isLeft(reading)) return reading
    Object.assign(measures, flat(name, reading.right))
  }
  return right(measures)
}

/** A number under the name itself, others under `name.f1`, those of a table under `table.row.column`. */
const flat = (name: string, reading: Reading): Measures => {
  if (typeof reading === 'number') return { [name]: reading }
  if (!isTable(reading)) {
    return Object.fromEntries(Object.entries(reading).map(([inner, value]) => [`${name}.${inner}`, value]))
  }
  const { shape, values } = reading
  const strides = stridesOf(shape)
  return Object.fromEntries(
    Array.from(values, (value, i) => [
      [name, ...shape.map((size, axis) => Math.floor(i / strides[axis]!) % size)].join('.'),
      value
    ])
  )
}

const isTable = (reading: Measures | HostTensor): reading is HostTensor =>
  'values' in reading && typeof reading.values !== 'number'
