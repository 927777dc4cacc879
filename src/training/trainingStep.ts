import type { Result } from '../error/result'
import { initialState, type Optimizer, type OptimizerState } from '../optimizer/optimizer'
import type { Tape, Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'
import { stepOver } from './stepOver'

/** All that training changes: a plain value, on a tape that holds nothing else. */
export interface TrainingState<M> {
  readonly model: M
  readonly optimizer: OptimizerState
  /** The moving average of the model, once a step was taken with an `averageDecay`. */
  readonly average?: M
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
  /** Bounds for the gradients. */
  readonly clip?: Clip | undefined
  /** How slowly `average` of the state follows the model, from 0 to 1 (`movingAverage`); none is kept by default. */
  readonly averageDecay?: number | undefined
  /** What the learning rate is multiplied by; 1 by default. */
  readonly learningRateScale?: number
}

/** Bounds for the gradients of a step: for each number (`clipByValue`), then for their common norm (`clipByGlobalNorm`). */
export interface Clip {
  readonly value?: number
  readonly norm?: number
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
 * One step: the loss of a batch, its gradients, the optimiser's update, and what the model's buffers become (`settle`). A pure function of a traced state: the state that
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
  settings: StepSettings = {}
): Result<Traced<TrainingState<M>>> => stepOver(state, optimizer, [{ weight: 1, loss }], settings)
