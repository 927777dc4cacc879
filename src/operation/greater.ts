import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import { noDerivative, type Primitive } from '../tape/primitive'
import type { Tape, Traced } from '../tape/tape'
import { type Operand, recordBinary } from './operand'
import { binaryRule } from './rules'

export const greaterPrimitive: Primitive<object> = {
  name: 'greater',
  saves: 'none',
  rule: binaryRule('greater', 'numbers', 'bool'),
  run: (kernels, [x, y]) => kernels.greater(x!, y!),
  derivative: noDerivative
}

/**
 * Whether x > y, element by element, as bool; shapes broadcast, a number counts as a scalar. False where one is NaN.
 *
 * No gradient flows through it. Errors: BroadcastError, DtypeError for two dtypes and for bool.
 * @example
 * import { constant, defaultKernels, greater, show, startTape, trace } from 'gradfold'
 * const z = trace(startTape(defaultKernels()), function* (run) {
 *   return yield* run(greater, yield* run(constant, [1, 2]), 2)
 * })
 * console.log(show(z)) // => [false, false]
 */
export const greater = (tape: Tape, x: Operand, y: Operand): Result<Traced<Variable>> =>
  recordBinary(tape, greaterPrimitive, x, y)
