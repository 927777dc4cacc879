import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import { sizeOf } from '../../kernels/shape'
import type { HostTensor } from '../../kernels/tensor'
import { type Dataset, type Rows, rowsOf } from '../dataset'
import type { Data } from './data'

/**
 * The rows of a record of arrays as single examples, to map and batch them: `{ x: [n, 28, 28], y: [n] }` gives n times
 * `{ x: [28, 28], y: [] }`. The numbers are shared, not copied.
 *
 * Errors: ShapeMismatch for unequal counts, InvalidShape for none, and those of `constant`.
 * @example
 * import { isRight } from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * import { batchData, collectData, mapData, rowData } from 'gradfold'
 * const rows = rowData({ x: [[1, 2], [3, 4]], y: Int32Array.of(0, 1) })
 * if (isRight(rows)) {
 *   const mirrored = mapData(({ x, y }: { x: { values: Iterable<number> }; y: { values: Iterable<number> } }) => ({
 *     x: [...x.values].reverse(),
 *     y: [...y.values]
 *   }))
 *   const batches = await collectData(pipe(rows.right, mirrored, batchData({ size: 2 })))
 *   if (isRight(batches)) console.log([...(batches.right[0]?.x.values ?? [])]) // => [ 2, 1, 4, 3 ]
 * }
 */
export function rowData<D extends Dataset>(dataset: D): Result<Data<Rows<D>>>
export function rowData(dataset: Dataset): Result<Data<Rows<Dataset>>> {
  const checked = rowsOf('rowData', dataset)
  if (isLeft(checked)) return checked
  const { rows, count } = checked.right
  const fields = Object.entries(rows)
  const at = (index: number): Rows<Dataset> =>
    Object.fromEntries(fields.map(([name, host]) => [name, rowOf(host, index)]))
  return right({ _tag: 'IndexedData', count, batched: false, open: () => (index) => right(at(index)) })
}

const rowOf = ({ shape, dtype, values }: HostTensor, index: number): HostTensor => {
  const inner = shape.slice(1)
  const width = sizeOf(inner)
  return { shape: inner, dtype, values: values.subarray(index * width, (index + 1) * width) }
}
