import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import { invalidArgument, invalidShape } from '../../error/tensorError'
import { drawPermutation } from '../../random/drawPermutation'
import { randomKey } from '../../random/key'
import { type Dataset, type Rows, rowsOf, takeRows } from '../dataset'
import { thrownError } from './data'
import { countsOf, interleaved, type Parts } from './parts'

/** Settings of splitData. */
export interface SplitSettings<S extends Parts, Stratify> {
  /** The share of each part by its name, 1 together: `{ train: 0.8, test: 0.2 }`. Or `counts`. */
  readonly shares?: S
  /** How many examples each part gets, all together. Or `shares`. */
  readonly counts?: S
  /** Any number: the examples are shuffled before. Without it, each part keeps their order. */
  readonly seed?: number
  /** What has to be in the same proportion in each part: the name of a field with one number per example, or a function. */
  readonly stratify?: Stratify
}

/**
 * Parts of a record of arrays, or of an array, by name: each example is in one of them. Shares are rounded to whole
 * examples, the largest remainders up. The same seed gives the same parts.
 *
 * Errors: InvalidArgument for shares that are not 1 together, counts that are not all examples, and stratify; those of
 * `fit` for the dataset.
 * @example
 * import { splitData } from 'gradfold'
 * console.log(splitData(['a', 'b', 'c', 'd'], { shares: { train: 0.75, test: 0.25 } }))
 * // => { _tag: 'Right', right: { train: [ 'a', 'b', 'c' ], test: [ 'd' ] } }
 */
export function splitData<A, S extends Parts>(
  data: ReadonlyArray<A>,
  settings: SplitSettings<S, (example: A, index: number) => unknown>
): Result<{ readonly [P in keyof S]: ReadonlyArray<A> }>
export function splitData<D extends Dataset, S extends Parts>(
  data: D,
  settings: SplitSettings<S, keyof D & string>
): Result<{ readonly [P in keyof S]: Rows<D> }>
export function splitData(
  data: ReadonlyArray<unknown> | Dataset,
  settings: SplitSettings<Parts, string | ((example: unknown, index: number) => unknown)>
): Result<Readonly<Record<string, unknown>>> {
  const { stratify } = settings
  if (isExamples(data)) {
    const classes = typeof stratify === 'function' ? classesBy(data, stratify) : right(undefined)
    return splitBy(data.length, settings, classes, (indices) => Array.from(indices, (index) => data[index]))
  }
  const checked = rowsOf('splitData', data)
  if (isLeft(checked)) return checked
  const { rows, count } = checked.right
  const classes = typeof stratify === 'string' ? classesIn(rows, stratify, count) : right(undefined)
  return splitBy(count, settings, classes, (indices) => takeRows(rows, indices))
}

const isExamples = (data: ReadonlyArray<unknown> | Dataset): data is ReadonlyArray<unknown> => Array.isArray(data)

const classesBy = (
  data: ReadonlyArray<unknown>,
  stratify: (example: unknown, index: number) => unknown
): Result<ReadonlyArray<unknown>> => {
  const classes: unknown[] = []
  try {
    for (const example of data) classes.push(stratify(example, classes.length))
    return right(classes)
  } catch (thrown) {
    return left(thrownError('splitData', 'stratify', `example number ${classes.length}`, thrown))
  }
}

const classesIn = (rows: Rows<Dataset>, field: string, count: number): Result<ReadonlyArray<unknown>> => {
  const values = rows[field]?.values
  if (values?.length === count) return right(Array.from(values))
  const text =
    `splitData needs stratify to name a field with one number for each example, but ${field} ` +
    (values === undefined ? `is not there: there are ${Object.keys(rows).join(', ')}.` : 'has more.')
  return left(invalidArgument('splitData', 'stratify', field, text))
}

const splitBy = <B>(
  count: number,
  { shares, counts, seed }: SplitSettings<Parts, unknown>,
  classes: Result<ReadonlyArray<unknown> | undefined>,
  take: (indices: Int32Array) => B
): Result<Readonly<Record<string, B>>> => {
  if (isLeft(classes)) return classes
  const sizes = countsOf('splitData', count, shares, counts)
  if (isLeft(sizes)) return sizes
  if (count === 0) return left(invalidShape('splitData', [0], 'splitData was given no examples.'))
  const order =
    seed === undefined ? Int32Array.from({ length: count }, (_, i) => i) : drawPermutation(randomKey(seed), count)
  // The part of each place in `order`: a run of places for each part, or runs of places in which the classes alternate.
  const places = classes.right === undefined ? undefined : interleaved(order, classes.right)
  const partOf = new Int32Array(count)
  let from = 0
  sizes.right.forEach(([, size], part) => {
    for (let i = from; i < from + size; i++) partOf[places?.[i] ?? i] = part
    from += size
  })
  return right(
    Object.fromEntries(
      sizes.right.map(([name], part) => [name, take(order.filter((_, place) => partOf[place] === part))])
    )
  )
}
