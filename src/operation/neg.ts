import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'
import { NONE } from './operand'
import { unaryRule } from './rules'

export const negPrimitive: Primitive<object> = {
  name: 'neg',
  saves: 'none',
  rule: unaryRule('neg', 'numbers'),
  run: (kernels, [x]) => kernels.neg(x!),
  derivative: (operations, upstream) => [() => operations.neg(upstream)]
}

/**
 * y = -x, element by element; of float32 or int32.
 *
 * Derivative: -g. Saved: none. Errors: DtypeError for bool.
 * @example
 * import { andThen, constant, defaultKernels, neg, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [1, -2]), andThen(neg)))) // => [-1, 2]
 */
export const neg = (tape: Tape, x: Variable): Result<Traced<Variable>> => record(tape, negPrimitive, [x], NONE)
