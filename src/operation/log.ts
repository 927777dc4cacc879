import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'
import { NONE } from './operand'
import { unaryRule } from './rules'

export const logPrimitive: Primitive<object> = {
  name: 'log',
  saves: 'inputs',
  rule: unaryRule('log', 'float32'),
  run: (kernels, [x]) => kernels.log(x!),
  derivative: (operations, upstream, at) => [() => operations.div(upstream, at.input(0))]
}

/**
 * y = ln(x); -Infinity at 0, NaN below, element by element; of float32.
 *
 * Derivative: g / x. Saved: inputs. Errors: DtypeError for int32 and bool.
 * @example
 * import { andThen, constant, defaultKernels, log, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [1, 10]), andThen(log)))) // => [0, 2.30259]
 */
export const log = (tape: Tape, x: Variable): Result<Traced<Variable>> => record(tape, logPrimitive, [x], NONE)
