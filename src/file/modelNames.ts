/** The names that the variables of a model have in a file. */
import { left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidArgument } from '../error/tensorError'
import { placesOf, stateOf, type StateEntry } from '../model/state'
import type { Variable } from '../tape/variable'
import { quoted } from './complaint'
import { pytorchCounter, pytorchName } from './pytorchNames'

/** Whose names and layouts a file has. */
export type FileLayout = 'gradfold' | 'pytorch'

/** How a model is written and found again. */
export interface ModelFileSettings {
  /**
   * Whose names and layouts the file has: the paths of `stateOf`, which is the default, or those of PyTorch's state_dict
   * ("1.running_mean" for "1.runningMean").
   */
  readonly layout?: FileLayout
  /** What stands before each name: "encoder.", to have a part of a larger model; nothing by default. */
  readonly prefix?: string
}

/** A variable, and what it is called: by several names if it is in several places of the model. */
export interface NamedVariable {
  readonly names: readonly [stored: string, ...others: string[]]
  readonly variable: Variable
  readonly kind: StateEntry['kind']
}

export interface ModelNames {
  readonly variables: ReadonlyArray<NamedVariable>
  /** PyTorch's counters, which no variable stands for. */
  readonly counters: ReadonlyArray<string>
}

export const modelNames = (
  operation: string,
  model: unknown,
  { layout = 'gradfold', prefix = '' }: ModelFileSettings
): Result<ModelNames> => {
  const known: ReadonlyArray<unknown> = ['gradfold', 'pytorch']
  if (!known.includes(layout)) {
    const text = `${operation} knows the layouts gradfold and pytorch, not ${JSON.stringify(layout)}.`
    return left(invalidArgument(operation, 'layout', layout, text))
  }
  const owners = new Map<string, Variable>()
  const names = new Map<Variable, [string, ...string[]]>()
  const counters = new Set<string>()
  for (const { path, variable, tag } of placesOf(model)) {
    const name = prefix + (layout === 'pytorch' ? pytorchName(path, tag) : path)
    const counter = layout === 'pytorch' ? pytorchCounter(path, tag) : undefined
    if (counter !== undefined) counters.add(prefix + counter)
    if ((owners.get(name) ?? variable) !== variable) {
      const text = `${operation}: two variables of the model are called ${quoted(name)} in the file: rename a field.`
      return left(invalidArgument(operation, 'model', name, text))
    }
    owners.set(name, variable)
    const earlier = names.get(variable)
    if (earlier === undefined) names.set(variable, [name])
    else if (!earlier.includes(name)) earlier.push(name)
  }
  const variables = stateOf(model).map(({ variable, kind, path }) => ({
    names: names.get(variable) ?? ([prefix + path] as const),
    variable,
    kind
  }))
  return right({ variables, counters: [...counters] })
}
