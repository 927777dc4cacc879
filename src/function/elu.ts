import type { Result } from '../error/result'
import { expm1 } from '../operation/expm1'
import { greater } from '../operation/greater'
import { mul } from '../operation/mul'
import { select } from '../operation/select'
import type { Tape, Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'
import { type Argument, floatFunction } from './floatFunction'

/** Settings of elu. */
export interface EluSettings {
  /** What x goes down to, as -alpha; 1 by default. */
  readonly alpha?: number
}

/**
 * x where x > 0, else alpha (exp(x) - 1), element by element; of float32.
 *
 * Derivative: g where x > 0, else g alpha exp(x). Errors: DtypeError, InvalidArgument.
 * Source: Clevert, Unterthiner, Hochreiter, "Fast and accurate deep network learning by exponential linear units", 2016.
 * @example
 * import { andThen, constant, defaultKernels, elu, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [3, -1e4]), andThen(elu)))) // => [3, -1]
 */
export const elu = (tape: Tape, x: Variable, { alpha = 1 }: EluSettings = {}): Result<Traced<Variable>> =>
  exponentialLinear(tape, 'elu', x, { below: alpha }, { name: 'alpha', value: alpha })

/** above x where x > 0, else below (exp(x / width) - 1): elu and its relatives; factors of 1 by default. */
export const exponentialLinear = (
  tape: Tape,
  operation: string,
  x: Variable,
  { above = 1, below = 1, width = 1 }: { readonly above?: number; readonly below?: number; readonly width?: number },
  ...given: ReadonlyArray<Argument>
): Result<Traced<Variable>> =>
  floatFunction(
    tape,
    operation,
    x,
    function* (run) {
      const positive = yield* run(greater, x, 0)
      // Of 0 where it is not taken: an exponential that overflows has an infinite slope, which 0 times is NaN.
      const negative = yield* run(select, positive, 0, x)
      const curve = yield* run(expm1, width === 1 ? negative : yield* run(mul, negative, 1 / width))
      const left = below === 1 ? curve : yield* run(mul, curve, below)
      return yield* run(select, positive, above === 1 ? x : yield* run(mul, x, above), left)
    },
    ...given
  )
