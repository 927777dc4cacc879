import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { atPath } from '../error/tensorError'
import { sizeOf } from '../kernels/shape'
import type { Shape } from '../kernels/tensor'
import { checkNormal, drawNormal } from '../random/drawNormal'
import type { RandomKey } from '../random/key'
import type { Variable } from '../tape/variable'
import { checkShape } from '../tape/input'
import { noDerivative, type Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import { contextOf, takeKey, type Tape, type Traced } from '../tape/tape'

interface NormalAttributes {
  readonly shape: Shape
  readonly key: RandomKey
  readonly mean: number
  readonly std: number
}

export const normalPrimitive: Primitive<NormalAttributes> = {
  name: 'normal',
  saves: 'none',
  rule: (_, { shape }) => right({ shape, dtype: 'float32' }),
  run: (kernels, _, { shape, key, mean, std }) =>
    kernels.upload(shape, 'float32', () => drawNormal(key, sizeOf(shape), mean, std)),
  derivative: noDerivative
}

/**
 * Numbers drawn from the normal distribution, by default with mean 0 and standard deviation 1. float32; the same numbers from the same tape on every kernel set.
 *
 * No gradient flows into it. Errors: InvalidShape, InvalidArgument.
 * @example
 * import { normal, read, startTape, wasmKernels } from 'gradfold'
 * import { chain } from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * pipe(normal(startTape(wasmKernels(), { seed: 7 }), [2, 3]), chain(({ value }) => read(value)))
 */
export const normal = (
  tape: Tape,
  shape: Shape,
  { mean = 0, std = 1 }: { readonly mean?: number; readonly std?: number } = {}
): Result<Traced<Variable>> => {
  const { path } = contextOf(tape)
  const sized = checkShape('normal', shape)
  if (isLeft(sized)) return left(atPath(path)(sized.left))
  const checked = checkNormal('normal', mean, std)
  if (isLeft(checked)) return left(atPath(path)(checked.left))
  const { value: key, tape: next } = takeKey(tape)
  return record(next, normalPrimitive, [], { shape: sized.right, key, mean, std })
}
