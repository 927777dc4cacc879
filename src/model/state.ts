import { bufferPrimitive, frozenPrimitive } from '../tape/leaf'
import { isPlain } from '../tape/structure'
import { joinPath } from '../tape/tape'
import { Variable } from '../tape/variable'

/** A variable that belongs to a model's state, and where it is in the model. */
export interface StateEntry {
  /** "0.weight", "encoder.runningMean" */
  readonly path: string
  readonly variable: Variable
  /** What training changes by gradients, what it would but for `freeze`, and what changes by `assign` alone. */
  readonly kind: 'parameter' | 'frozen' | 'buffer'
}

/**
 * All that makes a model what it is: parameters, frozen ones and buffers, in the order of its fields, each once (a shared
 * one under its first path). Constants are not part of it. PyTorch's state_dict.
 *
 * Looks into records, arrays, maps and sets; instances of classes are opaque. Fields that only hold layers together
 * (`layers` of a sequential, `parameters` of a custom layer) give no name.
 * @example
 * import { isRight } from 'fp-ts/Either'
 * import { batchNorm, startTape, stateOf, wasmKernels } from 'gradfold'
 * const layer = batchNorm(startTape(wasmKernels()), 3)
 * if (isRight(layer)) console.log(stateOf(layer.right.value).map(({ path, kind }) => `${path}: ${kind}`))
 * // => ['scale: parameter', 'offset: parameter', 'runningMean: buffer', 'runningVariance: buffer']
 */
export const stateOf = (model: unknown): ReadonlyArray<StateEntry> => {
  const found = new Map<Variable, StateEntry>()
  for (const { path, variable } of placesOf(model)) {
    const kind = kindOf(variable)
    if (kind !== undefined && !found.has(variable)) found.set(variable, { path, variable, kind })
  }
  return [...found.values()]
}

const kindOf = ({ needsGradient, primitive }: Variable): StateEntry['kind'] | undefined => {
  if (needsGradient) return 'parameter'
  if (primitive === frozenPrimitive) return 'frozen'
  return primitive === bufferPrimitive ? 'buffer' : undefined
}

/** Where a variable is. */
export interface Place {
  readonly path: string
  readonly variable: Variable
  /** The `_tag` of the record whose field it is. */
  readonly tag: string | undefined
}

/** Every place of a model at which there is a variable; a shared one has several. */
export const placesOf = (model: unknown): ReadonlyArray<Place> => {
  const places: Place[] = []
  visit(model, '', places)
  return places
}

/** By the `_tag` of a layer: the field that only holds its layers or parameters together. */
export const fieldsWithoutName: ReadonlyMap<string, string> = new Map([
  ['Custom', 'parameters'],
  ['Parallel', 'layers'],
  ['Sequential', 'layers']
])

/** `tag` is that of the record whose field `value` is. */
const visit = (value: unknown, path: string, places: Place[], tag?: string): void => {
  if (typeof value !== 'object' || value === null) return
  if (value instanceof Variable) {
    places.push({ path, variable: value, tag })
    return
  }
  if (value instanceof Map) {
    for (const [key, item] of value) visit(item, joinPath(path, String(key)), places)
    return
  }
  if (value instanceof Set || Array.isArray(value)) {
    Array.from(value).forEach((item: unknown, index) => {
      visit(item, joinPath(path, `${index}`), places)
    })
    return
  }
  if (!isPlain(value)) return
  const own = typeof value['_tag'] === 'string' ? value['_tag'] : undefined
  const transparent = own === undefined ? undefined : fieldsWithoutName.get(own)
  for (const key in value) {
    const item = value[key]
    if (typeof item === 'object') visit(item, key === transparent ? path : joinPath(path, key), places, own)
  }
}
