import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import type { Tape, Traced } from '../tape/tape'
import { sumTo } from './cotangent'
import { type Operand, recordBinary } from './operand'
import { binaryRule } from './rules'

export const divPrimitive: Primitive<object> = {
  name: 'div',
  saves: 'inputs and output',
  rule: binaryRule('div', 'float32'),
  run: (kernels, [x, y]) => kernels.div(x!, y!),
  derivative: (operations, upstream, at) => [
    () => sumTo(operations, operations.div(upstream, at.input(1)), at.shape(0)),
    () => {
      const slope = operations.div(operations.mul(upstream, at.output()), at.input(1))
      return operations.neg(sumTo(operations, slope, at.shape(1)))
    }
  ]
}

/**
 * z = x / y; by 0 infinite or NaN; shapes broadcast as in NumPy, a number counts as a scalar. Both of one dtype, float32.
 *
 * Derivative: g / y to x, -g (x / y) / y to y, summed over broadcast axes. Saved: inputs and output.
 * Errors: BroadcastError, DtypeError (nothing is converted silently).
 * @example
 * import { constant, defaultKernels, div, show, startTape, trace } from 'gradfold'
 * const z = trace(startTape(defaultKernels()), function* (run) {
 *   return yield* run(div, yield* run(constant, [1, 2]), 10)
 * })
 * console.log(show(z)) // => [0.1, 0.2]
 */
export const div = (tape: Tape, x: Operand, y: Operand): Result<Traced<Variable>> =>
  recordBinary(tape, divPrimitive, x, y)
