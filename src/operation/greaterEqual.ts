import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import { noDerivative, type Primitive } from '../tape/primitive'
import type { Tape, Traced } from '../tape/tape'
import { type Operand, recordBinary } from './operand'
import { binaryRule } from './rules'

export const greaterEqualPrimitive: Primitive<object> = {
  name: 'greaterEqual',
  saves: 'none',
  rule: binaryRule('greaterEqual', 'numbers', 'bool'),
  run: (kernels, [x, y]) => kernels.greaterEqual(x!, y!),
  derivative: noDerivative
}

/**
 * Whether x >= y, element by element, as bool; shapes broadcast, a number counts as a scalar. False where one is NaN.
 *
 * No gradient flows through it. Errors: BroadcastError, DtypeError for two dtypes and for bool.
 * @example
 * import { constant, defaultKernels, greaterEqual, show, startTape, trace } from 'gradfold'
 * const z = trace(startTape(defaultKernels()), function* (run) {
 *   return yield* run(greaterEqual, yield* run(constant, [1, 2]), 2)
 * })
 * console.log(show(z)) // => [false, true]
 */
export const greaterEqual = (tape: Tape, x: Operand, y: Operand): Result<Traced<Variable>> =>
  recordBinary(tape, greaterEqualPrimitive, x, y)
