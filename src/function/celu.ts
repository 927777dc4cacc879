import type { Result } from '../error/result'
import type { Tape, Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'
import { exponentialLinear } from './elu'

/** Settings of celu. */
export interface CeluSettings {
  /** What x goes down to, as -alpha, and over which width; above 0, and 1 by default. */
  readonly alpha?: number
}

/**
 * x where x > 0, else alpha (exp(x / alpha) - 1): an elu whose slope has no jump at 0, whatever alpha is; element by element;
 * of float32.
 *
 * Derivative: g where x > 0, else g exp(x / alpha). Errors: DtypeError, InvalidArgument.
 * Source: Barron, "Continuously differentiable exponential linear units", 2017.
 * @example
 * import { andThen, celu, constant, defaultKernels, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * const x = constant(startTape(defaultKernels()), [3, -1e4])
 * console.log(show(pipe(x, andThen((tape, y) => celu(tape, y, { alpha: 2 }))))) // => [3, -2]
 */
export const celu = (tape: Tape, x: Variable, { alpha = 1 }: CeluSettings = {}): Result<Traced<Variable>> =>
  exponentialLinear(tape, 'celu', x, { below: alpha, width: alpha }, { name: 'alpha', value: alpha, kind: 'above 0' })
