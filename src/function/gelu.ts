import type { Result } from '../error/result'
import { add } from '../operation/add'
import { erf } from '../operation/erf'
import { mul } from '../operation/mul'
import type { Tape, Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'
import { floatFunction } from './floatFunction'

/**
 * x times the chance that a normal number is below x, x (1 + erf(x / sqrt(2))) / 2, element by element; of float32.
 *
 * Derivative: g (1 + erf(x / sqrt(2))) / 2 + g x exp(-x^2 / 2) / sqrt(2 pi). Errors: DtypeError.
 * Source: Hendrycks, Gimpel, "Gaussian error linear units (GELUs)", 2016.
 * @example
 * import { andThen, constant, defaultKernels, gelu, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [1, -1]), andThen(gelu)))) // => [0.841345, -0.158655]
 */
export const gelu = (tape: Tape, x: Variable): Result<Traced<Variable>> =>
  floatFunction(tape, 'gelu', x, function* (run) {
    const curve = yield* run(erf, yield* run(mul, x, Math.SQRT1_2))
    return yield* run(mul, x, yield* run(mul, yield* run(add, curve, 1), 0.5))
  })
