import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'
import { NONE } from './operand'
import { unaryRule } from './rules'

export const absPrimitive: Primitive<object> = {
  name: 'abs',
  saves: 'inputs',
  rule: unaryRule('abs', 'numbers'),
  run: (kernels, [x]) => kernels.abs(x!),
  derivative: (operations, upstream, at) => [() => operations.mul(upstream, operations.sign(at.input(0)))]
}

/**
 * y = |x|, element by element; of float32 or int32.
 *
 * Derivative: g sign(x), 0 at 0. Saved: inputs. Errors: DtypeError for bool.
 * @example
 * import { andThen, constant, defaultKernels, abs, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [3, -4]), andThen(abs)))) // => [3, 4]
 */
export const abs = (tape: Tape, x: Variable): Result<Traced<Variable>> => record(tape, absPrimitive, [x], NONE)
