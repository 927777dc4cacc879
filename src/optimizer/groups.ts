import { left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidArgument } from '../error/tensorError'
import type { Group, Groups, Optimizer, SingleOptimizer } from './optimizer'

/**
 * An optimiser for each part of a model, by the paths of `parameters(model)`, and one for all other parameters. The first
 * group that names a parameter has it; kinds may be mixed, and the state stays by path.
 *
 * A group that gets no parameter is refused by `update` with an InvalidArgument: there is no such path, or an earlier group has
 * it. Parameters that are not to move at all are for `freeze`.
 * @example
 * import { adamw, groups, sgd } from 'gradfold'
 * const byPart = groups(
 *   [
 *     { path: 'encoder', optimizer: sgd({ learningRate: 1e-3 }) },
 *     { path: /bias$/, optimizer: adamw({ weightDecay: 0 }) }
 *   ],
 *   adamw()
 * )
 * console.log(byPart.otherwise._tag) // => AdamW
 */
export const groups = (parts: ReadonlyArray<Group>, otherwise: SingleOptimizer): Groups => ({
  _tag: 'Groups',
  groups: parts,
  otherwise
})

/** The optimiser of the parameter at this path. */
export const optimizerAt = (optimizer: Optimizer, path: string): SingleOptimizer =>
  optimizer._tag === 'Groups'
    ? (optimizer.groups.find((group) => names(group, path))?.optimizer ?? optimizer.otherwise)
    : optimizer

/** Each group gets a parameter. */
export const checkGroups = (optimizer: Optimizer, paths: ReadonlyArray<string>): Result<unknown> => {
  if (optimizer._tag !== 'Groups') return right(undefined)
  const { groups: parts } = optimizer
  for (const [i, group] of parts.entries()) {
    const own = paths.filter((path) => names(group, path))
    if (own.some((path) => !parts.slice(0, i).some((earlier) => names(earlier, path)))) continue
    const name = String(group.path)
    const text =
      own.length === 0
        ? `groups has one for ${name}, but the model has no such parameter; a name means that path and all below it. ` +
          `There are ${listed(paths)}.`
        : `groups has one for ${name} (${listed(own)}), but earlier groups have all of it: the first that names a ` +
          'parameter has it. Put the narrower group first.'
    return left(invalidArgument('groups', 'path', group.path, text))
  }
  return right(undefined)
}

const names = ({ path: name }: Group, path: string): boolean => {
  // Unlike test, search keeps nothing in the expression from one call to the next.
  if (typeof name !== 'string') return path.search(name) >= 0
  return name === '' || path === name || path.startsWith(`${name}.`)
}

const SHOWN = 20

const listed = (paths: ReadonlyArray<string>): string => {
  const shown = paths.slice(0, SHOWN).map((path) => (path === '' ? "'' (the model itself)" : path))
  return paths.length > SHOWN ? `${shown.join(', ')} and ${paths.length - SHOWN} more` : shown.join(', ')
}
