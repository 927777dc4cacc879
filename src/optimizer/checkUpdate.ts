/** What `update` checks before it computes anything, and the plan for each parameter. */
import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidArgument, noGradientPath, released, shapeMismatch, shapesText } from '../error/tensorError'
import type { Gradients } from '../gradient/backward'
import { onTape } from '../gradient/loss'
import type { Kernels } from '../kernels/kernels'
import { sameShape } from '../kernels/shape'
import { isReleased, type Tensor } from '../kernels/tensor'
import type { Parameter } from '../model/parameters'
import { contextOf, type Tape } from '../tape/tape'
import { checkGroups, optimizerAt } from './groups'
import type { Optimizer, OptimizerState, SingleOptimizer } from './optimizer'
import { planOf } from './planOf'
import { rateOf } from './rateAt'
import type { Plan, Slot } from './rule'
import { inRanges } from './settings'

/** An optimiser that is in its ranges, and its learning rate in this update. */
export interface Active {
  readonly plan: Plan
  readonly rate: number
  /** The running tensors that it keeps for each parameter. */
  readonly kept: ReadonlyArray<Slot>
}

export interface Planned {
  readonly parameter: Parameter
  readonly active: Active
}

export const checkUpdate = (
  tape: Tape,
  optimizer: Optimizer,
  all: ReadonlyArray<Parameter>,
  gradients: Gradients,
  state: OptimizerState,
  learningRateScale: number
): Result<ReadonlyArray<Planned>> => {
  const scaled = inRanges('update', { learningRateScale }, { learningRateScale: { low: 0, usual: '1' } })
  if (isLeft(scaled)) return scaled
  const found = activeOf(optimizer, contextOf(tape).kernels, state.step, learningRateScale)
  if (isLeft(found)) return found
  const placed = onTape(
    'update',
    tape,
    all.map(({ variable }) => variable)
  )
  if (isLeft(placed)) return placed
  if (all.length === 0) {
    const text =
      'The model has no parameters: nothing in it was recorded with parameter or by a layer. They are found in records, ' +
      'arrays, maps and sets, not in instances of classes.'
    return left(noGradientPath('update', text))
  }
  const paths = all.map(({ path }) => path)
  const grouped = checkGroups(optimizer, paths)
  if (isLeft(grouped)) return grouped
  const planned: Planned[] = []
  for (const parameter of all) {
    const active = found.right.get(optimizerAt(optimizer, parameter.path))!
    const fitting = checkParameter(active, parameter, gradients, state)
    if (isLeft(fitting)) return fitting
    planned.push({ parameter, active })
  }
  return right(planned)
}

const activeOf = (
  optimizer: Optimizer,
  kernels: Kernels,
  step: number,
  scale: number
): Result<ReadonlyMap<SingleOptimizer, Active>> => {
  const single =
    optimizer._tag === 'Groups'
      ? [...optimizer.groups.map((group) => group.optimizer), optimizer.otherwise]
      : [optimizer]
  const active = new Map<SingleOptimizer, Active>()
  for (const one of single) {
    const plan = planOf(one)
    const rate = rateOf(plan.operation, plan.learningRate, step)
    if (isLeft(rate)) return rate
    const checked = plan.check()
    if (isLeft(checked)) return checked
    active.set(one, { plan, rate: rate.right * scale, kept: plan.slots(kernels) })
  }
  return right(active)
}

const checkParameter = (
  active: Active,
  { path, variable }: Parameter,
  gradients: Gradients,
  state: OptimizerState
): Result<unknown> => {
  const gradient = gradients.get(variable)
  if (gradient === undefined) {
    const text =
      `The parameter ${path} has no gradient: the loss does not depend on it, or the gradients are of another model. ` +
      'Update only the part of the model that the loss uses.'
    return left(noGradientPath('update', text))
  }
  const running = slotsAt(state, path)
  const fitting = fits(active, state, path, running.length)
  if (isLeft(fitting)) return fitting
  const misfit = [gradient, ...running].find(({ shape }) => !sameShape(shape, variable.shape))
  if (misfit !== undefined) {
    const shapes = [misfit.shape, variable.shape]
    const text =
      `The gradient or the optimiser's state for ${path} is of another model: shapes ${shapesText(shapes)}. Take the ` +
      'gradients of this model, and start without state.'
    return left(shapeMismatch('update', shapes, text))
  }
  const gone = [gradient, ...running].find(isReleased)
  if (gone !== undefined) {
    const text = `The gradient or the optimiser's state of ${path} was released: return them from the scope that made them.`
    return left(released('update', [gone.shape], text))
  }
  return right(undefined)
}

/**
 * As many running tensors as the optimiser keeps: those of another would be taken for something else, and where Adam's are
 * missing after the first update, its correction of their start at 0 would be wrong.
 */
const fits = (
  { plan: { operation, mayLackSlots }, kept }: Active,
  { step }: OptimizerState,
  path: string,
  count: number
): Result<unknown> => {
  if (count === kept.length || (count === 0 && step === 0) || (mayLackSlots && count <= 1)) return right(undefined)
  const names = kept.length === 0 ? '' : ` (${kept.map(({ name }) => name).join(', ')})`
  const text =
    `The state holds ${count} running tensors for ${path} where ${operation} keeps ${kept.length}${names}: it is of another ` +
    'optimiser, of another model, or of a time when this was frozen. Start without state.'
  return left(invalidArgument('update', 'state', count, text))
}

/** A parameter may be called like what every object has: constructor, say. */
export const slotsAt = ({ slots }: OptimizerState, path: string): ReadonlyArray<Tensor> =>
  Object.hasOwn(slots, path) ? (slots[path] ?? []) : []
