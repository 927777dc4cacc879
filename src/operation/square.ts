import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'
import { scalar } from './cotangent'
import { NONE } from './operand'
import { unaryRule } from './rules'

export const squarePrimitive: Primitive<object> = {
  name: 'square',
  saves: 'inputs',
  rule: unaryRule('square', 'numbers'),
  run: (kernels, [x]) => kernels.square(x!),
  derivative: (operations, upstream, at) => [
    () => operations.mul(upstream, operations.mul(at.input(0), scalar(operations, 2)))
  ]
}

/**
 * y = x^2, element by element; of float32 or int32.
 *
 * Derivative: 2 g x. Saved: inputs. Errors: DtypeError for bool.
 * @example
 * import { andThen, constant, defaultKernels, square, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [3, -4]), andThen(square)))) // => [9, 16]
 */
export const square = (tape: Tape, x: Variable): Result<Traced<Variable>> => record(tape, squarePrimitive, [x], NONE)
