/** What was recorded, by layer. */
import { sizeOf } from '../kernels/shape'
import { bytesOf } from '../kernels/tensor'
import { isPlain } from '../tape/structure'
import { joinPath } from '../tape/tape'
import { inputAt, inputCount, inputsOf, type Variable } from '../tape/variable'
import { fieldsWithoutName, placesOf, type StateEntry, stateOf } from './state'
import type { Summary, SummaryRow } from './summary'

/** A row for each layer path under which something was recorded, and for each layer that recorded nothing. */
export const rowsOf = (
  model: unknown,
  entries: ReadonlyArray<Variable>,
  output: Variable
): ReadonlyArray<SummaryRow> => {
  const layers = layersOf(model)
  const homes = homesOf(model)
  const rowOf = new Map(entries.map((entry) => [entry, rowPath(entry, homes)]))
  const handedOn = new Set([output])
  for (const entry of entries) {
    for (const input of inputsOf(entry)) if (rowOf.get(input) !== rowOf.get(entry)) handedOn.add(input)
  }
  const groups = new Map<string, Variable[]>()
  for (const [entry, path] of rowOf) groups.set(path, [...(groups.get(path) ?? []), entry])
  const state = stateByRow(model, rowOf)
  const shown = [...layers].flatMap(([path, layer]) => (layer.shown ? [path] : []))
  return [...withIdle(groups, [...shown, ...state.keys()])].map(([path, group]) => ({
    path,
    kind: layers.get(path)?.name ?? operationsText(group),
    output: (group.findLast((entry) => handedOn.has(entry)) ?? group.at(-1))?.shape,
    ...counted(state.get(path) ?? []),
    activationBytes: sumOf(group, bytesRecorded),
    multiplyAdds: sumOf(group, multiplyAddsOf)
  }))
}

export const totalsOf = (rows: ReadonlyArray<SummaryRow>): Summary['totals'] => ({
  parameters: sumOf(rows, (row) => row.parameters),
  frozen: sumOf(rows, (row) => row.frozen),
  buffers: sumOf(rows, (row) => row.buffers),
  parameterBytes: sumOf(rows, (row) => row.parameterBytes),
  activationBytes: sumOf(rows, (row) => row.activationBytes),
  multiplyAdds: sumOf(rows, (row) => row.multiplyAdds)
})

const sumOf = <A>(items: ReadonlyArray<A>, f: (item: A) => number): number =>
  items.reduce((sum, item) => sum + f(item), 0)

interface Named {
  readonly name: string
  /** A row of its own even if it recorded nothing: what only holds layers has theirs. */
  readonly shown: boolean
}

/** Where each layer is, and what it is called. */
const layersOf = (model: unknown): ReadonlyMap<string, Named> => {
  const found = new Map<string, Named>()
  /** Whether there is a layer in it. */
  const visit = (value: unknown, path: string): boolean => {
    if (typeof value !== 'object' || value === null) return false
    if (value instanceof Map) return visitAll(value, path)
    if (Array.isArray(value) || value instanceof Set) return visitAll(Array.from(value).entries(), path)
    if (!isPlain(value)) return false
    const tag = value['_tag']
    if (typeof tag !== 'string') return visitAll(Object.entries(value), path)
    const nameless = fieldsWithoutName.get(tag)
    const holdsLayers = visitAll(Object.entries(value), path, nameless)
    const name = tag === 'Custom' ? value['name'] : tag === 'Activation' ? value['activation'] : tag
    found.set(path, { name: String(name), shown: !holdsLayers })
    return true
  }
  const visitAll = (items: Iterable<readonly [unknown, unknown]>, path: string, nameless?: string): boolean => {
    let any = false
    for (const [key, item] of items) {
      if (visit(item, key === nameless ? path : joinPath(path, String(key)))) any = true
    }
    return any
  }
  visit(model, '')
  return found
}

