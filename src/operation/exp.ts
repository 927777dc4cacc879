import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'
import { NONE } from './operand'
import { unaryRule } from './rules'

export const expPrimitive: Primitive<object> = {
  name: 'exp',
  saves: 'output',
  rule: unaryRule('exp', 'float32'),
  run: (kernels, [x]) => kernels.exp(x!),
  derivative: (operations, upstream, at) => [() => operations.mul(upstream, at.output())]
}

/**
 * y = exp(x), element by element; of float32.
 *
 * Derivative: g y. Saved: output. Errors: DtypeError for int32 and bool.
 * @example
 * import { andThen, constant, defaultKernels, exp, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [0, 1]), andThen(exp)))) // => [1, 2.71828]
 */
export const exp = (tape: Tape, x: Variable): Result<Traced<Variable>> => record(tape, expPrimitive, [x], NONE)
