import type { Result } from '../../error/result'
import type { Readable } from '../../tape/read'
import { readingOf } from './metric'
import { rankingBy, rocAucOf } from './ranking'

/**
 * The area under the ROC curve, exactly: the probability that an example of the class has a larger score than one that
 * is not, equal scores counting half (Mann-Whitney). Scores `[n]` for class 1 of two; or `[n, classes]`, each class
 * against all others, and the mean of these. Labels `[n]`. For a whole dataset in batches use `ranking`.
 *
 * Errors: InvalidArgument for labels of one class alone and for a score NaN; ShapeMismatch, InvalidShape for an empty
 * batch, IndexOutOfBounds for a label that is no class, Released.
 *
 * Hanley and McNeil (1982), "The meaning and use of the area under a receiver operating characteristic (ROC) curve",
 * Radiology 143, 29-36.
 * @example
 * import { constant, lift, rocAuc, startTape, trace, wasmKernels } from 'gradfold'
 * const program = trace(startTape(wasmKernels()), function* (run) {
 *   const scores = yield* run(constant, [0.9, 0.6, 0.7, 0.1])
 *   const labels = yield* run(constant, [1, 1, 0, 0], { dtype: 'int32' })
 *   return yield* run((tape) => lift(tape, rocAuc(scores, labels)))
 * })
 * if (program._tag === 'Right') console.log(program.right.value) // => 0.75
 */
export const rocAuc = (scores: Readable, labels: Readable): Result<number> =>
  readingOf(rankingBy('rocAuc', rocAucOf), scores, labels)
