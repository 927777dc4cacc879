import fc from 'fast-check'
import type { Shape } from '../../kernels/tensor'
import type { Layer, Maker } from '../../layer/layer'
import { builtLayer } from './builtLayer'
import { type Built, builtActivation } from './builtSimple'
import { batches, featureCounts, sequentialPlans, simplePlans } from './layerPlan'

/** Limits of generated layers and models. */
export interface LayerLimits {
  /** The most features between two layers; 5 by default. */
  readonly maxFeatures?: number
  /** The most layers in a sequential; 4 by default. */
  readonly maxDepth?: number
  /** The most numbers in all parameters together; 100 by default. */
  readonly maxParameters?: number
}

/** A layer that can be made on any tape, and an input that it takes. */
export interface LayerExample<L extends Layer = Layer> {
  /** TypeScript that makes it on `tape`: `linear(tape, 3, 2, { bias: false })`. */
  readonly text: string
  readonly create: Maker<L>
  /** The shape of a float32 input; `[batch, inFeatures]`, but also `[inFeatures]` or `[2, 3, inFeatures]`. */
  readonly input: Shape
  readonly inFeatures: number
  /** The last size of its output, whose others are those of the input. */
  readonly outFeatures: number
  /** How many numbers its parameters hold. */
  readonly parameters: number
}

/**
 * Layers that keep the other axes of their input and draw nothing in forward: linear with and without a bias and with each
 * initialiser, all activations, prelu, layerNorm, rmsNorm, swiglu, one of the user's own (a factor that can be trained), and
 * sequential, residual and parallel of them. They shrink to a linear layer of one feature without a batch.
 * Of a linear layer with too many parameters outputs are left out.
 * @example
 * import fc from 'fast-check'
 * import { isRight } from 'fp-ts/Either'
 * import { forward, normal, scope, startTape, trace, wasmKernels } from 'gradfold'
 * import { layers } from 'gradfold/testing'
 * const tape = startTape(wasmKernels())
 * fc.assert(
 *   fc.property(layers(), ({ create, input }) =>
 *     isRight(
 *       scope(tape, (inner) =>
 *         trace(inner, function* (run) {
 *           return yield* run(forward, yield* run(create), yield* run(normal, input))
 *         })
 *       )
 *     )
 *   )
 * )
 */
export const layers = ({
  maxFeatures = 5,
  maxDepth = 4,
  maxParameters = 100
}: LayerLimits = {}): fc.Arbitrary<LayerExample> =>
  fc
    .record({
      plan: fc.oneof(
        { withCrossShrink: true },
        { weight: 4, arbitrary: simplePlans(maxFeatures) },
        {
          weight: 1,
          arbitrary: sequentialPlans(maxDepth, maxFeatures).map((plans) => ({ kind: 'sequential' as const, plans }))
        }
      ),
      inFeatures: featureCounts(maxFeatures),
      batch: batches
    })
    .map(({ plan, inFeatures, batch }) =>
      layerExample(
        builtLayer(plan, inFeatures, maxParameters) ?? builtActivation("'tanh'", inFeatures),
        inFeatures,
        batch
      )
    )

/** With a text for fast-check. */
export const layerExample = <L extends Layer>(
  { text, create, outFeatures, parameters }: Built<L>,
  inFeatures: number,
  batch: Shape
): LayerExample<L> => {
  const input = [...batch, inFeatures]
  const example: LayerExample<L> = { text, create, input, inFeatures, outFeatures, parameters }
  const printed = `{ create: (tape: Tape) => ${text}, input: [${input.join(', ')}] }`
  return Object.defineProperty(example, fc.toStringMethod, { value: () => printed })
}
