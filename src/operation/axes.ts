/** Axes as users name them (negative from the end, one or several) to what kernels take. */
import { left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { dimensionError, shapeText } from '../error/tensorError'
import type { Shape } from '../kernels/tensor'

/** One axis or several; -1 is the last. */
export type Axes = number | ReadonlyArray<number>

/** Ascending, non-negative, distinct; all axes where none is named. */
export const normalizeAxes = (
  operation: string,
  shape: Shape,
  axes: Axes | undefined
): Result<ReadonlyArray<number>> => {
  if (axes === undefined) return right(shape.map((_, axis) => axis))
  const named = typeof axes === 'number' ? [axes] : axes
  const normal = named.map((axis) => (axis < 0 ? axis + shape.length : axis))
  const missing = named.filter((_, i) => !Number.isInteger(normal[i]) || normal[i]! < 0 || normal[i]! >= shape.length)
  if (missing.length > 0) {
    return left(
      dimensionError(
        operation,
        shape,
        named,
        `${operation} has no axis ${missing.join(', ')} in ${shapeText(shape)}: ` +
          (shape.length === 0 ? 'a scalar has no axes.' : `axes go from ${-shape.length} to ${shape.length - 1}.`)
      )
    )
  }
  if (new Set(normal).size !== normal.length) {
    return left(
      dimensionError(
        operation,
        shape,
        named,
        `${operation} was given an axis of ${shapeText(shape)} twice (${named.join(', ')}; -1 is the last): name it once.`
      )
    )
  }
  return right([...normal].sort((a, b) => a - b))
}

/** One axis. */
export const normalizeAxis = (operation: string, shape: Shape, axis: number): Result<number> => {
  const axes = normalizeAxes(operation, shape, axis)
  return axes._tag === 'Left' ? axes : right(axes.right[0]!)
}
