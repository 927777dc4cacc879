import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { backward, type Gradients } from '../gradient/backward'
import type { Tensor } from '../kernels/tensor'
import { addGradients } from '../optimizer/addGradients'
import { clipByGlobalNorm } from '../optimizer/clipByGlobalNorm'
import { clipByValue } from '../optimizer/clipByValue'
import { movingAverage } from '../optimizer/movingAverage'
import type { Optimizer } from '../optimizer/optimizer'
import { scaleGradients } from '../optimizer/scaleGradients'
import { keep, updateWith } from '../optimizer/update'
import { settled } from '../tape/assign'
import { item } from '../tape/read'
import { release, renew } from '../tape/scope'
import type { Tape, Traced } from '../tape/tape'
import { tensorOf, type Variable } from '../tape/variable'
import type { StepSettings, TrainingState } from './trainingStep'

/** Settings of a step among several. */
export interface StepOverSettings extends StepSettings {
  /** Tensors that are not donated, whatever state they are in: a buffer stays the caller's until a step changes it. */
  readonly lent?: ReadonlySet<Tensor>
}

/** A loss, and its share in the loss that the step goes by; the shares of a step add up to 1. */
export interface Part<M> {
  readonly weight: number
  readonly loss: (tape: Tape, model: M) => Result<Traced<Variable>>
}

/** What the parts that were gone through come to. */
interface Pass<M> {
  readonly tape: Tape
  /** With its buffers as the parts left them. */
  readonly model: M
  readonly gradients: Gradients
  readonly loss: number
  /** What the buffers have become, by what they were before the step. */
  readonly buffers: ReadonlyMap<Variable, Variable>
}

/** One update by the gradients of several losses, each computed and freed before the next; `trainingStep` has one. */
export const stepOver = <M>(
  state: Traced<TrainingState<M>>,
  optimizer: Optimizer,
  parts: ReadonlyArray<Part<M>>,
  { donate = false, lent, clip, averageDecay, learningRateScale = 1 }: StepOverSettings
): Result<Traced<TrainingState<M>>> => {
  const { model, optimizer: before, average } = state.value
  return renew(state.tape, (inner): Result<Traced<TrainingState<M>>> => {
    const { kernels } = inner
    const spend = (tensor: Tensor): void => kernels.release(tensor)
    let pass: Pass<M> = { tape: inner, model, gradients: new Map(), loss: 0, buffers: new Map() }
    for (const part of parts) {
      const next = passOver(part, pass)
      if (isLeft(next)) return next
      pass = next.right
    }
    const { tape, loss } = pass
    const gradients = clipped(tape, pass.gradients, clip)
    if (isLeft(gradients)) return gradients
    const settings = { model: pass.model, gradients: gradients.right, state: before, learningRateScale }
    const spent = { gradient: spend, state: donate ? spend : keep }
    const updated = updateWith(tape, optimizer, settings, spent)
    if (isLeft(updated)) return updated
    const { model: next, state: after } = updated.right.value
    if (donate) {
      const replaced = Array.from(pass.buffers.keys(), tensorOf)
      for (const tensor of replaced) if (lent?.has(tensor) !== true) spend(tensor)
    }
    const value = { model: next, optimizer: after, loss }
    // What an average shares with its model, constants say, the next model goes on with.
    const spendAverage = (): void => {
      if (donate) release(average, next)
    }
    if (averageDecay === undefined) {
      spendAverage()
      return right({ value, tape: updated.right.tape })
    }
    // The first average is the model itself, after its first update.
    const averaged = movingAverage(updated.right.tape, average ?? next, next, { decay: averageDecay })
    if (isLeft(averaged)) return averaged
    spendAverage()
    return right({ value: { ...value, average: averaged.right.value }, tape: averaged.right.tape })
  })
}

/** The loss of a part and its gradients, added to those before; all else that was made on the way is released. */
const passOver = <M>({ weight, loss }: Part<M>, before: Pass<M>): Result<Pass<M>> => {
  const total = loss(before.tape, before.model)
  if (isLeft(total)) return total
  const { tape, value } = total.right
  const found = backward(tape, value)
  if (isLeft(found)) return found
  const number = item(value)
  if (isLeft(number)) return number
  const after = settled(tape, before.model)
  if (isLeft(after)) return after
  const gradients = weight === 1 ? found : added(tape, before.gradients, found.right, weight)
  if (isLeft(gradients)) return gradients
  const { value: model, leaves } = after.right.value
  const buffers = chained(before.buffers, leaves)
  // What the loss was computed from is free for what follows.
  const needed = [...gradients.right.values(), ...Array.from(buffers.values(), tensorOf)]
  for (const tensor of needed) tensor.claims = 1
  tape.kernels.allocations.releaseUnclaimed(undefined)
  for (const tensor of needed) tensor.claims = 0
  const { tape: end } = after.right
  return right({ tape: end, model, gradients: gradients.right, loss: before.loss + weight * number.right, buffers })
}

const added = (tape: Tape, sum: Gradients, gradients: Gradients, weight: number): Result<Gradients> => {
  const scaled = scaleGradients(tape, gradients, weight)
  return isLeft(scaled) || sum.size === 0 ? scaled : addGradients(tape, sum, scaled.right)
}

const clipped = (tape: Tape, gradients: Gradients, clip: StepSettings['clip']): Result<Gradients> => {
  if (clip === undefined) return right(gradients)
  const bounded = clip.value === undefined ? right(gradients) : clipByValue(tape, gradients, clip.value)
  if (isLeft(bounded) || clip.norm === undefined) return bounded
  const scaled = clipByGlobalNorm(tape, bounded.right, clip.norm)
  return isLeft(scaled) ? scaled : right(scaled.right.gradients)
}

/** What the buffers were before the step, and what they are after one more part. */
const chained = (
  first: ReadonlyMap<Variable, Variable>,
  second: ReadonlyMap<Variable, Variable>
): ReadonlyMap<Variable, Variable> => {
  if (first.size === 0 || second.size === 0) return first.size === 0 ? second : first
  const all = new Map(Array.from(first, ([before, now]) => [before, second.get(now) ?? now] as const))
  const known = new Set(first.values())
  for (const [before, now] of second) if (!known.has(before)) all.set(before, now)
  return all
}
