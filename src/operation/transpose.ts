import { left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { dimensionError, shapeText } from '../error/tensorError'
import type { Variable } from '../tape/variable'
import { type Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'

export const transposePrimitive: Primitive<{ readonly permutation: ReadonlyArray<number> }> = {
  name: 'transpose',
  saves: 'none',
  rule: ([x], { permutation }) => {
    const { shape, dtype } = x!
    const complete = permutation.length === shape.length && shape.every((_, axis) => permutation.includes(axis))
    return complete
      ? right({ shape: permutation.map((axis) => shape[axis]!), dtype })
      : left(
          dimensionError(
            'transpose',
            shape,
            permutation,
            `transpose of ${shapeText(shape)} needs each axis from 0 to ${shape.length - 1} once, not ` +
              `${shapeText(permutation)}: leave the permutation out to reverse all axes.`
          )
        )
  },
  run: (kernels, [x], { permutation }) => kernels.transpose(x!, permutation),
  derivative: (operations, upstream, _, { permutation }) => [
    () =>
      operations.transpose(
        upstream,
        permutation.map((_axis, i) => permutation.indexOf(i))
      )
  ]
}

/**
 * Axis i of the result is axis `permutation[i]` of x; by default all axes are reversed.
 *
 * Derivative: g transposed back. Saved: none. Errors: DimensionError.
 * @example
 * import { andThen, constant, defaultKernels, show, startTape, transpose } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [[1, 2], [3, 4]]), andThen(transpose)))) // => [[1, 3], [2, 4]]
 */
export const transpose = (
  tape: Tape,
  x: Variable,
  { permutation }: { readonly permutation?: ReadonlyArray<number> } = {}
): Result<Traced<Variable>> =>
  record(tape, transposePrimitive, [x], {
    permutation: permutation === undefined ? x.shape.map((_, axis) => axis).reverse() : [...permutation]
  })
