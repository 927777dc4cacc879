/** A model is a plain value; its parameters are the variables in it, named by the path of fields that leads there. */
import { sizeOf } from '../kernels/shape'
import type { Variable } from '../tape/variable'
import { stateOf } from './state'

/** A variable that training changes, and where it is in its model. */
export interface Parameter {
  /** "0.weight", "encoder.bias" */
  readonly path: string
  readonly variable: Variable
}

/**
 * The variables of a model that need a gradient, in the order of its fields, each once (a shared one under its first
 * path). Frozen ones and buffers are in `stateOf` alone.
 * @example
 * import { defaultKernels, linear, parameters, startTape } from 'gradfold'
 * import { isRight } from 'fp-ts/Either'
 * const layer = linear(startTape(defaultKernels()), 3, 2)
 * if (isRight(layer)) console.log(parameters(layer.right.value).map(({ path }) => path)) // => ['weight', 'bias']
 */
export const parameters = (model: unknown): ReadonlyArray<Parameter> =>
  stateOf(model)
    .filter(({ kind }) => kind === 'parameter')
    .map(({ path, variable }) => ({ path, variable }))

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
