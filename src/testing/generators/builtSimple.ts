/** Layers without layers in them, as functions and as TypeScript. */
import type { Activation } from '../../layer/activation'
import { type Custom, custom } from '../../layer/custom'
import type { Layer, Maker } from '../../layer/layer'
import { layerNorm } from '../../layer/layerNorm'
import { linear } from '../../layer/linear'
import { prelu } from '../../layer/prelu'
import { rmsNorm } from '../../layer/rmsNorm'
import { swiglu } from '../../layer/swiglu'
import { mul } from '../../operation/mul'
import { parameter } from '../../tape/leaf'
import { map, of } from '../../tape/trace'
import type { Variable } from '../../tape/variable'
import { type ActivationCall, activationCalls, initializers, type SimplePlan } from './layerPlan'
import { numberText } from './tensorText'

/** What makes a layer that fits its input. */
export interface Built<L extends Layer = Layer> {
  /** TypeScript of the layer on `tape`, a `Result<Traced<Layer>>`. */
  readonly text: string
  readonly create: Maker<L>
  /** The same as an element of a sequential. */
  readonly element: string
  readonly outFeatures: number
  /** How many numbers its parameters hold. */
  readonly parameters: number
}

type Plan<K extends SimplePlan['kind']> = Extract<SimplePlan, { readonly kind: K }>

/** Undefined for what these features, or this budget of parameters, have no room for. */
export const builtSimple = (plan: SimplePlan, inFeatures: number, budget: number): Built | undefined => {
  switch (plan.kind) {
    case 'linear':
      return builtLinear(plan, inFeatures, budget)
    case 'activation':
      return plan.call.startsWith("'glu'") && inFeatures % 2 !== 0 ? undefined : builtActivation(plan.call, inFeatures)
    case 'scale':
      return within(budget, builtScale(plan.factor, inFeatures))
    case 'prelu':
      return within(budget, builtPrelu(plan, inFeatures))
    case 'norm':
      return within(budget, builtNorm(plan, inFeatures))
    case 'swiglu':
      return within(budget, builtSwiglu(plan, inFeatures))
  }
}

/** The layer if it has so few parameters. */
export const within = (budget: number, built: Built): Built | undefined =>
  built.parameters <= budget ? built : undefined

const made = (text: string, create: Maker, outFeatures: number, parameters: number): Built => ({
  text,
  create,
  element: `(tape) => ${text}`,
  outFeatures,
  parameters
})

const builtLinear = (
  { outFeatures: wanted, bias, init }: Plan<'linear'>,
  inFeatures: number,
  budget: number
): Built | undefined => {
  const ofEachOutput = inFeatures + (bias ? 1 : 0)
  const outFeatures = Math.min(wanted, Math.floor(budget / ofEachOutput))
  if (outFeatures < 1) return undefined
  const settings = [...(bias ? [] : ['bias: false']), ...(init === 'xavierUniform' ? [] : [`init: ${init}`])]
  const text = `linear(tape, ${inFeatures}, ${outFeatures}${settings.length === 0 ? '' : `, { ${settings.join(', ')} }`})`
  const create: Maker = (tape) => linear(tape, inFeatures, outFeatures, { bias, init: initializers[init] })
  return made(text, create, outFeatures, ofEachOutput * outFeatures)
}

/** glu halves the features, of which there has to be an even number. */
export const builtActivation = (call: ActivationCall, features: number): Built => {
  const element = `activation(${call})`
  const layer: Activation = activationCalls[call]
  return {
    text: `of(tape, ${element})`,
    create: (tape) => of(tape, layer),
    element,
    outFeatures: layer.activation === 'glu' ? features / 2 : features,
    parameters: 0
  }
}

/** A layer of the user's own: times a number that can be trained. */
const builtScale = (factor: number, features: number): Built =>
  made(
    `map((factor: Variable) => custom('Scale', { factor }, (at, own, x) => mul(at, x, own.factor)))` +
      `(parameter(tape, ${numberText(factor)}, { name: 'factor' }))`,
    (tape) => map(scale)(parameter(tape, factor, { name: 'factor' })),
    features,
    1
  )

const scale = (factor: Variable): Custom<{ readonly factor: Variable }> =>
  custom('Scale', { factor }, (at, own, x) => mul(at, x, own.factor))

const builtPrelu = ({ each, slope }: Plan<'prelu'>, features: number): Built => {
  const channels = each ? features : 1
  const text = `prelu(tape, { channels: ${channels}, slope: ${numberText(slope)} })`
  return made(text, (tape) => prelu(tape, { channels, slope }), features, channels)
}

/** With an eps at which numbers that lie close together do not become steep. */
const builtNorm = ({ of: name, affine }: Plan<'norm'>, features: number): Built => {
  const text = `${name}(tape, ${features}, { eps: 0.1${affine ? '' : ', affine: false'} })`
  const create: Maker =
    name === 'layerNorm'
      ? (tape) => layerNorm(tape, features, { eps: 0.1, affine })
      : (tape) => rmsNorm(tape, features, { eps: 0.1, affine })
  return made(text, create, features, affine ? features * (name === 'layerNorm' ? 2 : 1) : 0)
}

const builtSwiglu = ({ hidden, outFeatures, bias }: Plan<'swiglu'>, inFeatures: number): Built => {
  const text = `swiglu(tape, ${inFeatures}, ${hidden}, ${outFeatures}${bias ? ', { bias: true }' : ''})`
  const weights = 2 * inFeatures * hidden + hidden * outFeatures
  const create: Maker = (tape) => swiglu(tape, inFeatures, hidden, outFeatures, { bias })
  return made(text, create, outFeatures, weights + (bias ? 2 * hidden + outFeatures : 0))
}
