import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { atPath } from '../error/tensorError'
import { sizeOf } from '../kernels/shape'
import type { Shape } from '../kernels/tensor'
import { checkTruncatedNormal, drawTruncatedNormal } from '../random/drawTruncatedNormal'
import type { RandomKey } from '../random/key'
import type { Variable } from '../tape/variable'
import { checkShape } from '../tape/input'
import { noDerivative, type Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import { contextOf, takeKey, type Tape, type Traced } from '../tape/tape'

interface TruncatedNormalAttributes {
  readonly shape: Shape
  readonly key: RandomKey
  readonly mean: number
  readonly std: number
  readonly low: number
  readonly high: number
}

export const truncatedNormalPrimitive: Primitive<TruncatedNormalAttributes> = {
  name: 'truncatedNormal',
  saves: 'none',
  rule: (_, { shape }) => right({ shape, dtype: 'float32' }),
  run: (kernels, _, { shape, key, mean, std, low, high }) =>
    kernels.upload(shape, 'float32', () => drawTruncatedNormal(key, sizeOf(shape), mean, std, low, high)),
  derivative: noDerivative
}

/**
 * Numbers drawn from the normal distribution, given that they lie in [low, high] (absolute bounds, [-2, 2] by default). float32; the same numbers from the same tape on every kernel set.
 *
 * No gradient flows into it. Errors: InvalidShape, InvalidArgument. PyTorch's trunc_normal_.
 * @example
 * import { truncatedNormal, read, startTape, wasmKernels } from 'gradfold'
 * import { chain } from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * pipe(truncatedNormal(startTape(wasmKernels(), { seed: 7 }), [2, 3]), chain(({ value }) => read(value)))
 */
export const truncatedNormal = (
  tape: Tape,
  shape: Shape,
  {
    mean = 0,
    std = 1,
    low = -2,
    high = 2
  }: { readonly mean?: number; readonly std?: number; readonly low?: number; readonly high?: number } = {}
): Result<Traced<Variable>> => {
  const { path } = contextOf(tape)
  const sized = checkShape('truncatedNormal', shape)
  if (isLeft(sized)) return left(atPath(path)(sized.left))
  const checked = checkTruncatedNormal('truncatedNormal', mean, std, low, high)
  if (isLeft(checked)) return left(atPath(path)(checked.left))
  const { value: key, tape: next } = takeKey(tape)
  return record(next, truncatedNormalPrimitive, [], { shape: sized.right, key, mean, std, low, high })
}
