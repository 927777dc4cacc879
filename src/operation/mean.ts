import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { reducedShape, sizeOf } from '../kernels/shape'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'
import { keepReduced, scalar } from './cotangent'
import { type ReduceAttributes, type ReduceSettings, reduceAttributes } from './reduction'
import { unaryRule } from './rules'

export const meanPrimitive: Primitive<ReduceAttributes> = {
  name: 'mean',
  saves: 'none',
  rule: ([x], { axes, keepDims }) => {
    const checked = unaryRule('mean', 'float32')([x!])
    if (isLeft(checked)) return checked
    return right({ shape: reducedShape(x!.shape, axes, keepDims), dtype: x!.dtype })
  },
  run: (kernels, [x], { axes, keepDims }) => kernels.mean(x!, axes, keepDims),
  derivative: (operations, upstream, at, { axes }) => [
    () => {
      // Of nothing the slopes are an empty tensor; a factor of infinity would make theirs NaN.
      const count = sizeOf(axes.map((axis) => at.shape(0)[axis]!))
      const share = operations.mul(upstream, scalar(operations, 1 / Math.max(1, count)))
      return operations.broadcast(keepReduced(operations, share, at.shape(0), axes), at.shape(0))
    }
  ]
}

/**
 * The mean over these axes, or over all of them; NaN of nothing. float32. Reduced axes stay with size 1 if `keepDims`.
 *
 * Derivative: g / n to each of the n elements. Saved: none.
 * Errors: DimensionError for an axis that is not there, DtypeError.
 * @example
 * import { andThen, constant, defaultKernels, show, startTape, mean } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [[1, 2], [3, 4]]), andThen(mean)))) // => 2.5
 */
export const mean = (tape: Tape, x: Variable, settings: ReduceSettings = {}): Result<Traced<Variable>> => {
  const attributes = reduceAttributes(tape, 'mean', x, settings)
  return isLeft(attributes) ? attributes : record(tape, meanPrimitive, [x], attributes.right)
}
