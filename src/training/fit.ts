import { setImmediate } from 'node:timers/promises'
import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidArgument, invalidShape } from '../error/tensorError'
import { stateOf } from '../model/state'
import { release } from '../tape/scope'
import { takeKey, type Traced, training } from '../tape/tape'
import { tensorOf } from '../tape/variable'
import { batchesIn, isDataset } from './batches'
import { adviceOf } from './callbacks'
import { checkFit } from './checkFit'
import { resumed, savedAs } from './checkpoint'
import type { Dataset } from './dataset'
import type { Ended, FitSettings, Fitted } from './fitSettings'
import { beginning, type EpochRecord } from './history'
import { interruption } from './interruption'
import { keepBest } from './keepBest'
import { automatic } from './progress'
import { saveTraining } from './saveTraining'
import { stepOver } from './stepOver'
import type { TrainingState } from './trainingStep'
import { updatesOf } from './updatesOf'

/** Between steps, other work of the process gets a turn at least this often. */
const TURN_MILLISECONDS = 50

const LOSS_TWICE =
  'fit was given a measure called loss by validate: that is the mean loss of the training. Call it validation loss, say.'

const NO_EXAMPLES =
  "fit was given no examples: the pipeline is empty, or its only batch was short and last is 'drop'. Their mean loss would be NaN."

/**
 * Trains a model on shuffled batches. What is handed in stays valid; the states between are released. Gives way to the rest
 * of the process between steps. Handed what it gave, or a `checkpoint` that is there, it goes on where that ended: two runs
 * give the same numbers as one of as many epochs, to the bit.
 *
 * On an error training ends with it, and the last good state is released; keep `start` to begin again from, or a checkpoint.
 * InvalidArgument: a setting out of its range. ShapeMismatch, InvalidShape: the data. FileError: the checkpoint. Else what
 * the loss, the update and the callbacks report.
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
  start: Traced<TrainingState<M>> | Fitted<M>,
  settings: FitSettings<M, D>
): Promise<Result<Fitted<M>>> => {
  const { data, epochs, optimizer, clip, averageDecay, accumulate = 1, progress = automatic() } = settings
  const checked = checkFit(settings)
  if (isLeft(checked)) return checked
  const given = 'state' in start ? start : freshRun(start)
  const begun = resumed(given, settings)
  if (isLeft(begun)) return begun
  let { position, best } = begun.right
  let state = { value: begun.right.state.value, tape: training(begun.right.state.tape) }
  let ended: Ended | undefined
  const shuffles = isDataset<D>(data) && (settings.shuffle ?? true)
  const batchCount = batchesIn('fit', data, settings)
  const stepCount = batchCount === undefined ? undefined : Math.ceil(batchCount / accumulate)
  const lent = new Set(stateOf(given.state.value.model).map(({ variable }) => tensorOf(variable)))
  const interrupted = interruption(settings)
  const runNow = (): Fitted<M> => ({
    state,
    model: { value: state.value.model, tape: state.tape },
    history: position.history,
    position,
    ended: ended ?? { _tag: 'Finished' },
    ...(best !== undefined && { best })
  })
  let turn = performance.now()
  let returned = false
  try {
    const first = adviceOf(settings.callbacks, position.history)
    if (isLeft(first)) return first
    let advice = first.right
    while (position.history.length < epochs) {
      if (advice.stop !== undefined) ended = { _tag: 'Stopped', reason: advice.stop }
      if (interrupted.signal.aborted) ended = { _tag: 'Interrupted' }
      if (ended !== undefined) break
      const epoch = position.history.length + 1
      const began = performance.now() - 1000 * position.seconds
      if (shuffles && position.steps === 0) {
        const key = takeKey(state.tape)
        state = { value: state.value, tape: key.tape }
        position = { ...position, key: key.value }
      }
      progress.start(epoch, epochs, stepCount ?? 0)
      for await (const update of updatesOf(settings, position)) {
        if (isLeft(update)) return update
        const { parts, size } = update.right
        // The caller's own tensors stay, those of the step before go.
        const donate = state.value.optimizer !== given.state.value.optimizer
        const how = { donate, lent, clip, averageDecay, learningRateScale: advice.learningRateScale }
        const next = stepOver(state, optimizer, parts, how)
        if (isLeft(next)) return next
        state = next.right
        const { loss } = state.value
        const { steps, examples, total } = position
        position = { ...position, steps: steps + 1, examples: examples + size, total: total + loss * size }
        progress.step(position.steps, loss)
        if (performance.now() - turn > TURN_MILLISECONDS) {
          await setImmediate()
          turn = performance.now()
        }
        if (interrupted.signal.aborted) break
      }
      const seconds = (performance.now() - began) / 1000
      if (interrupted.signal.aborted && position.steps !== stepCount) {
        progress.stop()
        position = { ...position, seconds }
        continue
      }
      if (position.examples === 0) return left(invalidShape('fit', [0], NO_EXAMPLES))
      const validated = (await settings.validate?.(runNow().model)) ?? right({})
      if (isLeft(validated)) return validated
      if ('loss' in validated.right) return left(invalidArgument('fit', 'validate', 'loss', LOSS_TWICE))
      const loss = position.total / position.examples
      const record: EpochRecord = { epoch, loss, measures: validated.right, seconds }
      position = beginning([...position.history, record])
      progress.end(epoch, epochs, { loss, ...validated.right }, seconds)
      const kept = keepBest(state, position.history, settings.best, best, given.best)
      if (isLeft(kept)) return kept
      best = kept.right
      const advised = adviceOf(settings.callbacks, position.history)
      if (isLeft(advised)) return advised
      advice = advised.right
      const saved = savedAs(settings, runNow(), epoch)
      if (isLeft(saved)) return saved
    }
    if (ended !== undefined && settings.checkpoint !== undefined) {
      const saved = saveTraining(settings.checkpoint.file, optimizer, runNow())
      if (isLeft(saved)) return saved
    }
    returned = true
    return right(runNow())
  } finally {
    interrupted.end()
    // Also where the user's own functions throw: the timer of a bar would keep the process from ending.
    if (!returned) {
      progress.stop()
      release([state.value, best], [given.state.value, given.best])
    }
  }
}

/** A run that has not begun. */
const freshRun = <M>(state: Traced<TrainingState<M>>): Fitted<M> => ({
  state,
  model: { value: state.value.model, tape: state.tape },
  history: [],
  position: beginning([]),
  ended: { _tag: 'Finished' }
})
