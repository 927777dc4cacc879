/** Walks plain values (records, arrays, maps, sets) for the variables and tensors in them. */
import { Tensor } from '../kernels/tensor'
import { Variable } from './variable'

export type Fields = Readonly<Record<string, unknown>>

interface Change {
  readonly variable: (variable: Variable) => Variable
  readonly tensor?: (tensor: Tensor) => Tensor
  /** Keys of maps name variables, they do not hold them: a gradient map does not own its parameters. */
  readonly key?: (variable: Variable) => Variable
}

/** Replaces each variable and each tensor in a plain value; what holds none comes back as the very same object. */
export function mapTensors<A>(value: A, change: Change): A
export function mapTensors(value: unknown, change: Change): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Variable) return change.variable(value)
  if (value instanceof Tensor) return change.tensor?.(value) ?? value
  if (Array.isArray(value)) return mapArray(value, (item) => mapTensors(item, change))
  if (value instanceof Map) return mapMap(value, change)
  if (value instanceof Set) {
    const items: ReadonlyArray<unknown> = [...value]
    const changed = mapArray(items, (item) => mapTensors(item, change))
    return changed === items ? value : new Set(changed)
  }
  return isPlain(value) ? mapRecord(value, change) : value
}

const mapRecord = (value: Fields, change: Change): object => {
  let changed: Record<string, unknown> | undefined
  for (const key in value) {
    const field = value[key]
    const next = mapTensors(field, change)
    if (Object.is(next, field)) continue
    // What is kept under a symbol is no field, but stays.
    changed ??= { ...value }
    changed[key] = next
  }
  return changed ?? value
}

const mapMap = (value: ReadonlyMap<unknown, unknown>, change: Change): ReadonlyMap<unknown, unknown> => {
  const entries = [...value]
  const changed = entries.map(
    ([key, item]) => [key instanceof Variable ? (change.key?.(key) ?? key) : key, mapTensors(item, change)] as const
  )
  const same = changed.every(([key, item], i) => Object.is(key, entries[i]![0]) && Object.is(item, entries[i]![1]))
  return same ? value : new Map(changed)
}

const mapArray = (items: ReadonlyArray<unknown>, f: (item: unknown) => unknown): ReadonlyArray<unknown> => {
  const changed = items.map(f)
  return changed.every((item, i) => Object.is(item, items[i])) ? items : changed
}

/** A record: an instance of a class is opaque. */
export const isPlain = (value: object): value is Fields => {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype) return true
  // A record of another realm (a worker, a test runner's context) has that realm's Object.prototype.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** The variables and tensors that a plain value holds, keys of maps not among them. */
export const collectTensors = (
  value: unknown
): { readonly variables: ReadonlySet<Variable>; readonly tensors: ReadonlySet<Tensor> } => {
  const variables = new Set<Variable>()
  const tensors = new Set<Tensor>()
  const visit = (item: unknown): void => {
    if (typeof item !== 'object' || item === null) return
    if (item instanceof Variable) variables.add(item)
    else if (item instanceof Tensor) tensors.add(item)
    else if (item instanceof Map) for (const inner of item.values()) visit(inner)
    else if (item instanceof Set || Array.isArray(item)) for (const inner of item) visit(inner)
    else if (isPlain(item)) for (const key in item) visit(item[key])
  }
  visit(value)
  return { variables, tensors }
}
