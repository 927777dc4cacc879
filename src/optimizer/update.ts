import { isLeft, left, right } from 'fp-ts/Either'
import { asKernelError, type Result } from '../error/result'
import { atPath, invalidArgument, noGradientPath, released, shapeMismatch, shapesText } from '../error/tensorError'
import { scalar } from '../operation/cotangent'
import { moveTo } from '../kernels/allocations'
import type { Kernels } from '../kernels/kernels'
import { sameShape } from '../kernels/shape'
import { isReleased, type Tensor } from '../kernels/tensor'
import type { Gradients } from '../gradient/backward'
import { onTape } from '../gradient/loss'
import { type Parameter, parameters } from '../model/parameters'
import { parameterPrimitive, pushLeaf } from '../tape/leaf'
import { mapTensors } from '../tape/structure'
import { contextOf, joinPath, type Tape, type Traced } from '../tape/tape'
import { tensorOf, type Variable } from '../tape/variable'
import { adamRule, checkAdam } from './adam'
import { initialState, type Optimizer, type OptimizerState } from './optimizer'
import type { Rule } from './rule'
import { checkSgd, sgdRule } from './sgd'

/** What an update gives: the model with new parameters, and the optimiser's new state. */
export interface Updated<M> {
  readonly model: M
  readonly state: OptimizerState
}

/** What an update needs. */
export interface UpdateSettings {
  readonly model: unknown
  readonly gradients: Gradients
  /** What the last update returned; left out at the first. */
  readonly state?: OptimizerState
}

/**
 * One step of an optimiser: the model with new parameters on the tape, and the optimiser's new state. What was handed in
 * stays as it is. Every parameter of the model needs a gradient: one without is a mistake more often than not.
 *
 * NoGradientPath: a parameter that the loss does not depend on, or a model without any. InvalidArgument: a setting out of
 * its range, state of another optimiser. ShapeMismatch: state or gradients of another model. ForeignVariable, Released, KernelError.
 * @example
 * import { backward, defaultKernels, lift, mul, parameter, sgd, show, startTape, trace, update } from 'gradfold'
 * const next = trace(startTape(defaultKernels()), function* (run) {
 *   const x = yield* run(parameter, 3)
 *   const loss = yield* run(mul, x, x)
 *   const gradients = yield* run((tape) => lift(tape, backward(tape, loss)))
 *   const { model } = yield* run(update, sgd({ learningRate: 0.5 }), { model: { x }, gradients })
 *   return model.x
 * })
 * console.log(show(next)) // => 0
 */
export const update = <M>(
  tape: Tape,
  optimizer: Optimizer,
  settings: UpdateSettings & { readonly model: M }
): Result<Traced<Updated<M>>> => updateWith(tape, optimizer, settings, { gradient: keep, state: keep })

/** What is done with inputs of an update that it needs no more: nothing, or a release. */
export interface Spent {
  readonly gradient: (tensor: Tensor) => void
  /** A parameter, or a running tensor. */
  readonly state: (tensor: Tensor) => void
}

export const keep = (): void => undefined

/** `update` for one who needs its inputs no more. */
export const updateWith = <M>(
  tape: Tape,
  optimizer: Optimizer,
  settings: UpdateSettings & { readonly model: M },
  spent: Spent
): Result<Traced<Updated<M>>> => {
  const { model, gradients, state = initialState } = settings
  const { kernels, path } = contextOf(tape)
  const all = parameters(model)
  const checked = check(tape, optimizer, all, gradients, state)
  if (isLeft(checked)) return left(atPath(path)(checked.left))
  const own = kernels.withOwnAllocations()
  let at = path
  try {
    const rule = optimizer._tag === 'Sgd' ? sgdRule(optimizer) : adamRule(optimizer)
    const step = state.step + 1
    const number = scalars(own)
    const tensors = new Map<Variable, Tensor>()
    const slots: Record<string, ReadonlyArray<Tensor>> = {}
    for (const parameter of all) {
      at = parameter.path === '' ? path : joinPath(path, parameter.path)
      const next = apply(own, rule, parameter, gradients, state, step, number, spent.state)
      tensors.set(parameter.variable, next.parameter)
      slots[parameter.path] = next.slots
      spent.gradient(gradients.get(parameter.variable)!)
    }
    for (const tensor of tensors.values()) moveTo(kernels.allocations, tensor)
    for (const running of Object.values(slots)) for (const tensor of running) moveTo(kernels.allocations, tensor)
    return right(onto(tape, model, tensors, { step, slots }))
  } catch (thrown) {
    return left(atPath(at)(asKernelError('update', kernels, thrown)))
  } finally {
    own.allocations.releaseAll()
  }
}

