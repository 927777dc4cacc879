import type { Result } from '../../error/result'
import type { Readable } from '../../tape/read'
import { readingOf } from './metric'
import { averagePrecisionOf, rankingBy } from './ranking'

/**
 * The area under the precision-recall curve as a sum of steps: precision times the recall gained at each distinct score,
 * without interpolation, as in scikit-learn. Scores and labels, and errors, as in `rocAuc`. For a whole dataset in batches
 * use `ranking`.
 * @example
 * import { averagePrecision, constant, lift, startTape, trace, wasmKernels } from 'gradfold'
 * const program = trace(startTape(wasmKernels()), function* (run) {
 *   const scores = yield* run(constant, [0.9, 0.6, 0.7, 0.1])
 *   const labels = yield* run(constant, [1, 1, 0, 0], { dtype: 'int32' })
 *   return yield* run((tape) => lift(tape, averagePrecision(scores, labels)))
 * })
 * if (program._tag === 'Right') console.log(program.right.value.toFixed(4)) // => 0.8333
 */
export const averagePrecision = (scores: Readable, labels: Readable): Result<number> =>
  readingOf(rankingBy('averagePrecision', averagePrecisionOf), scores, labels)
