import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import { noDerivative, type Primitive } from '../tape/primitive'
import type { Tape, Traced } from '../tape/tape'
import { type Operand, recordBinary } from './operand'
import { binaryRule } from './rules'

export const lessEqualPrimitive: Primitive<object> = {
  name: 'lessEqual',
  saves: 'none',
  rule: binaryRule('lessEqual', 'numbers', 'bool'),
  run: (kernels, [x, y]) => kernels.lessEqual(x!, y!),
  derivative: noDerivative
}

/**
 * Whether x <= y, element by element, as bool; shapes broadcast, a number counts as a scalar. False where one is NaN.
 *
 * No gradient flows through it. Errors: BroadcastError, DtypeError for two dtypes and for bool.
 * @example
 * import { constant, defaultKernels, lessEqual, show, startTape, trace } from 'gradfold'
 * const z = trace(startTape(defaultKernels()), function* (run) {
 *   return yield* run(lessEqual, yield* run(constant, [1, 2]), 2)
 * })
 * console.log(show(z)) // => [true, true]
 */
export const lessEqual = (tape: Tape, x: Operand, y: Operand): Result<Traced<Variable>> =>
  recordBinary(tape, lessEqualPrimitive, x, y)
