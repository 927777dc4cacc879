import type { Result } from '../../error/result'
import type { Readable } from '../../tape/read'
import { type Average, precisionRatio } from './average'
import { type AverageSettings, ratioOf } from './ratioOf'

/**
 * Of the examples that were predicted as a class, the share that is of it: true positives / all predicted.
 * Scores `[n, classes]`, of which the largest names the class, or `[n]`, class 1 above the threshold; labels
 * `[n]`. A class of which there is nothing to divide by has 0, as in scikit-learn. For a whole dataset in batches use
 * `classification`: the mean of the batches' numbers is another.
 *
 * Errors: ShapeMismatch, InvalidShape for an empty batch, IndexOutOfBounds for a label that is no class, InvalidArgument
 * for average 'binary' of more than two classes and for threshold, Released.
 * @example
 * import { constant, precision, lift, show, startTape, trace, wasmKernels } from 'gradfold'
 * const program = trace(startTape(wasmKernels()), function* (run) {
 *   const scores = yield* run(constant, [0.9, 0.8, 0.7, 0.1])
 *   const labels = yield* run(constant, [1, 1, 0, 1], { dtype: 'int32' })
 *   return yield* run((tape) => lift(tape, precision(scores, labels)))
 * })
 * if (program._tag === 'Right') console.log(program.right.value.toFixed(3)) // => 0.667
 */
export function precision(
  scores: Readable,
  labels: Readable,
  settings: AverageSettings & { readonly average: 'none' }
): Result<ReadonlyArray<number>>
export function precision(
  scores: Readable,
  labels: Readable,
  settings?: AverageSettings & { readonly average?: Exclude<Average, 'none'> }
): Result<number>
export function precision(
  scores: Readable,
  labels: Readable,
  settings: AverageSettings = {}
): Result<number | ReadonlyArray<number>> {
  return ratioOf('precision', precisionRatio, scores, labels, settings)
}
