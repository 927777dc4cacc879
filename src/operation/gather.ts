import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { atPath } from '../error/tensorError'
import { gatherShape } from '../kernels/shape'
import type { Variable } from '../tape/variable'
import { type Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { normalizeAxis } from './axes'
import { neverAsked } from './cotangent'
import { areIndices, type Indices, inRange, recordIndexed } from './indices'

export const gatherPrimitive: Primitive<{ readonly axis: number }> = {
  name: 'gather',
  saves: 'inputs',
  rule: ([x, indices], { axis }) => {
    const checked = areIndices('gather', indices!)
    if (isLeft(checked)) return checked
    return right({ shape: gatherShape(x!.shape, indices!.shape, axis), dtype: x!.dtype })
  },
  inspect: (kernels, [x, indices], { axis }) => inRange('gather', 'index', kernels, indices!, x!.shape[axis]!),
  run: (kernels, [x, indices], { axis }) => kernels.gather(x!, indices!, axis),
  derivative: (operations, upstream, at, { axis }) => [
    () => operations.scatterAdd(upstream, at.input(1), axis, at.shape(0)[axis]!),
    neverAsked
  ]
}

/**
 * The slices of x along an axis (the first by default) that the indices name: an embedding looks up rows of a table. The
 * axis is replaced by the shape of the indices.
 *
 * Derivative: each slice of g is added where it came from. Saved: the indices.
 * Errors: IndexOutOfBounds, DimensionError, DtypeError for indices that are not whole.
 * @example
 * import { constant, defaultKernels, gather, show, startTape, trace } from 'gradfold'
 * const rows = trace(startTape(defaultKernels()), function* (run) {
 *   const table = yield* run(constant, [[1, 2], [3, 4], [5, 6]])
 *   return yield* run(gather, table, [2, 0])
 * })
 * console.log(show(rows)) // => [[5, 6], [1, 2]]
 */
export const gather = (
  tape: Tape,
  x: Variable,
  indices: Indices,
  { axis = 0 }: { readonly axis?: number } = {}
): Result<Traced<Variable>> => {
  const normal = normalizeAxis('gather', x.shape, axis)
  if (isLeft(normal)) return left(atPath(contextOf(tape).path)(normal.left))
  return recordIndexed('gather', tape, indices, (at, places) =>
    record(at, gatherPrimitive, [x, places], { axis: normal.right })
  )
}
