import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidShape, shapeText } from '../error/tensorError'
import { reducedShape, sizeOf } from '../kernels/shape'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'
import { keepReduced } from './cotangent'
import { type ReduceAttributes, type ReduceSettings, reduceAttributes } from './reduction'
import { unaryRule } from './rules'

export const maxPrimitive: Primitive<ReduceAttributes> = {
  name: 'max',
  saves: 'inputs and output',
  rule: ([x], { axes, keepDims }) => {
    const checked = unaryRule('max', 'numbers')([x!])
    if (isLeft(checked)) return checked
    if (axes.some((axis) => x!.shape[axis] === 0) && sizeOf(reducedShape(x!.shape, axes, keepDims)) > 0) {
      return left(
        invalidShape(
          'max',
          x!.shape,
          `max of nothing: ${shapeText(x!.shape)} has no elements along axis ${axes.join(', ')}. Leave out empty batches.`
        )
      )
    }
    return right({ shape: reducedShape(x!.shape, axes, keepDims), dtype: x!.dtype })
  },
  run: (kernels, [x], { axes, keepDims }) => kernels.max(x!, axes, keepDims),
  derivative: (operations, upstream, at, { axes }) => [
    () => {
      const x = at.input(0)
      const shape = at.shape(0)
      const largest = operations.equal(x, keepReduced(operations, at.output(), shape, axes))
      const mask = operations.cast(largest, 'float32')
      const share = operations.div(keepReduced(operations, upstream, shape, axes), operations.sum(mask, axes, true))
      return operations.mul(mask, share)
    }
  ]
}

/**
 * The largest over these axes, or over all of them; NaN where one is. float32 or int32. Reduced axes stay with size 1 if `keepDims`.
 *
 * Derivative: g, shared equally by all that are largest, as PyTorch's amax does. Saved: inputs and output.
 * Errors: DimensionError for an axis that is not there, DtypeError, InvalidShape for the largest of nothing.
 * @example
 * import { andThen, constant, defaultKernels, show, startTape, max } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [[1, 2], [3, 4]]), andThen(max)))) // => 4
 */
export const max = (tape: Tape, x: Variable, settings: ReduceSettings = {}): Result<Traced<Variable>> => {
  const attributes = reduceAttributes(tape, 'max', x, settings)
  return isLeft(attributes) ? attributes : record(tape, maxPrimitive, [x], attributes.right)
}
