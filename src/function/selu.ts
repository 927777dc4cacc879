import type { Result } from '../error/result'
import type { Tape, Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'
import { exponentialLinear } from './elu'

/** The factors for which mean 0 and variance 1 are a fixed point from layer to layer, to the digits of the paper. */
const scale = 1.0507009873554804934193349852946
const alpha = 1.6732632423543772848170429916717

/**
 * scale x where x > 0, else scale alpha (exp(x) - 1), with scale 1.0507 and alpha 1.67326, for which layers drawn with
 * lecunNormal keep mean 0 and variance 1; element by element; of float32.
 *
 * Derivative: scale g where x > 0, else g scale alpha exp(x). Errors: DtypeError.
 * Source: Klambauer, Unterthiner, Mayr, Hochreiter, "Self-normalizing neural networks", 2017.
 * @example
 * import { andThen, constant, defaultKernels, selu, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [1, -1e4]), andThen(selu)))) // => [1.0507, -1.7581]
 */
export const selu = (tape: Tape, x: Variable): Result<Traced<Variable>> =>
  exponentialLinear(tape, 'selu', x, { above: scale, below: scale * alpha })
