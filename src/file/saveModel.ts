import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { read } from '../tape/read'
import type { SafetensorsEntry } from './encodeSafetensors'
import { type ModelFileSettings, modelNames } from './modelNames'
import { writeTo } from './writeSafetensors'

/**
 * Writes the state of a model (parameters, frozen ones, buffers) as a safetensors file, in the place of one that is there,
 * as `writeSafetensors` does. Names are the paths of `stateOf`; reference kernels write their float64 numbers. A variable
 * in two places of the model is written once, and the metadata says which name its other one stands for, as PyTorch's
 * safetensors.torch.save_model does.
 *
 * With `layout: 'pytorch'` the names are those of PyTorch's state_dict: safetensors.torch.load_file gives what
 * load_state_dict takes.
 *
 * Errors: FileError, InvalidArgument for a layout that is none and for two variables of one name, Released, KernelError.
 * @example
 * import { mkdtempSync } from 'node:fs'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { isRight } from 'fp-ts/Either'
 * import { linear, readSafetensors, saveModel, startTape, wasmKernels } from 'gradfold'
 * const path = join(mkdtempSync(join(tmpdir(), 'gradfold-')), 'model.safetensors')
 * const layer = linear(startTape(wasmKernels()), 3, 2)
 * if (isRight(layer)) saveModel(path, layer.right.value)
 * const file = readSafetensors(path)
 * if (isRight(file)) console.log([...file.right.tensors.keys()]) // => ['bias', 'weight']
 */
export const saveModel = (file: string, model: unknown, settings: ModelFileSettings = {}): Result<undefined> => {
  const contents = modelEntries('saveModel', model, settings)
  return isLeft(contents) ? contents : writeTo('saveModel', file, contents.right.entries, contents.right.metadata)
}

/** What a model is in a file. */
export interface ModelEntries {
  readonly entries: ReadonlyArray<SafetensorsEntry>
  readonly metadata: ReadonlyMap<string, string>
}

/** What saveModel writes, for files that hold more than a model. */
export const modelEntries = (operation: string, model: unknown, settings: ModelFileSettings): Result<ModelEntries> => {
  const named = modelNames(operation, model, settings)
  if (isLeft(named)) return named
  const entries: SafetensorsEntry[] = []
  // Programs that load models of PyTorch look for it.
  const metadata = new Map(settings.layout === 'pytorch' ? [['format', 'pt']] : [])
  for (const { names, variable } of named.right.variables) {
    const tensor = read(variable)
    if (isLeft(tensor)) return tensor
    const [stored, ...others] = names
    entries.push({ name: stored, tensor: tensor.right })
    for (const other of others) metadata.set(other, stored)
  }
  for (const name of named.right.counters) {
    entries.push({ name, tensor: { shape: [], dtype: 'int32', values: Int32Array.of(0) }, dtype: 'I64' })
  }
  return right({ entries, metadata })
}
