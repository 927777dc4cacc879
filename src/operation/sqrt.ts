import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'
import { scalar } from './cotangent'
import { NONE } from './operand'
import { unaryRule } from './rules'

export const sqrtPrimitive: Primitive<object> = {
  name: 'sqrt',
  saves: 'output',
  rule: unaryRule('sqrt', 'float32'),
  run: (kernels, [x]) => kernels.sqrt(x!),
  derivative: (operations, upstream, at) => [
    () => operations.div(operations.mul(upstream, scalar(operations, 0.5)), at.output())
  ]
}

/**
 * y = the square root of x; NaN below 0, element by element; of float32.
 *
 * Derivative: g / (2 y), infinite at 0. Saved: output. Errors: DtypeError for int32 and bool.
 * @example
 * import { andThen, constant, defaultKernels, sqrt, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [4, 9]), andThen(sqrt)))) // => [2, 3]
 */
export const sqrt = (tape: Tape, x: Variable): Result<Traced<Variable>> => record(tape, sqrtPrimitive, [x], NONE)