/** The rule for one parameter; what it hands on of its inputs as they are becomes a tensor of its own. */
const apply = (
  own: Kernels,
  rule: Rule,
  { path, variable }: Parameter,
  gradients: Gradients,
  state: OptimizerState,
  step: number,
  number: (value: number) => Tensor,
  spent: (input: Tensor) => void
): { readonly parameter: Tensor; readonly slots: ReadonlyArray<Tensor> } => {
  const before = own.allocations.mark()
  const gradient = gradients.get(variable)!
  const free = (spent: Tensor, result: Tensor): Tensor => {
    own.release(spent)
    return result
  }
  const next = rule(own, tensorOf(variable), gradient, state.slots[path] ?? [], step, number, free, spent)
  const slots = next.slots.map((slot) => (slot.owner === own.allocations ? slot : own.reshape(slot, slot.shape)))
  for (const tensor of [next.parameter, ...slots]) tensor.claims = 1
  own.allocations.releaseUnclaimed(before)
  for (const tensor of [next.parameter, ...slots]) tensor.claims = 0
  return { parameter: next.parameter, slots }
}

/** Scalars that all parameters share: claimed, so that they outlive the first of them. */
const scalars = (own: Kernels): ((value: number) => Tensor) => {
  const known = new Map<number, Tensor>()
  return (value) => {
    const tensor = known.get(value) ?? scalar(own, value)
    tensor.claims = 1
    known.set(value, tensor)
    return tensor
  }
}

const onto = <M>(
  tape: Tape,
  model: M,
  tensors: ReadonlyMap<Variable, Tensor>,
  state: OptimizerState
): Traced<Updated<M>> => {
  let at = tape
  const replaced = new Map<Variable, Variable>()
  for (const [variable, tensor] of tensors) {
    const leaf = pushLeaf(at, parameterPrimitive, tensor, variable.path)
    at = leaf.tape
    replaced.set(variable, leaf.value)
  }
  const next = mapTensors(model, { variable: (variable) => replaced.get(variable) ?? variable })
  return { value: { model: next, state }, tape: at }
}

const check = (
  tape: Tape,
  optimizer: Optimizer,
  all: ReadonlyArray<Parameter>,
  gradients: Gradients,
  state: OptimizerState
): Result<unknown> => {
  const settings = optimizer._tag === 'Sgd' ? checkSgd(optimizer) : checkAdam(optimizer)
  if (isLeft(settings)) return settings
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
  for (const { path, variable } of all) {
    const gradient = gradients.get(variable)
    if (gradient === undefined) {
      const text =
        `The parameter ${path} has no gradient: the loss does not depend on it, or the gradients are of another model. ` +
        'Update only the part of the model that the loss uses.'
      return left(noGradientPath('update', text))
    }
    const running = state.slots[path] ?? []
    const fitting = fits(optimizer, state, path, running.length)
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
  }
  return right(undefined)
}

/**
 * As many running tensors as the optimiser keeps: those of another would be taken for something else, and where Adam's are
 * missing after the first update, its correction of their start at 0 would be wrong.
 */
const fits = (optimizer: Optimizer, { step }: OptimizerState, path: string, count: number): Result<unknown> => {
  const kept = optimizer._tag === 'Adam' ? 2 : 1
  const mayBeNone = optimizer._tag === 'Sgd' || step === 0
  if (count === kept || (count === 0 && mayBeNone)) return right(undefined)
  const text =
    `The state holds ${count} running tensors for ${path} where ${optimizer._tag} keeps ${kept}: it is of another ` +
    'optimiser or another model. Start without state.'
  return left(invalidArgument('update', 'state', count, text))
}
