import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import type { Tape, Traced } from '../tape/tape'
import { sumTo } from './cotangent'
import { type Operand, recordBinary } from './operand'
import { binaryRule } from './rules'
import { winnerShare } from './winnerShare'

export const maximumPrimitive: Primitive<object> = {
  name: 'maximum',
  saves: 'inputs',
  rule: binaryRule('maximum', 'numbers'),
  run: (kernels, [x, y]) => kernels.maximum(x!, y!),
  derivative: (operations, upstream, at) => [
    () => {
      const share = winnerShare(operations, upstream, operations.less(at.input(0), at.input(1)), at)
      return sumTo(operations, share, at.shape(0))
    },
    () => {
      const share = winnerShare(operations, upstream, operations.less(at.input(1), at.input(0)), at)
      return sumTo(operations, share, at.shape(1))
    }
  ]
}

/**
 * z = the larger of x and y; NaN where one is; shapes broadcast as in NumPy, a number counts as a scalar. Both of one dtype, float32 or int32.
 *
 * Derivative: g to the larger; half to each where they are equal, as in PyTorch, summed over broadcast axes. Saved: inputs.
 * Errors: BroadcastError, DtypeError (nothing is converted silently).
 * @example
 * import { constant, defaultKernels, maximum, show, startTape, trace } from 'gradfold'
 * const z = trace(startTape(defaultKernels()), function* (run) {
 *   return yield* run(maximum, yield* run(constant, [1, 20]), 10)
 * })
 * console.log(show(z)) // => [10, 20]
 */
export const maximum = (tape: Tape, x: Operand, y: Operand): Result<Traced<Variable>> =>
  recordBinary(tape, maximumPrimitive, x, y)
