/** Examples in JavaScript's memory: a record of arrays whose first axes count the same examples. */
import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidArgument, invalidShape, shapeMismatch } from '../error/tensorError'
import type { HostTensor } from '../kernels/tensor'
import { type Input, toHost } from '../tape/input'
import { constant } from '../tape/leaf'
import type { Tape, Traced } from '../tape/tape'
import { fold, map } from '../tape/trace'
import type { Variable } from '../tape/variable'

/** For example `{ images: { shape: [60000, 784], values }, labels: Int32Array }`. */
export type Dataset = Readonly<Record<string, Input>>

/** The same fields, as arrays of which rows can be taken. */
export type Rows<D extends Dataset> = { readonly [K in keyof D]: HostTensor }

/** The same fields, recorded as constants. */
export type Batch<D extends Dataset> = { readonly [K in keyof D]: Variable }

/** Checks a dataset once: every field has as many examples, and there is one at least. */
export function rowsOf<D extends Dataset>(
  operation: string,
  data: D
): Result<{ readonly rows: Rows<D>; readonly count: number }>
export function rowsOf(
  operation: string,
  data: Dataset
): Result<{ readonly rows: Rows<Dataset>; readonly count: number }> {
  const rows: Record<string, HostTensor> = {}
  const counts: number[] = []
  for (const [name, input] of Object.entries(data)) {
    const host = toHost(operation, input)
    if (isLeft(host)) return host
    const [count] = host.right.shape
    if (count === undefined) {
      const text = `${operation} needs the field ${name} to have a first axis that counts examples, but it is a scalar.`
      return left(invalidShape(operation, [], text))
    }
    rows[name] = host.right
    counts.push(count)
  }
  const shapes = Object.values(rows).map(({ shape }) => shape)
  if (new Set(counts).size > 1) {
    const text =
      `${operation} needs as many examples in every field, but ` +
      `${Object.keys(data)
        .map((name, i) => `${name} has ${counts[i]}`)
        .join(', ')}.`
    return left(shapeMismatch(operation, shapes, text))
  }
  const count = counts[0] ?? 0
  if (count === 0) return left(invalidShape(operation, shapes[0] ?? [0], `${operation} was given no examples.`))
  return right({ rows, count })
}

/** How many examples go into a batch: a whole number from 1 up. */
export const checkBatchSize = (operation: string, batchSize: number): Result<unknown> =>
  Number.isSafeInteger(batchSize) && batchSize >= 1
    ? right(undefined)
    : left(
        invalidArgument(
          operation,
          'batchSize',
          batchSize,
          `${operation} needs batchSize to be a whole number from 1 up, not ${batchSize}: 32 to 256 are usual.`
        )
      )

/** Those rows of each field. */
export function takeRows<D extends Dataset>(rows: Rows<D>, indices: ArrayLike<number>): Rows<D>
export function takeRows(rows: Rows<Dataset>, indices: ArrayLike<number>): Rows<Dataset> {
  return Object.fromEntries(Object.entries(rows).map(([name, host]) => [name, take(host, indices)]))
}

/** Each field, recorded as a constant. */
export function recordBatch<D extends Dataset>(tape: Tape, fields: Rows<D>): Result<Traced<Batch<D>>>
export function recordBatch(tape: Tape, fields: Rows<Dataset>): Result<Traced<Batch<Dataset>>> {
  return fold<readonly [string, HostTensor], Batch<Dataset>>(
    tape,
    Object.entries(fields),
    {},
    (at, batch, [name, host]) => map((variable: Variable) => ({ ...batch, [name]: variable }))(constant(at, host))
  )
}

/** Those rows of each field, recorded as constants. */
export const batchOf = <D extends Dataset>(
  tape: Tape,
  rows: Rows<D>,
  indices: ArrayLike<number>
): Result<Traced<Batch<D>>> => recordBatch<D>(tape, takeRows<D>(rows, indices))

const take = ({ shape, dtype, values }: HostTensor, indices: ArrayLike<number>): HostTensor => {
  const width = shape.slice(1).reduce((size, n) => size * n, 1)
  const taken = values.slice(0, indices.length * width)
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]! * width
    taken.set(values.subarray(from, from + width), i * width)
  }
  return { shape: [indices.length, ...shape.slice(1)], dtype, values: taken }
}
