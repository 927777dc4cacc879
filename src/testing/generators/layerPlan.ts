/** Layers as plain data, which fast-check shrinks; builtLayer.ts makes layers of them. */
import fc from 'fast-check'
import type { Shape } from '../../kernels/tensor'
import type { ActivationName } from '../../layer/layer'
import {
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  ones,
  xavierNormal,
  xavierUniform,
  zeros
} from '../../random/initializers'
import { shapes } from './shapes'

/** A layer without its number of inputs, which the one before it decides. */
export type LayerPlan =
  | { readonly kind: 'linear'; readonly outFeatures: number; readonly bias: boolean; readonly init: InitializerName }
  | { readonly kind: 'activation'; readonly name: ActivationName }
  | { readonly kind: 'scale'; readonly factor: number }
  | { readonly kind: 'sequential'; readonly plans: ReadonlyArray<LayerPlan> }

/** By the names that a program has for them. */
export const initializers = { xavierUniform, xavierNormal, heUniform, heNormal, lecunUniform, lecunNormal, zeros, ones }
export type InitializerName = keyof typeof initializers

const randomInitializers: ReadonlyArray<InitializerName> = [
  'xavierUniform',
  'xavierNormal',
  'heUniform',
  'heNormal',
  'lecunUniform',
  'lecunNormal'
]

const initializerName: fc.Arbitrary<InitializerName> = fc.oneof(
  { withCrossShrink: true },
  { weight: 4, arbitrary: fc.constant('xavierUniform') },
  { weight: 6, arbitrary: fc.constantFrom(...randomInitializers) },
  // Of equal weights all outputs are equal: rare, for kinks are where numbers tie.
  { weight: 1, arbitrary: fc.constantFrom('zeros', 'ones') }
)

const activationNames: { readonly [K in ActivationName]: K } = {
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  relu: 'relu',
  softmax: 'softmax',
  logSoftmax: 'logSoftmax'
}

/** The sizes of examples. */
export const featureCounts = (maxFeatures: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: maxFeatures })

/** A layer without layers in it. */
export const simplePlans = (maxFeatures: number): fc.Arbitrary<LayerPlan> =>
  fc.oneof(
    { withCrossShrink: true },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('linear'),
        outFeatures: featureCounts(maxFeatures),
        bias: fc.boolean().map((without) => !without),
        init: initializerName
      })
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('activation'),
        name: fc.constantFrom(...Object.values(activationNames))
      })
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('scale'),
        factor: fc.constantFrom(1, 2, 0.5, -1, -1.5)
      })
    }
  )

/** The layers of a sequential, up to `maxDepth`, some of them sequentials of as many. */
export const sequentialPlans = (maxDepth: number, maxFeatures: number): fc.Arbitrary<ReadonlyArray<LayerPlan>> => {
  const simple = simplePlans(maxFeatures)
  const within = fc
    .array(simple, { minLength: 1, maxLength: maxDepth, size: 'max' })
    // One alone shrinks to itself.
    .map((plans): LayerPlan => (plans.length === 1 ? plans[0]! : { kind: 'sequential', plans }))
  const any = fc.oneof({ withCrossShrink: true }, { weight: 9, arbitrary: simple }, { weight: 1, arbitrary: within })
  return fc.array(any, { minLength: 1, maxLength: maxDepth, size: 'max' })
}

/** Shapes of examples without their features: one example, a batch, also of none, and batches of batches. */
export const batches: fc.Arbitrary<Shape> = shapes({ maxRank: 2, maxSize: 4, maxElements: 6 })
