import type { Result } from '../error/result'
import { add } from '../operation/add'
import { mul } from '../operation/mul'
import { sigmoid } from '../operation/sigmoid'
import { square } from '../operation/square'
import type { Tape, Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'
import { floatFunction } from './floatFunction'

/**
 * An approximation of gelu, to 5e-4: x (1 + tanh(u)) / 2 with u = sqrt(2 / pi) (x + 0.044715 x^3), computed as
 * x / (1 + exp(-2 u)), element by element; of float32. What GPT-2 was trained with; PyTorch's `gelu(approximate='tanh')`.
 *
 * Errors: DtypeError. Source: Hendrycks, Gimpel, "Gaussian error linear units (GELUs)", 2016.
 * @example
 * import { andThen, constant, defaultKernels, geluTanh, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [1, -1]), andThen(geluTanh)))) // => [0.841192, -0.158808]
 */
export const geluTanh = (tape: Tape, x: Variable): Result<Traced<Variable>> =>
  floatFunction(tape, 'geluTanh', x, function* (run) {
    const bent = yield* run(add, yield* run(mul, yield* run(square, x), 0.044715 * twice), twice)
    return yield* run(mul, x, yield* run(sigmoid, yield* run(mul, x, bent)))
  })

const twice = 2 * Math.sqrt(2 / Math.PI)
