import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import type { Tape, Traced } from '../tape/tape'
import { sumTo } from './cotangent'
import { type Operand, recordBinary } from './operand'
import { binaryRule } from './rules'

export const subPrimitive: Primitive<object> = {
  name: 'sub',
  saves: 'none',
  rule: binaryRule('sub', 'numbers'),
  run: (kernels, [x, y]) => kernels.sub(x!, y!),
  derivative: (operations, upstream, at) => [
    () => sumTo(operations, upstream, at.shape(0)),
    () => operations.neg(sumTo(operations, upstream, at.shape(1)))
  ]
}

/**
 * z = x - y; shapes broadcast as in NumPy, a number counts as a scalar. Both of one dtype, float32 or int32.
 *
 * Derivative: g to x, -g to y, summed over broadcast axes. Saved: none.
 * Errors: BroadcastError, DtypeError (nothing is converted silently).
 * @example
 * import { constant, defaultKernels, sub, show, startTape, trace } from 'gradfold'
 * const z = trace(startTape(defaultKernels()), function* (run) {
 *   return yield* run(sub, yield* run(constant, [1, 2]), 10)
 * })
 * console.log(show(z)) // => [-9, -8]
 */
export const sub = (tape: Tape, x: Operand, y: Operand): Result<Traced<Variable>> =>
  recordBinary(tape, subPrimitive, x, y)
