import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { atPath } from '../error/tensorError'
import { drawPermutation } from '../random/drawPermutation'
import type { RandomKey } from '../random/key'
import type { Variable } from '../tape/variable'
import { checkShape } from '../tape/input'
import { noDerivative, type Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import { contextOf, takeKey, type Tape, type Traced } from '../tape/tape'

export const permutationPrimitive: Primitive<{ readonly size: number; readonly key: RandomKey }> = {
  name: 'permutation',
  saves: 'none',
  rule: (_, { size }) => right({ shape: [size], dtype: 'int32' }),
  run: (kernels, _, { size, key }) => kernels.upload([size], 'int32', () => drawPermutation(key, size)),
  derivative: noDerivative
}

/**
 * The numbers from 0 to size - 1 in random order, int32; the same order from the same tape on every kernel set. Shuffle
 * rows with `gather`.
 *
 * Errors: InvalidShape.
 * @example
 * import { permutation, read, startTape, wasmKernels } from 'gradfold'
 * import { chain } from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * pipe(permutation(startTape(wasmKernels(), { seed: 7 }), 5), chain(({ value }) => read(value)))
 */
export const permutation = (tape: Tape, size: number): Result<Traced<Variable>> => {
  const sized = checkShape('permutation', [size])
  if (isLeft(sized)) return left(atPath(contextOf(tape).path)(sized.left))
  const { value: key, tape: next } = takeKey(tape)
  return record(next, permutationPrimitive, [], { size, key })
}
