import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'
import { NONE } from './operand'
import { unaryRule } from './rules'

export const signPrimitive: Primitive<object> = {
  name: 'sign',
  saves: 'none',
  rule: unaryRule('sign', 'numbers'),
  run: (kernels, [x]) => kernels.sign(x!),
  derivative: (operations, _, at) => [() => operations.fill(at.shape(0), 0, 'float32')]
}

/**
 * y = -1, 0 or 1; NaN of NaN, element by element; of float32 or int32.
 *
 * Derivative: 0 everywhere. Saved: none. Errors: DtypeError for bool.
 * @example
 * import { andThen, constant, defaultKernels, sign, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [3, 0, -4]), andThen(sign)))) // => [1, 0, -1]
 */
export const sign = (tape: Tape, x: Variable): Result<Traced<Variable>> => record(tape, signPrimitive, [x], NONE)
