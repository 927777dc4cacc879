import { left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { dimensionError, indexOutOfBounds, shapeText } from '../error/tensorError'
import type { Shape } from '../kernels/tensor'
import type { Variable } from '../tape/variable'
import { isAxisSize } from '../tape/input'
import { type Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'

interface SliceAttributes {
  readonly begin: ReadonlyArray<number>
  readonly size: Shape
}

export const slicePrimitive: Primitive<SliceAttributes> = {
  name: 'slice',
  saves: 'none',
  rule: ([x], { begin, size }) => {
    const { shape, dtype } = x!
    if (begin.length !== shape.length || size.length !== shape.length) {
      return left(
        dimensionError(
          'slice',
          shape,
          begin,
          `slice of ${shapeText(shape)} was given ${begin.length} positions and ${size.length} sizes: give at most one ` +
            'for each axis; axes left out are taken whole.'
        )
      )
    }
    const axis = shape.findIndex(
      (length, i) => !isAxisSize(begin[i]!) || !isAxisSize(size[i]!) || begin[i]! + size[i]! > length
    )
    return axis < 0
      ? right({ shape: size, dtype })
      : left(
          indexOutOfBounds(
            'slice',
            begin[axis]!,
            shape[axis]!,
            `slice takes ${size[axis]} from position ${begin[axis]} along axis ${axis} of ${shapeText(shape)}, which ends ` +
              `at ${shape[axis]}: positions count from 0, and a size of -1 goes to the end.`
          )
        )
  },
  run: (kernels, [x], { begin, size }) => kernels.slice(x!, begin, size),
  derivative: (operations, upstream, at, { begin, size }) => [
    () =>
      operations.pad(
        upstream,
        begin,
        at.shape(0).map((length, axis) => length - begin[axis]! - size[axis]!)
      )
  ]
}

/**
 * The block of x of this size that begins there. Axes left out at the end are taken whole; a size of -1 goes to the end.
 *
 * Derivative: g with zeros around it. Saved: none. Errors: IndexOutOfBounds, DimensionError.
 * @example
 * import { andThen, constant, defaultKernels, show, slice, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * const x = constant(startTape(defaultKernels()), [1, 2, 3, 4])
 * console.log(show(pipe(x, andThen((tape, y) => slice(tape, y, [1], [2]))))) // => [2, 3]
 */
export const slice = (
  tape: Tape,
  x: Variable,
  begin: ReadonlyArray<number>,
  size: ReadonlyArray<number>
): Result<Traced<Variable>> => {
  const start = [...begin, ...x.shape.slice(begin.length).map(() => 0)]
  const whole = [...size, ...x.shape.slice(size.length).map(() => -1)]
  return record(tape, slicePrimitive, [x], {
    begin: start,
    size: whole.map((length, axis) => (length === -1 ? (x.shape[axis] ?? 0) - (start[axis] ?? 0) : length))
  })
}
