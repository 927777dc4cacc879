/** A model is a plain value; its parameters are the variables in it, named by the path of fields that leads there. */
import { sizeOf } from '../kernels/shape'
import { isPlain } from '../tape/structure'
import { joinPath } from '../tape/tape'
import { Variable } from '../tape/variable'

/** A variable that training changes, and where it is in its model. */
export interface Parameter {
  /** "0.weight", "encoder.bias" */
  readonly path: string
  readonly variable: Variable
}

/**
 * The variables of a model that need a gradient, in the order of its fields, each once (a shared one under its first
 * path). Looks into records, arrays, maps and sets; instances of classes are opaque. Fields that only hold layers together (`layers` of a sequential, `parameters` of a custom layer) give no name.
 * @example
 * import { defaultKernels, linear, parameters, startTape } from 'gradfold'
 * import { isRight } from 'fp-ts/Either'
 * const layer = linear(startTape(defaultKernels()), 3, 2)
 * if (isRight(layer)) console.log(parameters(layer.right.value).map(({ path }) => path)) // => ['weight', 'bias']
 */
export const parameters = (model: unknown): ReadonlyArray<Parameter> => {
  const found = new Map<Variable, string>()
  collect(model, '', found)
  return Array.from(found, ([variable, path]) => ({ path, variable }))
}

/**
 * How many numbers the parameters hold together.
 * @example
 * import { isRight } from 'fp-ts/Either'
 * import { activation, linear, parameterCount, sequential, startTape, wasmKernels } from 'gradfold'
 * const tape = startTape(wasmKernels())
 * const model = sequential(tape, (at) => linear(at, 784, 256), activation('relu'), (at) => linear(at, 256, 10))
 * if (isRight(model)) console.log(parameterCount(model.right.value)) // => 203530
 */
export const parameterCount = (model: unknown): number =>
  parameters(model).reduce((count, { variable }) => count + sizeOf(variable.shape), 0)

const collect = (value: unknown, path: string, found: Map<Variable, string>): void => {
  if (typeof value !== 'object' || value === null) return
  if (value instanceof Variable) {
    if (value.needsGradient && !found.has(value)) found.set(value, path)
    return
  }
  if (value instanceof Map) {
    for (const [key, item] of value) collect(item, joinPath(path, String(key)), found)
    return
  }
  if (value instanceof Set) {
    Array.from(value).forEach((item: unknown, index) => {
      collect(item, joinPath(path, `${index}`), found)
    })
    return
  }
  if (Array.isArray(value)) {
    value.forEach((item: unknown, index) => collect(item, joinPath(path, `${index}`), found))
    return
  }
  if (!isPlain(value)) return
  const tag = value['_tag']
  const transparent = tag === 'Sequential' ? 'layers' : tag === 'Custom' ? 'parameters' : undefined
  for (const key in value) {
    const item = value[key]
    if (typeof item === 'object') collect(item, key === transparent ? path : joinPath(path, key), found)
  }
}
