/** Layers as plain data, which fast-check shrinks; builtLayer.ts makes layers of them. */
import fc from 'fast-check'
import type { Shape } from '../../kernels/tensor'
import { type Activation, activation } from '../../layer/activation'
import type { Join } from '../../layer/parallel'
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

/** A layer without layers in it, and without its number of inputs, which the one before it decides. */
export type SimplePlan =
  | { readonly kind: 'linear'; readonly outFeatures: number; readonly bias: boolean; readonly init: InitializerName }
  | { readonly kind: 'activation'; readonly call: ActivationCall }
  | { readonly kind: 'scale'; readonly factor: number }
  | { readonly kind: 'prelu'; readonly each: boolean; readonly slope: number }
  | { readonly kind: 'norm'; readonly of: 'layerNorm' | 'rmsNorm'; readonly affine: boolean }
  | { readonly kind: 'swiglu'; readonly hidden: number; readonly outFeatures: number; readonly bias: boolean }

/** Any layer. */
export type LayerPlan =
  | SimplePlan
  | { readonly kind: 'residual'; readonly inner: SimplePlan }
  | {
      readonly kind: 'parallel'
      readonly plans: ReadonlyArray<SimplePlan>
      readonly join: Join
      readonly maxFeatures: number
    }
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

/** By the arguments of the call, as a program has them; the simplest first. */
export const activationCalls = {
  "'tanh'": activation('tanh'),
  "'sigmoid'": activation('sigmoid'),
  "'relu'": activation('relu'),
  "'softmax'": activation('softmax'),
  "'logSoftmax'": activation('logSoftmax'),
  "'silu'": activation('silu'),
  "'gelu'": activation('gelu'),
  "'geluTanh'": activation('geluTanh'),
  "'softplus'": activation('softplus'),
  "'softplus', { beta: 2 }": activation('softplus', { beta: 2 }),
  "'mish'": activation('mish'),
  "'leakyRelu'": activation('leakyRelu'),
  "'leakyRelu', { slope: -0.5 }": activation('leakyRelu', { slope: -0.5 }),
  "'elu'": activation('elu'),
  "'elu', { alpha: 0.5 }": activation('elu', { alpha: 0.5 }),
  "'selu'": activation('selu'),
  "'celu'": activation('celu'),
  "'celu', { alpha: 2 }": activation('celu', { alpha: 2 }),
  "'hardSigmoid'": activation('hardSigmoid'),
  "'hardSwish'": activation('hardSwish'),
  "'glu'": activation('glu'),
  "'glu', { gate: 'silu' }": activation('glu', { gate: 'silu' })
} satisfies Readonly<Record<string, Activation>>
export type ActivationCall = keyof typeof activationCalls

/** Half of them those that most networks have. */
const activationCall: fc.Arbitrary<ActivationCall> = fc.oneof(
  { withCrossShrink: true },
  fc.constantFrom("'tanh'", "'sigmoid'", "'relu'", "'softmax'", "'logSoftmax'"),
  fc.constantFrom(...Object.keys(activationCalls).filter((call): call is ActivationCall => call in activationCalls))
)

/** The sizes of examples. */
export const featureCounts = (maxFeatures: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: maxFeatures })

/** A layer without layers in it. */
export const simplePlans = (maxFeatures: number): fc.Arbitrary<SimplePlan> =>
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
        call: activationCall
      })
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('scale'),
        factor: fc.constantFrom(1, 2, 0.5, -1, -1.5)
      })
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('prelu'),
        each: fc.boolean(),
        slope: fc.constantFrom(0.25, -0.5, 2)
      })
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('norm'),
        of: fc.constantFrom('layerNorm', 'rmsNorm'),
        affine: fc.boolean()
      })
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('swiglu'),
        hidden: featureCounts(maxFeatures),
        outFeatures: featureCounts(maxFeatures),
        bias: fc.boolean()
      })
    }
  )

/** What goes past a layer, or through several beside each other. */
const branchedPlans = (maxFeatures: number): fc.Arbitrary<LayerPlan> => {
  const simple = simplePlans(maxFeatures)
  return fc.oneof(
    { withCrossShrink: true },
    fc.record({ kind: fc.constant('residual'), inner: simple }),
    fc.record({
      kind: fc.constant('parallel'),
      plans: fc.array(simple, { minLength: 1, maxLength: 3 }),
      join: fc.constantFrom('concat', 'add', 'mul'),
      maxFeatures: fc.constant(maxFeatures)
    })
  )
}

/** The layers of a sequential, up to `maxDepth`, some of them sequentials of as many, or with a way past or beside them. */
export const sequentialPlans = (maxDepth: number, maxFeatures: number): fc.Arbitrary<ReadonlyArray<LayerPlan>> => {
  const simple = simplePlans(maxFeatures)
  const within = fc
    .array(simple, { minLength: 1, maxLength: maxDepth, size: 'max' })
    // One alone shrinks to itself.
    .map((plans): LayerPlan => (plans.length === 1 ? plans[0]! : { kind: 'sequential', plans }))
  const any = fc.oneof(
    { withCrossShrink: true },
    { weight: 9, arbitrary: simple },
    { weight: 1, arbitrary: within },
    { weight: 2, arbitrary: branchedPlans(maxFeatures) }
  )
  return fc.array(any, { minLength: 1, maxLength: maxDepth, size: 'max' })
}

/** Shapes of examples without their features: one example, a batch, also of none, and batches of batches. */
export const batches: fc.Arbitrary<Shape> = shapes({ maxRank: 2, maxSize: 4, maxElements: 6 })
