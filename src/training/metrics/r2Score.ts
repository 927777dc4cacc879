import type { Result } from '../../error/result'
import type { Readable } from '../../tape/read'
import { readingOf } from './metric'
import { r2Of, regressionBy } from './regression'

/**
 * The share of the targets' variance that the predictions explain: 1 - sum of squared errors / sum of squared distances
 * from the mean; 1 at best, 0 for the mean itself, and below for worse. Both `[n]` or `[n, ...outputs]`: then the mean
 * over the outputs. Of targets that are all equal it is 1 if they are met exactly, else 0, as in scikit-learn.
 * For a whole dataset in batches use `regression`.
 *
 * Errors: ShapeMismatch for unequal shapes, InvalidShape for fewer than two examples, DimensionError for scalars, Released.
 * @example
 * import { constant, lift, r2Score, startTape, trace, wasmKernels } from 'gradfold'
 * const program = trace(startTape(wasmKernels()), function* (run) {
 *   const predicted = yield* run(constant, [1, 2, 4])
 *   const targets = yield* run(constant, [1, 3, 5])
 *   return yield* run((tape) => lift(tape, r2Score(predicted, targets)))
 * })
 * if (program._tag === 'Right') console.log(program.right.value) // => 0.75
 */
export const r2Score = (predictions: Readable, targets: Readable): Result<number> =>
  readingOf(regressionBy('r2Score', r2Of), predictions, targets)
