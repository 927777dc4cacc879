import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { atPath } from '../error/tensorError'
import { sizeOf } from '../kernels/shape'
import type { Shape } from '../kernels/tensor'
import { checkUniform, drawUniform } from '../random/drawUniform'
import type { RandomKey } from '../random/key'
import type { Variable } from '../tape/variable'
import { checkShape } from '../tape/input'
import { noDerivative, type Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import { contextOf, takeKey, type Tape, type Traced } from '../tape/tape'

interface UniformAttributes {
  readonly shape: Shape
  readonly key: RandomKey
  readonly low: number
  readonly high: number
}

export const uniformPrimitive: Primitive<UniformAttributes> = {
  name: 'uniform',
  saves: 'none',
  rule: (_, { shape }) => right({ shape, dtype: 'float32' }),
  run: (kernels, _, { shape, key, low, high }) =>
    kernels.upload(shape, 'float32', () => drawUniform(key, sizeOf(shape), low, high)),
  derivative: noDerivative
}

/**
 * Numbers drawn evenly from [low, high), [0, 1) by default. float32; the same numbers from the same tape on every kernel set.
 *
 * No gradient flows into it. Errors: InvalidShape, InvalidArgument.
 * @example
 * import { uniform, read, startTape, wasmKernels } from 'gradfold'
 * import { chain } from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * pipe(uniform(startTape(wasmKernels(), { seed: 7 }), [2, 3]), chain(({ value }) => read(value)))
 */
export const uniform = (
  tape: Tape,
  shape: Shape,
  { low = 0, high = 1 }: { readonly low?: number; readonly high?: number } = {}
): Result<Traced<Variable>> => {
  const { path } = contextOf(tape)
  const sized = checkShape('uniform', shape)
  if (isLeft(sized)) return left(atPath(path)(sized.left))
  const checked = checkUniform('uniform', low, high)
  if (isLeft(checked)) return left(atPath(path)(checked.left))
  const { value: key, tape: next } = takeKey(tape)
  return record(next, uniformPrimitive, [], { shape: sized.right, key, low, high })
}
