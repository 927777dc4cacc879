import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { atPath, shapeMismatch, shapeText } from '../error/tensorError'
import { sameShape, scatterShape } from '../kernels/shape'
import type { Variable } from '../tape/variable'
import { checkShape } from '../tape/input'
import { type Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { normalizeAxis } from './axes'
import { neverAsked } from './cotangent'
import { areIndices, type Indices, inRange, recordIndexed } from './indices'
import { unaryRule } from './rules'

interface ScatterAttributes {
  readonly axis: number
  readonly size: number
}

export const scatterAddPrimitive: Primitive<ScatterAttributes> = {
  name: 'scatterAdd',
  saves: 'inputs',
  rule: ([updates, indices], { axis, size }) => {
    const checked = areIndices('scatterAdd', indices!)
    if (isLeft(checked)) return checked
    const typed = unaryRule('scatterAdd', 'numbers')([updates!])
    if (isLeft(typed)) return typed
    const { shape } = updates!
    if (!sameShape(shape.slice(axis, axis + indices!.shape.length), indices!.shape)) {
      return left(
        shapeMismatch(
          'scatterAdd',
          [shape, indices!.shape],
          `scatterAdd along axis ${axis} needs one index for each slice: updates ${shapeText(shape)} from that axis on ` +
            `do not begin with the shape of the indices, ${shapeText(indices!.shape)}.`
        )
      )
    }
    return right({ shape: scatterShape(shape, indices!.shape, axis, size), dtype: updates!.dtype })
  },
  inspect: (kernels, [, indices], { size }) => inRange('scatterAdd', 'index', kernels, indices!, size),
  run: (kernels, [updates, indices], { axis, size }) => kernels.scatterAdd(updates!, indices!, axis, size),
  derivative: (operations, upstream, at, { axis }) => [() => operations.gather(upstream, at.input(1), axis), neverAsked]
}

/**
 * Zeros with `size` along the axis (the first by default), to which each slice of `updates` is added where its index
 * says; slices with one index add up. The adjoint of gather, and the sum over segments.
 *
 * Derivative: gather of g. Saved: the indices.
 * Errors: IndexOutOfBounds, ShapeMismatch, DimensionError, DtypeError, InvalidShape.
 * @example
 * import { constant, defaultKernels, scatterAdd, show, startTape, trace } from 'gradfold'
 * const sums = trace(startTape(defaultKernels()), function* (run) {
 *   return yield* run(scatterAdd, yield* run(constant, [1, 2, 3]), [0, 2, 0], 3)
 * })
 * console.log(show(sums)) // => [4, 0, 2]
 */
export const scatterAdd = (
  tape: Tape,
  updates: Variable,
  indices: Indices,
  size: number,
  { axis = 0 }: { readonly axis?: number } = {}
): Result<Traced<Variable>> => {
  const { path } = contextOf(tape)
  const sized = checkShape('scatterAdd', [size])
  if (isLeft(sized)) return left(atPath(path)(sized.left))
  return recordIndexed('scatterAdd', tape, indices, (at, places) => {
    // The axis is one of the result, in which it takes the place of the indices' axes.
    const normal = normalizeAxis('scatterAdd', scatterShape(updates.shape, places.shape, 0, size), axis)
    return isLeft(normal)
      ? left(atPath(path)(normal.left))
      : record(at, scatterAddPrimitive, [updates, places], { axis: normal.right, size })
  })
}
