import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'
import { NONE } from './operand'
import { unaryRule } from './rules'

export const expm1Primitive: Primitive<object> = {
  name: 'expm1',
  saves: 'inputs',
  rule: unaryRule('expm1', 'float32'),
  run: (kernels, [x]) => kernels.expm1(x!),
  derivative: (operations, upstream, at) => [() => operations.mul(upstream, operations.exp(at.input(0)))]
}

/**
 * y = exp(x) - 1, element by element, with all digits near 0, where a difference from 1 has lost them; of float32.
 *
 * Derivative: g exp(x). Saved: x. Errors: DtypeError for int32 and bool.
 * @example
 * import { andThen, constant, defaultKernels, expm1, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [0, 1]), andThen(expm1)))) // => [0, 1.71828]
 */
export const expm1 = (tape: Tape, x: Variable): Result<Traced<Variable>> => record(tape, expm1Primitive, [x], NONE)
