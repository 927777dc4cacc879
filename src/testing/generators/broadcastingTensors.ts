import type fc from 'fast-check'
import type { Dtype, HostTensor } from '../../kernels/tensor'
import { broadcastingShapes } from './broadcastingShapes'
import type { ShapeLimits } from './shapes'
import { type TensorKind, tensorsOf } from './tensors'

/** Settings of broadcastingTensors. */
export interface BroadcastingTensorsSettings {
  /** Limits of each shape, and of the one that they broadcast to; those of `shapes` by default. */
  readonly limits?: ShapeLimits
  /** float32 by default. */
  readonly dtype?: Dtype
  /** plain by default: no number is in two of the tensors, either. */
  readonly kind?: TensorKind
}

/**
 * This many tensors, two by default, whose shapes broadcast together, all of one dtype and kind.
 * @example
 * import fc from 'fast-check'
 * import { isRight } from 'fp-ts/Either'
 * import { constant, mul, referenceKernels, scope, startTape, trace, traverse } from 'gradfold'
 * import { broadcastingTensors } from 'gradfold/testing'
 * const tape = startTape(referenceKernels())
 * fc.assert(
 *   fc.property(broadcastingTensors(2), (inputs) =>
 *     isRight(
 *       scope(tape, (inner) =>
 *         trace(inner, function* (run) {
 *           const [x = 1, y = 1] = yield* run((at) => traverse(at, inputs, (next, input) => constant(next, input)))
 *           return yield* run(mul, x, y)
 *         })
 *       )
 *     )
 *   )
 * )
 */
export const broadcastingTensors = (
  count = 2,
  { limits = {}, dtype = 'float32', kind = 'plain' }: BroadcastingTensorsSettings = {}
): fc.Arbitrary<ReadonlyArray<HostTensor>> => tensorsOf(broadcastingShapes(count, limits), dtype, kind)
