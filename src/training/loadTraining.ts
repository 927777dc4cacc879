import { isLeft, left, right } from 'fp-ts/Either'
import { attempt, type Result } from '../error/result'
import { fileError } from '../error/tensorError'
import type { Safetensors } from '../file/decodeSafetensors'
import { withNumbers } from '../file/loadModel'
import { modelNames } from '../file/modelNames'
import { readFrom } from '../file/readSafetensors'
import { sameShape } from '../kernels/shape'
import type { HostTensor, Tensor } from '../kernels/tensor'
import { type Parameter, parameters } from '../model/parameters'
import type { Optimizer, OptimizerState } from '../optimizer/optimizer'
import { slotsOf } from '../optimizer/slots'
import { allOrNothing } from '../tape/allOrNothing'
import { renew } from '../tape/scope'
import { type Tape, type Traced, withKeyState } from '../tape/tape'
import type { Fitted } from './fitSettings'
import { recordOf, type RunRecord } from './runRecord'
import { PREFIX, RECORD, slotName } from './saveTraining'
import type { TrainingState } from './trainingStep'

const OPERATION = 'loadTraining'

/**
 * A training run out of a file of `saveTraining`, for `fit` to go on with. `start` says what the model is and which kernels
 * compute; its numbers stay as they are. On kernels of the same precision the run goes on to the bit; the optimiser's
 * settings may be others than before.
 *
 * Errors: FileError: missing, damaged, `otherModel` for a model or an optimiser that the file is not of. KernelError.
 * @example
 * import { isLeft } from 'fp-ts/Either'
 * import { adam, linear, loadTraining, startTape, startTraining, wasmKernels } from 'gradfold'
 * import { chain, map } from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * const loaded = pipe(
 *   linear(startTape(wasmKernels()), 1, 1),
 *   map(startTraining),
 *   chain((start) => loadTraining('nowhere/run.safetensors', adam(), start))
 * )
 * if (isLeft(loaded)) console.log(loaded.left._tag) // => FileError
 */
export const loadTraining = <M>(
  file: string,
  optimizer: Optimizer,
  start: Traced<TrainingState<M>>
): Result<Fitted<M>> => {
  const contents = readFrom(OPERATION, file)
  if (isLeft(contents)) return contents
  const record = recordOf(contents.right.metadata.get(RECORD) ?? '')
  if (record === undefined) {
    const text =
      `${OPERATION} finds no training run in ${file}, which has no metadata ${RECORD} that it can read. Was it written by ` +
      'saveModel, or by a later version? loadModel reads a model alone.'
    return left(fileError(OPERATION, file, 'otherModel', text))
  }
  return allOrNothing(start.tape, () => runOf(file, optimizer, start, contents.right, record))
}

const runOf = <M>(
  file: string,
  optimizer: Optimizer,
  { value: { model }, tape }: Traced<TrainingState<M>>,
  contents: Safetensors,
  record: RunRecord
): Result<Fitted<M>> => {
  const placed = (at: Tape, prefix: string): Result<Traced<M>> => {
    const names = modelNames(OPERATION, model, { prefix })
    return isLeft(names) ? names : withNumbers(OPERATION, at, model, file, contents, names.right, { prefix })
  }
  const loaded = placed(withKeyState(tape, record.keys), PREFIX.model)
  if (isLeft(loaded)) return loaded
  const slots = slotsIn(file, optimizer, loaded.right, contents, record)
  if (isLeft(slots)) return slots
  const average = record.average ? placed(loaded.right.tape, PREFIX.average) : right(undefined)
  if (isLeft(average)) return average
  const best = record.best === undefined ? right(undefined) : renew(tape, (inner) => placed(inner, PREFIX.best))
  if (isLeft(best)) return best
  const { step, loss, position, ended } = record
  const state: TrainingState<M> = {
    model: loaded.right.value,
    optimizer: { step, slots: slots.right },
    loss,
    ...(average.right !== undefined && { average: average.right.value })
  }
  const { tape: end } = average.right ?? loaded.right
  return right({
    state: { value: state, tape: end },
    model: { value: state.model, tape: end },
    history: position.history,
    position,
    ended,
    ...(best.right !== undefined && record.best !== undefined && { best: { epoch: record.best, model: best.right } })
  })
}

/** The running tensors, in the scale that these kernels keep them in. */
const slotsIn = <M>(
  file: string,
  optimizer: Optimizer,
  { value: model, tape: { kernels } }: Traced<M>,
  contents: Safetensors,
  { factors }: RunRecord
): Result<OptimizerState['slots']> =>
  attempt(OPERATION, kernels, (): Result<OptimizerState['slots']> => {
    const slots: Record<string, ReadonlyArray<Tensor>> = {}
    for (const parameter of parameters(model)) {
      const { path } = parameter
      const known = factors[path] ?? {}
      const tensors: Tensor[] = []
      const wanted = slotsOf(optimizer, kernels, path)
      const stray = Object.keys(known).find((name) => wanted.every((slot) => slot.name !== name))
      if (stray !== undefined) return otherOptimizer(file, path, `has ${stray}, which it does not keep`)
      for (const { name, factor } of wanted) {
        const before = known[name]
        const host = contents.tensors.get(slotName(path, name))
        // Before its first update a parameter has none.
        if (before === undefined || host === undefined) continue
        if (!fits(host, parameter)) return otherOptimizer(file, path, `has ${name} of another shape or dtype`)
        tensors.push(kernels.upload(host.shape, 'float32', () => rescaled(host, before / factor)))
      }
      const some = tensors.length > 0
      if (some && tensors.length < wanted.length) return otherOptimizer(file, path, 'lacks running tensors')
      if (some) slots[path] = tensors
    }
    return right(slots)
  })

const fits = ({ shape, dtype }: HostTensor, { variable }: Parameter): boolean =>
  dtype === 'float32' && sameShape(shape, variable.shape)

const rescaled = ({ values }: HostTensor, factor: number): HostTensor['values'] =>
  factor === 1 ? values : Float64Array.from(values, (value) => value * factor)

const otherOptimizer = (file: string, path: string, what: string): Result<never> => {
  const text =
    `${OPERATION}: the training run in ${file} is of another optimiser: for ${path} it ${what}. Go on with the kind of ` +
    'optimiser that it was saved with, or take the model alone by loadModel with the prefix "model.".'
  return left(fileError(OPERATION, file, 'otherModel', text))
}
