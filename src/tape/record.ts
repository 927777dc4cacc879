/** The one door by which operations come onto a tape: check, run, append. */
import { isLeft, left, right } from 'fp-ts/Either'
import { asKernelError, type Result } from '../error/result'
import {
  atPath,
  dimensionError,
  foreignVariable,
  invalidShape,
  released,
  shapesText,
  shapeText,
  type TensorError
} from '../error/tensorError'
import type { Kernels } from '../kernels/kernels'
import type { Listener } from '../kernels/observation'
import { sizeOf } from '../kernels/shape'
import { isReleased, type Tensor, type TensorType } from '../kernels/tensor'
import { isBelow, tensorOf, type Variable } from './variable'
import { isDifferentiable, type Primitive } from './primitive'
import { contextOf, push, type Tape, topOf, type Traced } from './tape'

/**
 * Records `primitive` of these variables: refuses variables of another branch and released ones, applies the shape rule,
 * runs the kernel, and appends the entry. On a Left nothing was computed and the tape is as it was.
 */
export const record = <A>(
  tape: Tape,
  primitive: Primitive<A>,
  inputs: ReadonlyArray<Variable>,
  attributes: A
): Result<Traced<Variable>> => {
  const { kernels, path } = contextOf(tape)
  const top = topOf(tape)
  const tensors = new Array<Tensor>(inputs.length)
  let needsGradient = false
  for (let i = 0; i < inputs.length; i++) {
    const variable = inputs[i]!
    const tensor = tensorOf(variable)
    if (!isBelow(top, variable)) return left(atPath(path)(foreign(primitive.name, inputs, variable)))
    if (isReleased(tensor)) return left(atPath(path)(releasedError(primitive.name, [tensor])))
    tensors[i] = tensor
    needsGradient ||= variable.needsGradient
  }
  const type = primitive.rule(tensors, attributes)
  if (isLeft(type)) return left(atPath(path)(type.left))
  if (type.right !== tensors[0]) {
    const misfit = checkSize(primitive.name, kernels, type.right)
    if (misfit !== undefined) return left(atPath(path)(misfit))
  }
  const mark = kernels.allocations.mark()
  let output: Tensor
  try {
    if (primitive.inspect !== undefined) {
      const fault = primitive.inspect(kernels, tensors, attributes)
      if (isLeft(fault)) return left(atPath(path)(fault.left))
    }
    output =
      kernels.observer === undefined
        ? primitive.run(kernels, tensors, attributes)
        : observed(kernels.observer, kernels, path, primitive, tensors, attributes)
  } catch (thrown) {
    // A kernel that fails halfway has made its output already.
    kernels.allocations.releaseUnclaimed(mark)
    return left(atPath(path)(asKernelError(primitive.name, kernels, thrown)))
  }
  const flows = needsGradient && output.dtype === 'float32' && isDifferentiable(primitive)
  return right(push(tape, primitive, attributes, inputs, output, flows))
}

/** Runs, and tells of it. */
const observed = <A>(
  observer: Listener,
  kernels: Kernels,
  path: string,
  primitive: Primitive<A>,
  tensors: ReadonlyArray<Tensor>,
  attributes: A
): Tensor => {
  const started = performance.now()
  const output = primitive.run(kernels, tensors, attributes)
  const microseconds = (performance.now() - started) * 1000
  const { shape, bytes } = output
  const inputs = tensors.map((tensor) => tensor.shape)
  observer({ kind: 'operation', name: primitive.name, inputs, output: shape, microseconds, bytes, path })
  return output
}

/** What these kernels cannot hold. */
export const checkSize = (operation: string, kernels: Kernels, { shape }: TensorType): TensorError | undefined => {
  if (shape.length > kernels.maxRank) {
    return dimensionError(
      operation,
      shape,
      [],
      `The result ${shapeText(shape)} would have ${shape.length} axes, but ${kernels.name} takes at most ` +
        `${kernels.maxRank}: reshape neighbouring axes into one.`
    )
  }
  const bytes = sizeOf(shape) * 4
  return bytes > kernels.maxBytes
    ? invalidShape(
        operation,
        shape,
        `The result ${shapeText(shape)} would take ${bytes} bytes, but a tensor on ${kernels.name} has at most ` +
          `${kernels.maxBytes}: was a size meant for another axis, or a broadcast not meant at all? Else work in parts.`
      )
    : undefined
}

export const foreign = (operation: string, inputs: ReadonlyArray<Variable>, variable: Variable): TensorError =>
  foreignVariable(
    operation,
    [variable.shape],
    `${operation} was given a variable ${shapeText(variable.shape)} that is not on its tape` +
      `${inputs.length > 1 ? ` (inputs: ${shapesText(inputs.map(({ shape }) => shape))})` : ''}. ` +
      'It was recorded on another branch, on another tape, or inside a scope that has ended. Use the tape that came ' +
      'back with the variable (trace and andThen hand it on), or bring its numbers over with read and constant.'
  )

export const releasedError = (operation: string, tensors: ReadonlyArray<TensorType>): TensorError =>
  released(
    operation,
    tensors.map(({ shape }) => shape),
    `${operation} needs a tensor ${shapesText(tensors.map(({ shape }) => shape))} whose memory was released: by ` +
      'release, at the end of the scope that made it, or by the training step that replaced it. Read it before, or ' +
      'return it from the scope to keep it.'
  )