/** For each variable of the model the paths of the records that hold it. */
const homesOf = (model: unknown): ReadonlyMap<Variable, ReadonlyArray<string>> => {
  const homes = new Map<Variable, string[]>()
  for (const { path, variable } of placesOf(model)) {
    homes.set(variable, [...(homes.get(variable) ?? []), parentOf(path)])
  }
  return homes
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('.')))

/**
 * The layer path of an entry. What uses a variable belongs to the record that holds it, where the two paths fit: so layers
 * that are applied one by one, without `named`, have rows of their own.
 */
const rowPath = (entry: Variable, homes: ReadonlyMap<Variable, ReadonlyArray<string>>): string => {
  const { path } = entry
  const fits = (home: string): boolean =>
    home === path || path === '' || home.startsWith(`${path}.`) || home.endsWith(`.${path}`)
  const candidates = inputsOf(entry).flatMap((input) => homes.get(input) ?? [])
  return candidates.find(fits) ?? path
}

/** Each variable of the state where it is used first, or else where it is. */
const stateByRow = (
  model: unknown,
  rowOf: ReadonlyMap<Variable, string>
): ReadonlyMap<string, ReadonlyArray<StateEntry>> => {
  const used = new Map<Variable, string>()
  for (const [entry, row] of rowOf) for (const input of inputsOf(entry)) if (!used.has(input)) used.set(input, row)
  const rows = new Map<string, StateEntry[]>()
  for (const entry of stateOf(model)) {
    const row = used.get(entry.variable) ?? parentOf(entry.path)
    rows.set(row, [...(rows.get(row) ?? []), entry])
  }
  return rows
}

/** The groups, and after each the layers that follow it in the model and recorded nothing. */
const withIdle = (
  groups: ReadonlyMap<string, ReadonlyArray<Variable>>,
  paths: ReadonlyArray<string>
): ReadonlyArray<readonly [string, ReadonlyArray<Variable>]> => {
  const rows: [string, ReadonlyArray<Variable>][] = [...groups]
  let before = -1
  for (const path of new Set(paths)) {
    const place = rows.findIndex(([other]) => other === path)
    before = place === -1 ? before + 1 : place
    if (place === -1) rows.splice(before, 0, [path, []])
  }
  return rows
}

const counted = (
  state: ReadonlyArray<StateEntry>
): Pick<SummaryRow, 'parameters' | 'frozen' | 'buffers' | 'parameterBytes'> => {
  const count = (kind: StateEntry['kind']): number =>
    sumOf(state, (entry) => (entry.kind === kind ? sizeOf(entry.variable.shape) : 0))
  const parameterBytes = sumOf(state, ({ variable: { shape, dtype } }) => sizeOf(shape) * bytesOf[dtype])
  return { parameters: count('parameter'), frozen: count('frozen'), buffers: count('buffer'), parameterBytes }
}

/** These hand on the numbers that they are given. */
const sharing: ReadonlySet<string> = new Set(['reshape', 'assign'])

const bytesRecorded = ({ primitive, shape, dtype }: Variable): number =>
  sharing.has(primitive.name) ? 0 : sizeOf(shape) * bytesOf[dtype]

const multiplyAddsOf = (entry: Variable): number => {
  if (entry.primitive.name !== 'matmul') return 0
  const [first, second] = entry.shape.slice(-2)
  const matrix = inputAt(entry, 0).shape.slice(-2)
  // Whichever side is transposed: the first operand is m by k.
  return first === 0 || second === 0 ? 0 : sizeOf(entry.shape) * (sizeOf(matrix) / first!)
}

const MOST_NAMES = 3

const operationsText = (group: ReadonlyArray<Variable>): string => {
  const names = [...new Set(group.filter((entry) => inputCount(entry) > 0).map(({ primitive }) => primitive.name))]
  const shown = names.slice(0, MOST_NAMES).join(', ')
  return names.length > MOST_NAMES ? `${shown}, ...` : shown
}
