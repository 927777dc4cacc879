import { isLeft, left, right } from 'fp-ts/Either'
import { asKernelError, type Result } from '../error/result'
import { atPath } from '../error/tensorError'
import { scalar } from '../operation/cotangent'
import { moveTo } from '../kernels/allocations'
import type { Kernels } from '../kernels/kernels'
import type { Tensor } from '../kernels/tensor'
import type { Gradients } from '../gradient/backward'
import { parameters } from '../model/parameters'
import { parameterPrimitive, pushLeaf } from '../tape/leaf'
import { mapTensors } from '../tape/structure'
import { contextOf, joinPath, type Tape, type Traced } from '../tape/tape'
import { tensorOf, type Variable } from '../tape/variable'
import { type Active, checkUpdate, slotsAt } from './checkUpdate'
import { initialState, type Optimizer, type OptimizerState } from './optimizer'
import type { Moved, Tools } from './rule'

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
  /** What the learning rates of this update are multiplied by, 1 by default: `onPlateau` gives one. */
  readonly learningRateScale?: number
}

/**
 * One step of an optimiser: the model with new parameters on the tape, and the optimiser's new state. What was handed in
 * stays as it is. Every parameter of the model needs a gradient: one without is a mistake more often than not.
 *
 * NoGradientPath: a parameter that the loss does not depend on, or a model without any. InvalidArgument: a setting out of
 * its range, state of another optimiser, a group that no parameter is in. ShapeMismatch: state or gradients of another model. ForeignVariable, Released, KernelError.
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
  const { model, gradients, state = initialState, learningRateScale = 1 } = settings
  const { kernels, path } = contextOf(tape)
  const checked = checkUpdate(tape, optimizer, parameters(model), gradients, state, learningRateScale)
  if (isLeft(checked)) return left(atPath(path)(checked.left))
  const own = kernels.withOwnAllocations()
  let at = path
  try {
    const step = state.step + 1
    const toolsOf = tools(own, step, spent.state)
    const tensors = new Map<Variable, Tensor>()
    const slots: Record<string, ReadonlyArray<Tensor>> = {}
    for (const { parameter, active } of checked.right) {
      at = parameter.path === '' ? path : joinPath(path, parameter.path)
      const gradient = gradients.get(parameter.variable)!
      const running = slotsAt(state, parameter.path)
      const next = apply(toolsOf(active), active, tensorOf(parameter.variable), gradient, running)
      tensors.set(parameter.variable, next.parameter)
      slots[parameter.path] = next.slots
      spent.gradient(gradient)
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
  tools: Tools,
  { plan }: Active,
  parameter: Tensor,
  gradient: Tensor,
  running: ReadonlyArray<Tensor>
): Moved => {
  const own = tools.kernels
  const before = own.allocations.mark()
  const next = plan.rule(tools, parameter, gradient, running)
  const slots = next.slots.map((slot) => (slot.owner === own.allocations ? slot : own.reshape(slot, slot.shape)))
  for (const tensor of [next.parameter, ...slots]) tensor.claims = 1
  own.allocations.releaseUnclaimed(before)
  for (const tensor of [next.parameter, ...slots]) tensor.claims = 0
  return { parameter: next.parameter, slots }
}

/** What the rules of one update compute with: they share their scalars. */
const tools = (own: Kernels, step: number, spent: (input: Tensor) => void): ((active: Active) => Tools) => {
  const number = scalars(own)
  const free = (intermediate: Tensor, result: Tensor): Tensor => {
    own.release(intermediate)
    return result
  }
  return ({ rate }) => ({ kernels: own, rate, step, number, free, spent })
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
