import { setImmediate } from 'node:timers/promises'
import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidArgument } from '../error/tensorError'
import { drawPermutation } from '../random/drawPermutation'
import type { Optimizer } from '../optimizer/optimizer'
import { release } from '../tape/scope'
import { takeKey, type Tape, type Traced, training } from '../tape/tape'
import { andThen } from '../tape/trace'
import type { Variable } from '../tape/variable'
import { type Batch, batchOf, checkBatchSize, type Dataset, rowsOf } from './dataset'
import type { Measures } from './evaluate'
import { automatic, type Progress } from './progress'
import { type TrainingState, trainingStep } from './trainingStep'

/** Between steps, other work of the process gets a turn at least this often. */
const TURN_MILLISECONDS = 50

/** What fit needs. */
export interface FitSettings<M, D extends Dataset> {
  readonly data: D
  /** The loss of a batch; the mean over its examples, so that its history does not depend on batchSize. */
  readonly loss: (tape: Tape, model: M, batch: Batch<D>) => Result<Traced<Variable>>
  readonly optimizer: Optimizer
  /** How often all examples are gone through. */
  readonly epochs: number
  /** Examples in one step; 32 by default. The last batch of an epoch may be shorter. */
  readonly batchSize?: number
  /** A new random order in each epoch, from the tape's key; true by default. */
  readonly shuffle?: boolean
  /** More measures after each epoch, on held-out data say. */
  readonly validate?: (state: Traced<M>) => Result<Measures>
  /** A bar on a terminal and lines elsewhere, by default; `silent` says nothing. */
  readonly progress?: Progress
}

/** One epoch: the mean loss over its examples, and what `validate` measured. */
export interface EpochRecord {
  readonly epoch: number
  readonly loss: number
  readonly measures: Measures
  readonly seconds: number
}

/** What fit gives. */
export interface Fitted<M> {
  readonly state: Traced<TrainingState<M>>
  /** An entry for each epoch. */
  readonly history: ReadonlyArray<EpochRecord>
}

/**
 * Trains a model on shuffled batches. The state that is handed in stays valid; the states between are released. Gives way
 * to the rest of the process between steps.
 *
 * On an error training ends with it, and the last good state is released; keep `initial` to start again from.
 * InvalidArgument: epochs, batchSize. ShapeMismatch, InvalidShape: the dataset. Else what the loss and the update report.
 * @example
 * import { isRight } from 'fp-ts/Either'
 * import { fit, linear, linearForward, mseLoss, sgd, silent, startTape, startTraining, trace, wasmKernels } from 'gradfold'
 * const model = linear(startTape(wasmKernels(), { seed: 7 }), 1, 1)
 * if (isRight(model)) {
 *   const fitted = await fit(startTraining(model.right), {
 *     data: { x: [[0], [1], [2]], y: [[1], [3], [5]] }, // y = 2 x + 1
 *     loss: (tape, layer, batch) =>
 *       trace(tape, function* (run) {
 *         return yield* run(mseLoss, yield* run(linearForward, layer, batch.x), batch.y)
 *       }),
 *     optimizer: sgd({ learningRate: 0.2 }),
 *     epochs: 100,
 *     progress: silent
 *   })
 *   if (isRight(fitted)) console.log(fitted.right.history.length, (fitted.right.history[99]?.loss ?? 1) < 1e-3) // => 100 true
 * }
 */
export const fit = async <M, D extends Dataset>(
  initial: Traced<TrainingState<M>>,
  settings: FitSettings<M, D>
): Promise<Result<Fitted<M>>> => {
  const { data, epochs, batchSize = 32, progress = automatic() } = settings
  const sized = checkBatchSize('fit', batchSize)
  if (isLeft(sized)) return sized
  if (!Number.isSafeInteger(epochs) || epochs < 0) {
    const text = `fit needs epochs to be a whole number from 0 up, not ${epochs}: how often to go through the data.`
    return left(invalidArgument('fit', 'epochs', epochs, text))
  }
  const checked = rowsOf('fit', data)
  if (isLeft(checked)) return checked
  const { rows, count } = checked.right
  const history: EpochRecord[] = []
  let state: Traced<TrainingState<M>> = { ...initial, tape: training(initial.tape) }
  let turn = performance.now()
  let finished = false
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const begun = performance.now()
      const order = nextOrder(state, count, settings.shuffle ?? true)
      state = order.state
      let total = 0
      progress.start(epoch, epochs, Math.ceil(count / batchSize))
      for (let from = 0; from < count; from += batchSize) {
        const indices = order.indices.subarray(from, from + batchSize)
        // The caller's own tensors stay, those of the step before go.
        const donate = state.value.optimizer !== initial.value.optimizer
        const next = trainingStep(
          state,
          settings.optimizer,
          (tape, model) =>
            andThen((at: Tape, batch: Batch<D>) => settings.loss(at, model, batch))(batchOf(tape, rows, indices)),
          { donate }
        )
        if (isLeft(next)) return next
        state = next.right
        total += state.value.loss * indices.length
        progress.step(Math.ceil((from + indices.length) / batchSize), state.value.loss)
        if (performance.now() - turn > TURN_MILLISECONDS) {
          await setImmediate()
          turn = performance.now()
        }
      }
      const validated = settings.validate?.({ value: state.value.model, tape: state.tape }) ?? right({})
      if (isLeft(validated)) return validated
      const seconds = (performance.now() - begun) / 1000
      const loss = total / count
      history.push({ epoch, loss, measures: validated.right, seconds })
      progress.end(epoch, epochs, { loss, ...validated.right }, seconds)
    }
    finished = true
    return right({ state, history })
  } finally {
    // Also where the user's own functions throw: the timer of a bar would keep the process from ending.
    if (!finished) {
      progress.stop()
      release(state.value, initial.value)
    }
  }
}

/** The order of the examples in an epoch, and the state whose tape has given a key for it. */
const nextOrder = <M>(
  state: Traced<TrainingState<M>>,
  count: number,
  shuffle: boolean
): { readonly indices: Int32Array; readonly state: Traced<TrainingState<M>> } => {
  if (!shuffle) return { indices: Int32Array.from({ length: count }, (_, i) => i), state }
  const { value: key, tape } = takeKey(state.tape)
  return { indices: drawPermutation(key, count), state: { value: state.value, tape } }
}
