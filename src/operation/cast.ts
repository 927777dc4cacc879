import { right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import type { Dtype } from '../kernels/tensor'
import type { Variable } from '../tape/variable'
import { type Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'

export const castPrimitive: Primitive<{ readonly dtype: Dtype }> = {
  name: 'cast',
  saves: 'none',
  rule: ([x], { dtype }) => right({ shape: x!.shape, dtype }),
  run: (kernels, [x], { dtype }) => kernels.cast(x!, dtype),
  derivative: (_, upstream) => [() => upstream]
}

/**
 * The same numbers in another dtype: to int32 they are truncated towards zero (modulo 2^32), to bool they are `x != 0`.
 *
 * Derivative: g from float32 to float32; through int32 and bool flows none.
 * @example
 * import { andThen, cast, constant, defaultKernels, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * const x = constant(startTape(defaultKernels()), [1.5, -2.5])
 * console.log(show(pipe(x, andThen((tape, y) => cast(tape, y, 'int32'))))) // => [1, -2]
 */
export const cast = (tape: Tape, x: Variable, dtype: Dtype): Result<Traced<Variable>> =>
  record(tape, castPrimitive, [x], { dtype })
