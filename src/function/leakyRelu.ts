import type { Result } from '../error/result'
import { greater } from '../operation/greater'
import { mul } from '../operation/mul'
import type { Operand } from '../operation/operand'
import { select } from '../operation/select'
import type { Tape, Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'
import { type Argument, floatFunction } from './floatFunction'

/** Settings of leakyRelu. */
export interface LeakyReluSettings {
  /** What numbers below 0 are multiplied by; 0.01 by default. */
  readonly slope?: number
}

/**
 * x where x > 0, else slope x, element by element; of float32.
 *
 * Derivative: g where x > 0, else slope g (so at 0 too, as in PyTorch). Errors: DtypeError, InvalidArgument.
 * Source: Maas, Hannun, Ng, "Rectifier nonlinearities improve neural network acoustic models", 2013.
 * @example
 * import { andThen, constant, defaultKernels, leakyRelu, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * const x = constant(startTape(defaultKernels()), [3, -4])
 * console.log(show(pipe(x, andThen((tape, y) => leakyRelu(tape, y, { slope: 0.5 }))))) // => [3, -2]
 */
export const leakyRelu = (
  tape: Tape,
  x: Variable,
  { slope = 0.01 }: LeakyReluSettings = {}
): Result<Traced<Variable>> => withSlope(tape, 'leakyRelu', x, slope, { name: 'slope', value: slope })

/** x where x > 0, else slope x; a slope that is a variable broadcasts, and has a gradient where it counts. */
export const withSlope = (
  tape: Tape,
  operation: string,
  x: Variable,
  slope: Operand,
  ...given: ReadonlyArray<Argument>
): Result<Traced<Variable>> =>
  floatFunction(
    tape,
    operation,
    x,
    function* (run) {
      // A factor for both sides: nothing has to be kept out of the side that is not taken.
      return yield* run(mul, x, yield* run(select, yield* run(greater, x, 0), 1, slope))
    },
    ...given
  )
