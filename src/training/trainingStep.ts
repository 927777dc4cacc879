import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { backward } from '../gradient/backward'
import { initialState, type Optimizer, type OptimizerState } from '../optimizer/optimizer'
import { keep, updateWith } from '../optimizer/update'
import type { Tensor } from '../kernels/tensor'
import { item } from '../tape/read'
import { renew } from '../tape/scope'
import type { Tape, Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'

/** All that training changes: a plain value, on a tape that holds nothing else. */
export interface TrainingState<M> {
  readonly model: M
  readonly optimizer: OptimizerState
  /** The loss of the batch that led here; NaN before the first. */
  readonly loss: number
}

/** How a step treats its state. */
export interface StepSettings {
  /**
   * Release the parameters and the optimiser's running tensors of the old state as soon as the update has read them, so that
   * the new ones take their memory; reading the old state then is a Released. The name is JAX's. By default nothing is.
   */
  readonly donate?: boolean
}

/**
 * The state before the first step.
 * @example
 * import { map } from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * import { linear, startTape, startTraining, wasmKernels } from 'gradfold'
 * pipe(linear(startTape(wasmKernels()), 2, 1), map(startTraining))
 */
export const startTraining = <M>({ value, tape }: Traced<M>): Traced<TrainingState<M>> => ({
  value: { model: value, optimizer: initialState, loss: NaN },
  tape
})

/**
 * One step: the loss of a batch, its gradients, the optimiser's update. A pure function of a traced state: the state that
 * was handed in stays valid, and the new one is on a tape of its own that holds the new parameters alone. What the
 * step made on the way is released. Call `release(state.value, next.value)` once the old state is no longer needed, or let
 * the step have it with `donate: true`: that is faster, and needs less memory.
 *
 * Errors: those of the loss, of backward and of update; then nothing has changed. Only a KernelError in the middle of an
 * update leaves a donated state in part released.
 * @example
 * import { linear, linearForward, mseLoss, sgd, startTape, startTraining, trainingStep, uniform, wasmKernels } from 'gradfold'
 * import { map, right } from 'fp-ts/Either'
 * import { chain } from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * import { andThen } from 'gradfold'
 * pipe(
 *   linear(startTape(wasmKernels()), 2, 2),
 *   map(startTraining),
 *   chain((state) =>
 *     trainingStep(state, sgd({ learningRate: 0.1 }), (tape, layer) =>
 *       pipe(
 *         uniform(tape, [8, 2]),
 *         andThen((at, x) => pipe(linearForward(at, layer, x), andThen((later, y) => mseLoss(later, y, x))))
 *       )
 *     )
 *   )
 * )
 */
export const trainingStep = <M>(
  state: Traced<TrainingState<M>>,
  optimizer: Optimizer,
  loss: (tape: Tape, model: M) => Result<Traced<Variable>>,
  { donate = false }: StepSettings = {}
): Result<Traced<TrainingState<M>>> => {
  const { model, optimizer: before } = state.value
  return renew(state.tape, (inner) => {
    const { kernels } = inner
    const total = loss(inner, model)
    if (isLeft(total)) return total
    const { tape, value } = total.right
    const gradients = backward(tape, value)
    if (isLeft(gradients)) return gradients
    const number = item(value)
    if (isLeft(number)) return number
    // What the loss was computed from is free for the update, and each gradient for what follows it.
    for (const gradient of gradients.right.values()) gradient.claims = 1
    kernels.allocations.releaseUnclaimed(undefined)
    for (const gradient of gradients.right.values()) gradient.claims = 0
    const settings = { model, gradients: gradients.right, state: before }
    const release = (tensor: Tensor): void => kernels.release(tensor)
    const updated = updateWith(tape, optimizer, settings, { gradient: release, state: donate ? release : keep })
    if (isLeft(updated)) return updated
    const { model: next, state: after } = updated.right.value
    return right({ value: { model: next, optimizer: after, loss: number.right }, tape: updated.right.tape })
  })
}
