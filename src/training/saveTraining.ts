import { isLeft } from 'fp-ts/Either'
import type { Result } from '../error/result'
import type { SafetensorsEntry } from '../file/encodeSafetensors'
import { modelEntries } from '../file/saveModel'
import { writeTo } from '../file/writeSafetensors'
import { parameters } from '../model/parameters'
import type { Optimizer } from '../optimizer/optimizer'
import { slotsOf } from '../optimizer/slots'
import { read } from '../tape/read'
import { keyStateOf } from '../tape/tape'
import type { Fitted } from './fitSettings'
import { recordText } from './runRecord'

/** What the names of a checkpoint begin with: a model can be had out of it by `loadModel` with such a prefix. */
export const PREFIX = { model: 'model.', average: 'average.', best: 'best.', optimizer: 'optimizer.' } as const

/** The metadata that holds the rest of the run. */
export const RECORD = 'gradfold.training'

/**
 * Writes a whole training run as one safetensors file: the model, its moving average and the best one, the optimiser's
 * running tensors under PyTorch's names, random key, position in the data, history. A file that is there is replaced as a
 * whole. `loadTraining` reads it; `loadModel` with the prefix "model." reads the model alone.
 *
 * Errors: FileError, Released, KernelError, InvalidArgument for two variables of one name.
 * @example
 * import { mkdtempSync } from 'node:fs'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { isRight } from 'fp-ts/Either'
 * import { fit, linear, linearForward, mseLoss, readSafetensors, saveTraining, sgd, silent, startTape, startTraining } from 'gradfold'
 * import { trace, wasmKernels } from 'gradfold'
 * const file = join(mkdtempSync(join(tmpdir(), 'gradfold-')), 'run.safetensors')
 * const model = linear(startTape(wasmKernels()), 1, 1)
 * const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 })
 * if (isRight(model)) {
 *   const fitted = await fit(startTraining(model.right), {
 *     data: { x: [[0], [1]], y: [[1], [3]] },
 *     loss: (tape, layer, batch) =>
 *       trace(tape, function* (run) {
 *         return yield* run(mseLoss, yield* run(linearForward, layer, batch.x), batch.y)
 *       }),
 *     optimizer,
 *     epochs: 1,
 *     progress: silent
 *   })
 *   if (isRight(fitted)) saveTraining(file, optimizer, fitted.right)
 * }
 * const contents = readSafetensors(file)
 * if (isRight(contents)) console.log([...contents.right.tensors.keys()].sort())
 * // => ['model.bias', 'model.weight', 'optimizer.bias.momentum_buffer', 'optimizer.weight.momentum_buffer']
 */
export const saveTraining = <M>(file: string, optimizer: Optimizer, run: Fitted<M>): Result<undefined> => {
  const { value, tape } = run.state
  const { best } = run
  const models = [
    [PREFIX.model, value.model],
    [PREFIX.average, value.average],
    [PREFIX.best, best?.model.value]
  ] as const
  const entries: SafetensorsEntry[] = []
  const metadata = new Map<string, string>()
  for (const [prefix, model] of models) {
    if (model === undefined) continue
    const made = modelEntries('saveTraining', model, { prefix })
    if (isLeft(made)) return made
    entries.push(...made.right.entries)
    for (const [name, text] of made.right.metadata) metadata.set(name, text)
  }
  const factors: Record<string, Record<string, number>> = {}
  for (const { path } of parameters(value.model)) {
    const own: Record<string, number> = {}
    const tensors = value.optimizer.slots[path] ?? []
    for (const [i, { name, factor }] of slotsOf(optimizer, tape.kernels, path).entries()) {
      const tensor = tensors[i]
      if (tensor === undefined) continue
      const numbers = read(tensor)
      if (isLeft(numbers)) return numbers
      entries.push({ name: slotName(path, name), tensor: numbers.right })
      own[name] = factor
    }
    factors[path] = own
  }
  const record = recordText({
    version: 1,
    loss: value.loss,
    step: value.optimizer.step,
    factors,
    keys: keyStateOf(tape),
    position: run.position,
    ended: run.ended,
    average: value.average !== undefined,
    ...(best !== undefined && { best: best.epoch })
  })
  return writeTo('saveTraining', file, entries, metadata.set(RECORD, record))
}

/** "optimizer.0.weight.exp_avg" */
export const slotName = (path: string, slot: string): string =>
  `${PREFIX.optimizer}${path === '' ? '' : `${path}.`}${slot}`
