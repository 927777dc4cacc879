import type { Result } from '../error/result'
import { mul } from '../operation/mul'
import { softplus } from '../operation/softplus'
import { tanh } from '../operation/tanh'
import type { Tape, Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'
import { floatFunction } from './floatFunction'

/**
 * x tanh(ln(1 + exp(x))), element by element; of float32.
 *
 * Derivative: g (t + x (1 - t^2) sigmoid(x)) with t = tanh(softplus(x)). Errors: DtypeError.
 * Source: Misra, "Mish: a self regularized non-monotonic activation function", 2019.
 * @example
 * import { andThen, constant, defaultKernels, mish, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [1, -1]), andThen(mish)))) // => [0.865098, -0.303401]
 */
export const mish = (tape: Tape, x: Variable): Result<Traced<Variable>> =>
  floatFunction(tape, 'mish', x, function* (run) {
    return yield* run(mul, x, yield* run(tanh, yield* run(softplus, x)))
  })
