/** Layers with the parameters of a row. */
import { activation, type ActivationName, type Layer, type Linear, type Variable } from 'gradfold'
import type { GoldenElement } from './golden'

export const linearOf = (weight: Variable, bias: Variable | undefined): Linear => {
  const [outFeatures, inFeatures] = weight.shape
  const layer: Linear = { _tag: 'Linear', inFeatures: inFeatures!, outFeatures: outFeatures!, weight }
  return bias === undefined ? layer : { ...layer, bias }
}

/** Each name once: a new one is a compile error here, and asks for its rows. */
const activations: Readonly<Record<ActivationName, true>> = {
  celu: true,
  elu: true,
  gelu: true,
  geluTanh: true,
  glu: true,
  hardSigmoid: true,
  hardSwish: true,
  leakyRelu: true,
  logSoftmax: true,
  mish: true,
  relu: true,
  selu: true,
  sigmoid: true,
  silu: true,
  softmax: true,
  softplus: true,
  tanh: true
}

export const activationNames: ReadonlyArray<string> = Object.keys(activations)

export const layersOf = (
  elements: ReadonlyArray<GoldenElement>,
  inputs: ReadonlyArray<Variable>
): ReadonlyArray<Layer> =>
  elements.map((element): Layer => {
    if (typeof element === 'string') return activation(element)
    if (isPositions(element))
      return linearOf(inputs[element[0]!]!, element[1] === undefined ? undefined : inputs[element[1]])
    return { _tag: 'Sequential', layers: layersOf(element, inputs) }
  })

const isPositions = (element: Exclude<GoldenElement, string>): element is ReadonlyArray<number> =>
  typeof element[0] === 'number'
