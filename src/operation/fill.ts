import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { atPath, invalidArgument } from '../error/tensorError'
import type { Dtype, Shape } from '../kernels/tensor'
import type { Variable } from '../tape/variable'
import { checkShape } from '../tape/input'
import { noDerivative, type Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import { contextOf, type Tape, type Traced } from '../tape/tape'

interface FillAttributes {
  readonly shape: Shape
  readonly value: number
  readonly dtype: Dtype
}

export const fillPrimitive: Primitive<FillAttributes> = {
  name: 'fill',
  saves: 'none',
  rule: (_, { shape, dtype }) => right({ shape, dtype }),
  run: (kernels, _, { shape, value, dtype }) => kernels.fill(shape, value, dtype),
  derivative: noDerivative
}

/**
 * A constant tensor of this shape with one value everywhere.
 *
 * InvalidShape: a size that is negative, fractional or not finite. InvalidArgument: a value that the dtype cannot hold.
 * @example
 * import { defaultKernels, fill, show, startTape } from 'gradfold'
 * console.log(show(fill(startTape(defaultKernels()), [2, 2], 0.5))) // => [[0.5, 0.5], [0.5, 0.5]]
 */
export const fill = (
  tape: Tape,
  shape: Shape,
  value: number,
  { dtype = 'float32' }: { readonly dtype?: Dtype } = {}
): Result<Traced<Variable>> => fillFor('fill', tape, shape, value, dtype)

/** `fill` on behalf of the operation that is named in errors. */
export const fillFor = (
  operation: string,
  tape: Tape,
  shape: Shape,
  value: number,
  dtype: Dtype
): Result<Traced<Variable>> => {
  const { path } = contextOf(tape)
  const checked = checkShape(operation, shape)
  if (isLeft(checked)) return left(atPath(path)(checked.left))
  if (dtype === 'int32' ? value !== (value | 0) : dtype === 'bool' && value !== 0 && value !== 1) {
    const text = `${operation} cannot hold ${value} as ${dtype}: cast the other operand to float32, or use a value that fits.`
    return left(atPath(path)(invalidArgument(operation, 'value', value, text)))
  }
  return record(tape, fillPrimitive, [], { shape: checked.right, value, dtype })
}
