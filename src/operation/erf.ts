import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'
import { scalar } from './cotangent'
import { NONE } from './operand'
import { unaryRule } from './rules'

export const erfPrimitive: Primitive<object> = {
  name: 'erf',
  saves: 'inputs',
  rule: unaryRule('erf', 'float32'),
  run: (kernels, [x]) => kernels.erf(x!),
  derivative: (operations, upstream, at) => [
    () => {
      const bell = operations.exp(operations.neg(operations.square(at.input(0))))
      return operations.mul(upstream, operations.mul(bell, scalar(operations, 2 / Math.sqrt(Math.PI))))
    }
  ]
}

/**
 * The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x, element by element; of float32.
 *
 * Derivative: g 2 / sqrt(pi) exp(-x^2). Saved: x. Errors: DtypeError for int32 and bool.
 * Source: NIST Digital Library of Mathematical Functions, 7.2.1.
 * @example
 * import { andThen, constant, defaultKernels, erf, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [0, 1]), andThen(erf)))) // => [0, 0.842701]
 */
export const erf = (tape: Tape, x: Variable): Result<Traced<Variable>> => record(tape, erfPrimitive, [x], NONE)
