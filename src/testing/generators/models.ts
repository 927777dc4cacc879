import fc from 'fast-check'
import type { Sequential } from '../../layer/sequential'
import { builtSequential } from './builtLayer'
import { batches, featureCounts, sequentialPlans } from './layerPlan'
import { type LayerExample, layerExample, type LayerLimits } from './layers'

/**
 * Models: sequentials of random depth whose layers fit each other, some with sequentials in them. They shrink to a
 * sequential of one linear layer. What maxParameters has no room for is left out.
 * @example
 * import fc from 'fast-check'
 * import { isRight } from 'fp-ts/Either'
 * import { parameterCount, release, startTape, wasmKernels } from 'gradfold'
 * import { models } from 'gradfold/testing'
 * const tape = startTape(wasmKernels())
 * fc.assert(
 *   fc.property(models({ maxParameters: 20 }), ({ create, parameters }) => {
 *     const model = create(tape)
 *     if (!isRight(model)) return false
 *     const count = parameterCount(model.right.value)
 *     release(model.right.value)
 *     return count === parameters && count <= 20
 *   })
 * )
 */
export const models = ({ maxFeatures = 5, maxDepth = 4, maxParameters = 100 }: LayerLimits = {}): fc.Arbitrary<
  LayerExample<Sequential>
> =>
  fc
    .record({
      plans: sequentialPlans(maxDepth, maxFeatures),
      inFeatures: featureCounts(maxFeatures),
      batch: batches
    })
    .map(({ plans, inFeatures, batch }) =>
      layerExample(builtSequential(plans, inFeatures, maxParameters), inFeatures, batch)
    )
