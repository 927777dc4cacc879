import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'
import { NONE } from './operand'
import { unaryRule } from './rules'

export const sigmoidPrimitive: Primitive<object> = {
  name: 'sigmoid',
  saves: 'output',
  rule: unaryRule('sigmoid', 'float32'),
  run: (kernels, [x]) => kernels.sigmoid(x!),
  derivative: (operations, upstream, at) => [
    () => {
      const gy = operations.mul(upstream, at.output())
      return operations.sub(gy, operations.mul(gy, at.output()))
    }
  ]
}

/**
 * y = 1 / (1 + exp(-x)), element by element; of float32.
 *
 * Derivative: g y (1 - y). Saved: output. Errors: DtypeError for int32 and bool.
 * @example
 * import { andThen, constant, defaultKernels, sigmoid, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [0, 2]), andThen(sigmoid)))) // => [0.5, 0.880797]
 */
export const sigmoid = (tape: Tape, x: Variable): Result<Traced<Variable>> => record(tape, sigmoidPrimitive, [x], NONE)
