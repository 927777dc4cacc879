import type { Result } from '../error/result'
import { add } from '../operation/add'
import { greaterEqual } from '../operation/greaterEqual'
import { mul } from '../operation/mul'
import { relu } from '../operation/relu'
import { select } from '../operation/select'
import type { Tape, Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'
import { floatFunction } from './floatFunction'

/**
 * 0 up to -3, 1 from 3 on, (x + 3) / 6 between, element by element; of float32.
 *
 * Derivative: g / 6 between, else 0 (at -3 and 3 too, as in PyTorch). Errors: DtypeError.
 * Source: Howard et al., "Searching for MobileNetV3", 2019.
 * @example
 * import { andThen, constant, defaultKernels, hardSigmoid, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [-4, 0, 4]), andThen(hardSigmoid)))) // => [0, 0.5, 1]
 */
export const hardSigmoid = (tape: Tape, x: Variable): Result<Traced<Variable>> =>
  floatFunction(tape, 'hardSigmoid', x, function* (run) {
    // Not minimum, which hands half of the gradient on where both are equal; NaN is not >= 6, and passes.
    const above = yield* run(relu, yield* run(add, x, 3))
    return yield* run(select, yield* run(greaterEqual, above, 6), 1, yield* run(mul, above, 1 / 6))
  })
