import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import { noDerivative, type Primitive } from '../tape/primitive'
import type { Tape, Traced } from '../tape/tape'
import { type Operand, recordBinary } from './operand'
import { binaryRule } from './rules'

export const notEqualPrimitive: Primitive<object> = {
  name: 'notEqual',
  saves: 'none',
  rule: binaryRule('notEqual', 'all', 'bool'),
  run: (kernels, [x, y]) => kernels.notEqual(x!, y!),
  derivative: noDerivative
}

/**
 * Whether x != y, element by element, as bool; shapes broadcast, a number counts as a scalar. True where one is NaN.
 *
 * No gradient flows through it. Errors: BroadcastError, DtypeError for two dtypes.
 * @example
 * import { constant, defaultKernels, notEqual, show, startTape, trace } from 'gradfold'
 * const z = trace(startTape(defaultKernels()), function* (run) {
 *   return yield* run(notEqual, yield* run(constant, [1, 2]), 2)
 * })
 * console.log(show(z)) // => [true, false]
 */
export const notEqual = (tape: Tape, x: Operand, y: Operand): Result<Traced<Variable>> =>
  recordBinary(tape, notEqualPrimitive, x, y)
