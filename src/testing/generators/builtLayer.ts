/** From the plan of a layer and the number of its inputs to what makes it, as a function and as TypeScript. */
import { activation } from '../../layer/activation'
import { custom } from '../../layer/custom'
import type { ActivationName, Custom, Layer, Maker, Sequential } from '../../layer/layer'
import { linear } from '../../layer/linear'
import { sequential } from '../../layer/sequential'
import { mul } from '../../operation/mul'
import { parameter } from '../../tape/leaf'
import { map, of } from '../../tape/trace'
import type { Variable } from '../../tape/variable'
import { initializers, type LayerPlan } from './layerPlan'
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

/**
 * The layer for this many features. Where its parameters would hold more than `budget` numbers it has fewer outputs, and
 * is undefined if one is too many.
 */
export const builtLayer = (plan: LayerPlan, inFeatures: number, budget: number): Built | undefined => {
  switch (plan.kind) {
    case 'linear':
      return builtLinear(plan, inFeatures, budget)
    case 'activation':
      return builtActivation(plan.name, inFeatures)
    case 'scale':
      return budget < 1 ? undefined : builtScale(plan.factor, inFeatures)
    case 'sequential':
      return builtSequential(plan.plans, inFeatures, budget)
  }
}

const builtLinear = (
  { outFeatures: wanted, bias, init }: Extract<LayerPlan, { kind: 'linear' }>,
  inFeatures: number,
  budget: number
): Built | undefined => {
  const ofEachOutput = inFeatures + (bias ? 1 : 0)
  const outFeatures = Math.min(wanted, Math.floor(budget / ofEachOutput))
  if (outFeatures < 1) return undefined
  const settings = [...(bias ? [] : ['bias: false']), ...(init === 'xavierUniform' ? [] : [`init: ${init}`])]
  const text = `linear(tape, ${inFeatures}, ${outFeatures}${settings.length === 0 ? '' : `, { ${settings.join(', ')} }`})`
  return {
    text,
    create: (tape) => linear(tape, inFeatures, outFeatures, { bias, init: initializers[init] }),
    element: `(tape) => ${text}`,
    outFeatures,
    parameters: ofEachOutput * outFeatures
  }
}

export const builtActivation = (name: ActivationName, features: number): Built => {
  const element = `activation('${name}')`
  return {
    text: `of(tape, ${element})`,
    create: (tape) => of(tape, activation(name)),
    element,
    outFeatures: features,
    parameters: 0
  }
}

/** A layer of the user's own: times a number that can be trained. */
const builtScale = (factor: number, features: number): Built => {
  const text =
    `map((factor: Variable) => custom('Scale', { factor }, (at, own, x) => mul(at, x, own.factor)))` +
    `(parameter(tape, ${numberText(factor)}, { name: 'factor' }))`
  return {
    text,
    create: (tape) => map(scale)(parameter(tape, factor, { name: 'factor' })),
    element: `(tape) => ${text}`,
    outFeatures: features,
    parameters: 1
  }
}

const scale = (factor: Variable): Custom<{ readonly factor: Variable }> =>
  custom('Scale', { factor }, (at, own, x) => mul(at, x, own.factor))

/** Each layer fits the one before it. What the budget has no room for is left out. */
export const builtSequential = (
  plans: ReadonlyArray<LayerPlan>,
  inFeatures: number,
  budget: number
): Built<Sequential> => {
  const layers: Built[] = []
  let outFeatures = inFeatures
  let parameters = 0
  for (const plan of plans) {
    const layer = builtLayer(plan, outFeatures, budget - parameters)
    if (layer === undefined) continue
    layers.push(layer)
    outFeatures = layer.outFeatures
    parameters += layer.parameters
  }
  if (layers.length === 0) layers.push(builtActivation('tanh', inFeatures))
  const makers = layers.map(({ create }) => create)
  const text = `sequential(tape, ${layers.map(({ element }) => element).join(', ')})`
  return {
    text,
    create: (tape) => sequential(tape, ...makers),
    element: `(tape) => ${text}`,
    outFeatures,
    parameters
  }
}
