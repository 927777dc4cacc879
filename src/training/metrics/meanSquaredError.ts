import { right } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import type { Readable } from '../../tape/read'
import { readingOf } from './metric'
import { meanOf, regressionBy } from './regression'

/**
 * The mean of the squared errors over all examples and outputs, in float64 and as a number: to measure with, not to train with. Predictions and
 * targets `[n]` or `[n, ...outputs]`. For a whole dataset in batches use `regression`.
 *
 * Errors: ShapeMismatch for unequal shapes, InvalidShape for none, DimensionError for scalars, Released.
 * @example
 * import { constant, lift, meanSquaredError, startTape, trace, wasmKernels } from 'gradfold'
 * const program = trace(startTape(wasmKernels()), function* (run) {
 *   const predicted = yield* run(constant, [1, 2, 4])
 *   const targets = yield* run(constant, [1, 3, 5])
 *   return yield* run((tape) => lift(tape, meanSquaredError(predicted, targets)))
 * })
 * if (program._tag === 'Right') console.log(program.right.value.toFixed(4)) // => 0.6667
 */
export const meanSquaredError = (predictions: Readable, targets: Readable): Result<number> =>
  readingOf(
    regressionBy('meanSquaredError', (_, state) => right(meanOf(state, state.squared))),
    predictions,
    targets
  )
