import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'
import { NONE } from './operand'
import { unaryRule } from './rules'

export const tanhPrimitive: Primitive<object> = {
  name: 'tanh',
  saves: 'output',
  rule: unaryRule('tanh', 'float32'),
  run: (kernels, [x]) => kernels.tanh(x!),
  derivative: (operations, upstream, at) => [
    () => operations.sub(upstream, operations.mul(upstream, operations.square(at.output())))
  ]
}

/**
 * y = the hyperbolic tangent of x, element by element; of float32.
 *
 * Derivative: g (1 - y^2). Saved: output. Errors: DtypeError for int32 and bool.
 * @example
 * import { andThen, constant, defaultKernels, tanh, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [0, 1]), andThen(tanh)))) // => [0, 0.761594]
 */
export const tanh = (tape: Tape, x: Variable): Result<Traced<Variable>> => record(tape, tanhPrimitive, [x], NONE)
