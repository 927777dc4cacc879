/** What comes onto a tape from outside: parameters, buffers and constants, and what has left a scope. */
import { isLeft, left, mapLeft, right } from 'fp-ts/Either'
import { attempt, type Result } from '../error/result'
import { atPath } from '../error/tensorError'
import type { Dtype, Shape, Tensor, TensorType, Values } from '../kernels/tensor'
import type { Variable } from './variable'
import { type Input, toHost } from './input'
import { noDerivative, type Primitive } from './primitive'
import { checkSize, record } from './record'
import { contextOf, joinPath, push, type Tape, type Traced } from './tape'

/** A leaf has no inputs, so nothing ever runs it or asks for its derivative. */
const leaf = (name: string): Primitive<unknown> => ({
  name,
  saves: 'none',
  rule: () => {
    throw new Error(`gradfold: the leaf ${name} has no rule`)
  },
  run: () => {
    throw new Error(`gradfold: the leaf ${name} cannot run`)
  },
  derivative: noDerivative
})

export const parameterPrimitive = leaf('parameter')
export const constantPrimitive = leaf('constant')
export const detachedPrimitive = leaf('detached')
export const bufferPrimitive = leaf('buffer')
export const frozenPrimitive = leaf('frozen')

/** Appends a leaf for a tensor that the tape's kernels own already. */
export const pushLeaf = (tape: Tape, primitive: Primitive<unknown>, tensor: Tensor, path?: string): Traced<Variable> =>
  push(tape, primitive, {}, [], tensor, primitive === parameterPrimitive && tensor.dtype === 'float32', path)

/** Settings of parameter and constant. */
export interface LeafSettings {
  /** float32 for numbers, bool for booleans, by default; an Int32Array is int32. */
  readonly dtype?: Dtype
  /** Its name below the layer path of the tape. */
  readonly name?: string
}

const upload = (
  primitive: Primitive<unknown>,
  tape: Tape,
  input: Input,
  { dtype, name }: LeafSettings
): Result<Traced<Variable>> => {
  const host = toHost(primitive.name, input, dtype)
  if (isLeft(host)) return left(atPath(contextOf(tape).path)(host.left))
  const { values } = host.right
  return put(primitive, tape, primitive.name, host.right, () => values, name)
}

const put = (
  primitive: Primitive<unknown>,
  tape: Tape,
  operation: string,
  { shape, dtype }: TensorType,
  values: () => Values,
  name: string | undefined
): Result<Traced<Variable>> => {
  const { kernels, path } = contextOf(tape)
  const misfit = checkSize(operation, kernels, { shape, dtype })
  if (misfit !== undefined) return left(atPath(path)(misfit))
  const uploaded = attempt(operation, kernels, () => {
    const tensor = kernels.upload(shape, dtype, values)
    return right(pushLeaf(tape, primitive, tensor, name === undefined ? path : joinPath(path, name)))
  })
  return mapLeft(atPath(path))(uploaded)
}

/** A parameter whose numbers are drawn once its size is known to fit, and not at all by kernels without data. */
export const drawnParameter = (
  tape: Tape,
  operation: string,
  name: string,
  shape: Shape,
  draw: () => Values
): Result<Traced<Variable>> => put(parameterPrimitive, tape, operation, { shape, dtype: 'float32' }, draw, name)

/** The same for numbers that training does not change: a mask of dropout. */
export const drawnConstant = (
  tape: Tape,
  operation: string,
  shape: Shape,
  draw: () => Values
): Result<Traced<Variable>> => put(constantPrimitive, tape, operation, { shape, dtype: 'float32' }, draw, undefined)

/** The same for a buffer. */
export const drawnBuffer = (
  tape: Tape,
  operation: string,
  name: string,
  shape: Shape,
  draw: () => Values
): Result<Traced<Variable>> => put(bufferPrimitive, tape, operation, { shape, dtype: 'float32' }, draw, name)

/**
 * Records numbers that training changes: `backward` gives their gradients.
 * @example
 * import { defaultKernels, parameter, startTape } from 'gradfold'
 * const weight = parameter(startTape(defaultKernels()), [[1, 2], [3, 4]])
 */
export const parameter = (tape: Tape, input: Input, settings: LeafSettings = {}): Result<Traced<Variable>> =>
  upload(parameterPrimitive, tape, input, settings)

/**
 * Records data: it needs no gradient, so none is computed for it.
 * @example
 * import { constant, defaultKernels, startTape } from 'gradfold'
 * const images = constant(startTape(defaultKernels()), { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) })
 */
export const constant = (tape: Tape, input: Input, settings: LeafSettings = {}): Result<Traced<Variable>> =>
  upload(constantPrimitive, tape, input, settings)

/**
 * Records a part of a model's state that no gradient and no optimiser touches: running statistics, say. It changes by
 * `assign`; `settle` gives the model with what its buffers have become. PyTorch's register_buffer.
 * @example
 * import { buffer, parameterCount, startTape, wasmKernels } from 'gradfold'
 * import { isRight } from 'fp-ts/Either'
 * const mean = buffer(startTape(wasmKernels()), [0, 0], { name: 'runningMean' })
 * if (isRight(mean)) console.log(parameterCount(mean.right.value)) // => 0
 */
export const buffer = (tape: Tape, input: Input, settings: LeafSettings = {}): Result<Traced<Variable>> =>
  upload(bufferPrimitive, tape, input, settings)

/**
 * The same numbers, cut off: no gradient flows through. PyTorch's detach, JAX's stop_gradient.
 * @example
 * import { constant, defaultKernels, detach, startTape, trace } from 'gradfold'
 * trace(startTape(defaultKernels()), function* (run) {
 *   return yield* run(detach, yield* run(constant, [1, 2]))
 * })
 */
export const detach = (tape: Tape, x: Variable): Result<Traced<Variable>> => record(tape, detachPrimitive, [x], {})

const detachPrimitive: Primitive<object> = {
  name: 'detach',
  saves: 'none',
  rule: ([x]) => right(x!),
  run: (kernels, [x]) => kernels.reshape(x!, x!.shape),
  derivative: noDerivative
}
