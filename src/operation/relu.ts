import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'
import { NONE } from './operand'
import { unaryRule } from './rules'

export const reluPrimitive: Primitive<object> = {
  name: 'relu',
  saves: 'output',
  rule: unaryRule('relu', 'numbers'),
  run: (kernels, [x]) => kernels.relu(x!),
  derivative: (operations, upstream, at) => [() => operations.reluGradient(upstream, at.output())]
}

/**
 * y = max(x, 0); NaN of NaN, element by element; of float32 or int32.
 *
 * Derivative: 0 where x <= 0, else g (so 0 at 0, as in PyTorch; NaN at NaN). Saved: output. Errors: DtypeError for bool.
 * @example
 * import { andThen, constant, defaultKernels, relu, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [3, -4]), andThen(relu)))) // => [3, 0]
 */
export const relu = (tape: Tape, x: Variable): Result<Traced<Variable>> => record(tape, reluPrimitive, [x], NONE)
