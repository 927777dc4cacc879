import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { reducedShape } from '../kernels/shape'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'
import { keepReduced } from './cotangent'
import { type ReduceAttributes, type ReduceSettings, reduceAttributes } from './reduction'
import { unaryRule } from './rules'

export const sumPrimitive: Primitive<ReduceAttributes> = {
  name: 'sum',
  saves: 'none',
  rule: ([x], { axes, keepDims }) => {
    const checked = unaryRule('sum', 'numbers')([x!])
    if (isLeft(checked)) return checked
    return right({ shape: reducedShape(x!.shape, axes, keepDims), dtype: x!.dtype })
  },
  run: (kernels, [x], { axes, keepDims }) => kernels.sum(x!, axes, keepDims),
  derivative: (operations, upstream, at, { axes }) => [
    () => operations.broadcast(keepReduced(operations, upstream, at.shape(0), axes), at.shape(0))
  ]
}

/**
 * The sum over these axes, or over all of them; 0 of nothing. float32 or int32. Reduced axes stay with size 1 if `keepDims`.
 *
 * Derivative: g to each element. Saved: none.
 * Errors: DimensionError for an axis that is not there, DtypeError.
 * @example
 * import { andThen, constant, defaultKernels, show, startTape, sum } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [[1, 2], [3, 4]]), andThen(sum)))) // => 10
 */
export const sum = (tape: Tape, x: Variable, settings: ReduceSettings = {}): Result<Traced<Variable>> => {
  const attributes = reduceAttributes(tape, 'sum', x, settings)
  return isLeft(attributes) ? attributes : record(tape, sumPrimitive, [x], attributes.right)
}
