import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import type { Tape, Traced } from '../tape/tape'
import { sumTo } from './cotangent'
import { type Operand, recordBinary } from './operand'
import { binaryRule } from './rules'

export const mulPrimitive: Primitive<object> = {
  name: 'mul',
  saves: 'inputs',
  rule: binaryRule('mul', 'numbers'),
  run: (kernels, [x, y]) => kernels.mul(x!, y!),
  derivative: (operations, upstream, at) => [
    () => sumTo(operations, operations.mul(upstream, at.input(1)), at.shape(0)),
    () => sumTo(operations, operations.mul(upstream, at.input(0)), at.shape(1))
  ]
}

/**
 * z = x y; shapes broadcast as in NumPy, a number counts as a scalar. Both of one dtype, float32 or int32.
 *
 * Derivative: g y to x, g x to y, summed over broadcast axes. Saved: inputs.
 * Errors: BroadcastError, DtypeError (nothing is converted silently).
 * @example
 * import { constant, defaultKernels, mul, show, startTape, trace } from 'gradfold'
 * const z = trace(startTape(defaultKernels()), function* (run) {
 *   return yield* run(mul, yield* run(constant, [1, 2]), 10)
 * })
 * console.log(show(z)) // => [10, 20]
 */
export const mul = (tape: Tape, x: Operand, y: Operand): Result<Traced<Variable>> =>
  recordBinary(tape, mulPrimitive, x, y)
