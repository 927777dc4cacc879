import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import type { Tape, Traced } from '../tape/tape'
import { sumTo } from './cotangent'
import { type Operand, recordBinary } from './operand'
import { binaryRule } from './rules'
import { winnerShare } from './winnerShare'

export const minimumPrimitive: Primitive<object> = {
  name: 'minimum',
  saves: 'inputs',
  rule: binaryRule('minimum', 'numbers'),
  run: (kernels, [x, y]) => kernels.minimum(x!, y!),
  derivative: (operations, upstream, at) => [
    () => {
      const share = winnerShare(operations, upstream, operations.greater(at.input(0), at.input(1)), at)
      return sumTo(operations, share, at.shape(0))
    },
    () => {
      const share = winnerShare(operations, upstream, operations.greater(at.input(1), at.input(0)), at)
      return sumTo(operations, share, at.shape(1))
    }
  ]
}

/**
 * z = the smaller of x and y; NaN where one is; shapes broadcast as in NumPy, a number counts as a scalar. Both of one dtype, float32 or int32.
 *
 * Derivative: g to the smaller; half to each where they are equal, as in PyTorch, summed over broadcast axes. Saved: inputs.
 * Errors: BroadcastError, DtypeError (nothing is converted silently).
 * @example
 * import { constant, defaultKernels, minimum, show, startTape, trace } from 'gradfold'
 * const z = trace(startTape(defaultKernels()), function* (run) {
 *   return yield* run(minimum, yield* run(constant, [1, 20]), 10)
 * })
 * console.log(show(z)) // => [1, 10]
 */
export const minimum = (tape: Tape, x: Operand, y: Operand): Result<Traced<Variable>> =>
  recordBinary(tape, minimumPrimitive, x, y)
