import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { atPath, invalidArgument, shapeMismatch, shapesText } from '../error/tensorError'
import { concatShape } from '../kernels/shape'
import type { Variable } from '../tape/variable'
import { type Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { normalizeAxis } from './axes'
import { wrongDtype } from './rules'

export const concatPrimitive: Primitive<{ readonly axis: number }> = {
  name: 'concat',
  saves: 'none',
  rule: (inputs, { axis }) => {
    const [first] = inputs
    const shapes = inputs.map(({ shape }) => shape)
    const dtypes = [...new Set(inputs.map(({ dtype }) => dtype))]
    if (dtypes.length > 1) return wrongDtype('concat', 'tensors of one dtype', dtypes, 'convert some with cast')
    const fits = shapes.every(
      (shape) =>
        shape.length === first!.shape.length && shape.every((length, i) => i === axis || length === first!.shape[i])
    )
    return fits
      ? right({ shape: concatShape(shapes, axis), dtype: first!.dtype })
      : left(
          shapeMismatch(
            'concat',
            shapes,
            `concat along axis ${axis} of ${shapesText(shapes)}: all other sizes must be equal. ` +
              'Name another axis, or reshape first.'
          )
        )
  },
  run: (kernels, inputs, { axis }) => kernels.concat(inputs, axis),
  derivative: (operations, upstream, at, { axis }) => {
    const whole = operations.shapeOf(upstream)
    const startOf = (index: number): number => {
      let start = 0
      for (let i = 0; i < index; i++) start += at.shape(i)[axis]!
      return start
    }
    return Array.from({ length: at.count }, (_, index) => () => {
      const begin = whole.map((__, i) => (i === axis ? startOf(index) : 0))
      return operations.slice(upstream, begin, at.shape(index))
    })
  }
}

/**
 * The tensors one after the other along an axis (the first by default; -1 is the last). At least one.
 *
 * Derivative: its part of g to each. Saved: none. Errors: ShapeMismatch, DimensionError, DtypeError, InvalidArgument.
 * @example
 * import { concat, constant, defaultKernels, show, startTape, trace } from 'gradfold'
 * const z = trace(startTape(defaultKernels()), function* (run) {
 *   const x = yield* run(constant, [1, 2])
 *   const y = yield* run(constant, [3])
 *   return yield* run(concat, [x, y])
 * })
 * console.log(show(z)) // => [1, 2, 3]
 */
export const concat = (
  tape: Tape,
  xs: ReadonlyArray<Variable>,
  { axis = 0 }: { readonly axis?: number } = {}
): Result<Traced<Variable>> => {
  const { path } = contextOf(tape)
  const [first] = xs
  if (first === undefined) {
    const text = 'concat needs at least one tensor: an empty list has no shape; use fill for an empty tensor.'
    return left(atPath(path)(invalidArgument('concat', 'xs', xs, text)))
  }
  const normal = normalizeAxis('concat', first.shape, axis)
  return isLeft(normal)
    ? left(atPath(path)(normal.left))
    : record(tape, concatPrimitive, [...xs], { axis: normal.right })
}
