import { isLeft, left, mapLeft, right } from 'fp-ts/Either'
import { attempt, type Result } from '../error/result'
import { atPath, fileError, shapeText, type TensorError } from '../error/tensorError'
import { sameShape } from '../kernels/shape'
import { type HostTensor, isReleased } from '../kernels/tensor'
import type { StateEntry } from '../model/state'
import { allOrNothing } from '../tape/allOrNothing'
import { bufferPrimitive, frozenPrimitive, parameterPrimitive, pushLeaf } from '../tape/leaf'
import { checkSize, foreign, releasedError } from '../tape/record'
import { collectTensors, mapTensors } from '../tape/structure'
import { contextOf, type Tape, topOf, type Traced } from '../tape/tape'
import { isBelow, tensorOf, type Variable } from '../tape/variable'
import { quoted } from './complaint'
import type { Safetensors } from './decodeSafetensors'
import { type FileLayout, type ModelFileSettings, modelNames, type ModelNames } from './modelNames'
import { readFrom } from './readSafetensors'

/** How a file has to fit its model. */
export interface LoadModelSettings extends ModelFileSettings {
  /**
   * Whether the file has to have all of the model's variables and nothing else, true by default. Where it need not,
   * variables that it lacks stay; what both have must be of one shape all the same. As in PyTorch.
   */
  readonly strict?: boolean
}

/**
 * A model with the numbers of a safetensors file in new variables on this tape: parameters stay parameters, frozen ones
 * frozen, buffers buffers, and a variable in two places stays one. The model that is handed in stays as it is; it may be
 * on `shapesKernels()`, where making it draws no numbers.
 *
 * Files of `saveModel`, and of PyTorch with `layout: 'pytorch'`. With a `prefix` the other names of the file are left alone.
 *
 * Errors: FileError (`otherModel` with what is missing, unexpected or of another shape, and those of readSafetensors);
 * InvalidArgument for a layout that is none; ForeignVariable for what the file has not and this tape neither; KernelError.
 * @example
 * import { mkdtempSync } from 'node:fs'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { linear, lift, loadModel, saveModel, shapesKernels, startTape, trace, wasmKernels } from 'gradfold'
 * const path = join(mkdtempSync(join(tmpdir(), 'gradfold-')), 'model.safetensors')
 * trace(startTape(wasmKernels(), { seed: 7 }), function* (run) {
 *   return yield* run(lift, saveModel(path, yield* run(linear, 3, 2)))
 * })
 * const empty = trace(startTape(shapesKernels()), (run) => run(linear, 3, 2))
 * const loaded = trace(startTape(wasmKernels()), function* (run) {
 *   return yield* run(loadModel, (yield* run(lift, empty)).value, path)
 * })
 */
export const loadModel = <M>(
  tape: Tape,
  model: M,
  file: string,
  settings: LoadModelSettings = {}
): Result<Traced<M>> => {
  const { path } = contextOf(tape)
  const names = modelNames('loadModel', model, settings)
  if (isLeft(names)) return left(atPath(path)(names.left))
  const contents = readFrom('loadModel', file)
  if (isLeft(contents)) return left(atPath(path)(contents.left))
  return withNumbers('loadModel', tape, model, file, contents.right, names.right, settings)
}

/** What loadModel does with the contents of a file, for files that hold more than a model. */
export const withNumbers = <M>(
  operation: string,
  tape: Tape,
  model: M,
  file: string,
  contents: Safetensors,
  names: ModelNames,
  settings: LoadModelSettings
): Result<Traced<M>> => {
  const { kernels, path } = contextOf(tape)
  const found = match(contents, names, settings)
  const misfit = otherModel(operation, file, found, settings)
  if (misfit !== undefined) return left(atPath(path)(misfit))
  const stays = [...collectTensors(model).variables].filter((variable) => !found.numbers.has(variable))
  const stranger = stays.find((variable) => !isBelow(topOf(tape), variable))
  if (stranger !== undefined) return left(atPath(path)(foreign(operation, [stranger], stranger)))
  const gone = stays.map(tensorOf).filter(isReleased)
  if (gone.length > 0) return left(atPath(path)(releasedError(operation, gone)))
  const loaded = allOrNothing(tape, () =>
    attempt(operation, kernels, (): Result<Traced<M>> => {
      let at = tape
      const next = new Map<Variable, Variable>()
      for (const { variable, kind } of names.variables) {
        const numbers = found.numbers.get(variable)
        if (numbers === undefined) continue
        const tooLarge = checkSize(operation, kernels, numbers)
        if (tooLarge !== undefined) return left(tooLarge)
        const tensor = kernels.upload(numbers.shape, numbers.dtype, () => numbers.values)
        const leaf = pushLeaf(at, leafOf[kind], tensor, variable.path)
        at = leaf.tape
        next.set(variable, leaf.value)
      }
      return right({ value: mapTensors(model, { variable: (old) => next.get(old) ?? old }), tape: at })
    })
  )
  return mapLeft(atPath(path))(loaded)
}

