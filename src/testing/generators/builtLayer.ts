/** From the plan of a layer and the number of its inputs to what makes it, as a function and as TypeScript. */
import { parallel } from '../../layer/parallel'
import { residual } from '../../layer/residual'
import { type Sequential, sequential } from '../../layer/sequential'
import { type Built, builtActivation, builtSimple } from './builtSimple'
import type { LayerPlan, SimplePlan } from './layerPlan'

type Plan<K extends LayerPlan['kind']> = Extract<LayerPlan, { readonly kind: K }>

/**
 * The layer for this many features. Where its parameters would hold more than `budget` numbers it has fewer outputs, and
 * is undefined if one is too many.
 */
export const builtLayer = (plan: LayerPlan, inFeatures: number, budget: number): Built | undefined => {
  if (plan.kind === 'sequential') return builtSequential(plan.plans, inFeatures, budget)
  if (plan.kind === 'residual') return builtResidual(plan, inFeatures, budget)
  if (plan.kind === 'parallel') return builtParallel(plan, inFeatures, budget)
  return builtSimple(plan, inFeatures, budget)
}

/** A layer that gives as many features as it takes. */
const builtSquare = (plan: SimplePlan, features: number, budget: number): Built | undefined => {
  const fitting = plan.kind === 'linear' || plan.kind === 'swiglu' ? { ...plan, outFeatures: features } : plan
  const built = builtSimple(fitting, features, budget)
  return built?.outFeatures === features ? built : undefined
}

const builtResidual = ({ inner }: Plan<'residual'>, features: number, budget: number): Built | undefined => {
  const built = builtSquare(inner, features, budget)
  if (built === undefined) return undefined
  const text = `residual(tape, ${built.element})`
  return { ...built, text, create: (tape) => residual(tape, built.create), element: `(tape) => ${text}` }
}

/** Added and multiplied are only outputs of one size; of those one after the other it takes as many as maxFeatures allow. */
const builtParallel = (
  { plans, join, maxFeatures }: Plan<'parallel'>,
  inFeatures: number,
  budget: number
): Built | undefined => {
  const layers: Built[] = []
  let outFeatures = 0
  let parameters = 0
  for (const plan of plans) {
    const build = join === 'concat' ? builtSimple : builtSquare
    const layer = build(plan, inFeatures, budget - parameters)
    if (layer === undefined || (join === 'concat' && outFeatures + layer.outFeatures > maxFeatures)) continue
    layers.push(layer)
    outFeatures = join === 'concat' ? outFeatures + layer.outFeatures : inFeatures
    parameters += layer.parameters
  }
  if (layers.length === 0) return undefined
  const makers = layers.map(({ create }) => create)
  const elements = layers.map(({ element }) => element).join(', ')
  const text = `parallel(tape, [${elements}]${join === 'concat' ? '' : `, { join: '${join}' }`})`
  return {
    text,
    create: (tape) => parallel(tape, makers, { join }),
    element: `(tape) => ${text}`,
    outFeatures,
    parameters
  }
}

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
  if (layers.length === 0) layers.push(builtActivation("'tanh'", inFeatures))
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
