import type { Result } from '../error/result'
import { mul } from '../operation/mul'
import { sigmoid } from '../operation/sigmoid'
import type { Tape, Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'
import { floatFunction } from './floatFunction'

/**
 * x / (1 + exp(-x)), also called swish, element by element; of float32.
 *
 * Derivative: g s (1 + x (1 - s)) with s = sigmoid(x). Errors: DtypeError.
 * Source: Elfwing, Uchibe, Doya, "Sigmoid-weighted linear units for neural network function approximation", 2018.
 * @example
 * import { andThen, constant, defaultKernels, show, silu, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [1, -1]), andThen(silu)))) // => [0.731059, -0.268941]
 */
export const silu = (tape: Tape, x: Variable): Result<Traced<Variable>> =>
  floatFunction(tape, 'silu', x, function* (run) {
    return yield* run(mul, x, yield* run(sigmoid, x))
  })
