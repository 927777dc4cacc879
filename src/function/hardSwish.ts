import type { Result } from '../error/result'
import { mul } from '../operation/mul'
import type { Tape, Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'
import { floatFunction } from './floatFunction'
import { hardSigmoid } from './hardSigmoid'

/**
 * x hardSigmoid(x): 0 up to -3, x from 3 on, x (x + 3) / 6 between, element by element; of float32.
 *
 * Derivative: 0 up to -3, g from 3 on, g (2 x + 3) / 6 between. Errors: DtypeError.
 * Source: Howard et al., "Searching for MobileNetV3", 2019.
 * @example
 * import { andThen, constant, defaultKernels, hardSwish, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [-4, 1, 4]), andThen(hardSwish)))) // => [0, 0.666667, 4]
 */
export const hardSwish = (tape: Tape, x: Variable): Result<Traced<Variable>> =>
  floatFunction(tape, 'hardSwish', x, function* (run) {
    return yield* run(mul, x, yield* run(hardSigmoid, x))
  })