const leafOf: Readonly<Record<StateEntry['kind'], typeof parameterPrimitive>> = {
  parameter: parameterPrimitive,
  frozen: frozenPrimitive,
  buffer: bufferPrimitive
}

interface Matched {
  readonly numbers: ReadonlyMap<Variable, HostTensor>
  readonly missing: ReadonlyArray<string>
  readonly unexpected: ReadonlyArray<string>
  /** What is there and does not fit: `"weight" is [3, 2] in the file and [2, 3] in the model`. */
  readonly misfits: ReadonlyArray<string>
}

const match = (
  { tensors, metadata }: Safetensors,
  { variables, counters }: ModelNames,
  { prefix = '' }: ModelFileSettings
): Matched => {
  const numbers = new Map<Variable, HostTensor>()
  const missing: string[] = []
  const misfits: string[] = []
  const unexpected = new Set([...tensors.keys()].filter((name) => name.startsWith(prefix)))
  for (const name of counters) unexpected.delete(name)
  for (const { names, variable } of variables) {
    // Under one of its names, or under the one that a shared variable has in the file.
    const stored = names.flatMap((name) => (tensors.has(name) ? [name] : (metadata.get(name) ?? [])))
    for (const name of stored) unexpected.delete(name)
    const candidates = new Set(stored.flatMap((name) => tensors.get(name) ?? []))
    const [first, ...others] = candidates
    if (first === undefined) missing.push(names[0])
    else if (!sameShape(first.shape, variable.shape) || first.dtype !== variable.dtype) {
      misfits.push(`${quoted(names[0])} is ${typeText(first)} in the file and ${typeText(variable)} in the model`)
    } else if (others.some((other) => !sameNumbers(first, other))) {
      misfits.push(`${names.map(quoted).join(' and ')} are one variable in the model and differ in the file`)
    } else numbers.set(variable, first)
  }
  return { numbers, missing, unexpected: [...unexpected], misfits }
}

const typeText = ({
  shape,
  dtype
}: {
  readonly shape: HostTensor['shape']
  readonly dtype: HostTensor['dtype']
}): string => `${dtype} ${shapeText(shape)}`

const sameNumbers = (a: HostTensor, b: HostTensor): boolean =>
  sameShape(a.shape, b.shape) && a.values.every((value, i) => Object.is(value, b.values[i]))

const otherModel = (
  operation: string,
  file: string,
  { numbers, missing, unexpected, misfits }: Matched,
  { strict = true, layout = 'gradfold' }: LoadModelSettings
): TensorError | undefined => {
  const nothing = numbers.size === 0 && missing.length > 0
  if (misfits.length === 0 && !nothing && (!strict || missing.length + unexpected.length === 0)) return undefined
  const complaints = [
    ...listed('it lacks', missing.map(quoted)),
    ...listed('it has, and the model has not,', unexpected.map(quoted)),
    ...listed('', misfits)
  ]
  const names = missing.length > 0 ? waysOut(operation, layout, unexpected) : ''
  const part =
    strict && misfits.length === 0 && !nothing ? ' The part that both have is read with { strict: false }.' : ''
  const text =
    `${operation} cannot put ${file} into this model: ${complaints.join('; ')}. It is a file of another model: ` +
    `make the model as it was when it was saved.${names}${part}`
  return fileError(operation, file, 'otherModel', text)
}

/** What the names in the file say about where they are from. */
const waysOut = (operation: string, layout: FileLayout, unexpected: ReadonlyArray<string>): string => {
  if (operation !== 'loadModel') return ''
  if (unexpected.some((name) => name.startsWith('model.'))) {
    return " Is it a training run? Its model is read with { prefix: 'model.' }."
  }
  return layout === 'gradfold' ? " PyTorch's names are read with { layout: 'pytorch' }." : ''
}

/** The first few of them. */
const listed = (what: string, items: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (items.length === 0) return []
  const more = items.length > 4 ? ` and ${items.length - 4} more` : ''
  return [`${what} ${items.slice(0, 4).join(', ')}${more}`.trimStart()]
}
