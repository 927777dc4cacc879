import { isLeft, left, right } from 'fp-ts/Either'
import { asKernelError, type Result } from '../error/result'
import { atPath, invalidArgument, shapeMismatch, shapesText } from '../error/tensorError'
import { onTape } from '../gradient/loss'
import { moveTo } from '../kernels/allocations'
import type { Kernels } from '../kernels/kernels'
import { sameShape } from '../kernels/shape'
import { isReleased, type Tensor } from '../kernels/tensor'
import { parameters } from '../model/parameters'
import { scalar } from '../operation/cotangent'
import { bufferPrimitive, constantPrimitive, frozenPrimitive, parameterPrimitive, pushLeaf } from '../tape/leaf'
import { foreign, releasedError } from '../tape/record'
import { collectTensors, mapTensors } from '../tape/structure'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { tensorOf, type Variable } from '../tape/variable'
import { copied } from './mapGradients'
import { inRanges } from './settings'

/** Settings of movingAverage. */
export interface MovingAverageSettings {
  /** How much of the old average stays, in [0, 1]; 0.999 by default. */
  readonly decay?: number
}

/**
 * The exponential moving average of a model's weights: each parameter becomes decay average + (1 - decay) model; what is no
 * parameter (running statistics, frozen ones) is the model's. Begin with the model itself as its average. As the moving average of
 * torch.optim.swa_utils.
 *
 * What comes back shares no tensor with either: `release` the old average. `average` need not be on the tape (a training
 * step's tape holds its new state alone), but has to be of its kernels.
 *
 * InvalidArgument: a decay out of its range, an average that lacks a parameter of the model. ShapeMismatch, ForeignVariable,
 * Released, KernelError.
 * Source: Polyak & Juditsky, "Acceleration of stochastic approximation by averaging", 1992.
 * @example
 * import { movingAverage, parameter, show, startTape, trace, wasmKernels } from 'gradfold'
 * const averaged = trace(startTape(wasmKernels()), function* (run) {
 *   const average = { weight: yield* run(parameter, [4, 8]) }
 *   const model = { weight: yield* run(parameter, [0, 4]) }
 *   return (yield* run(movingAverage, average, model, { decay: 0.75 })).weight
 * })
 * console.log(show(averaged)) // => [3, 7]
 */
export const movingAverage = <M>(
  tape: Tape,
  average: M,
  model: M,
  { decay = 0.999 }: MovingAverageSettings = {}
): Result<Traced<M>> => {
  const { kernels, path } = contextOf(tape)
  const checked = check(tape, average, model, decay)
  if (isLeft(checked)) return left(atPath(path)(checked.left))
  const own = kernels.withOwnAllocations()
  try {
    const [old, now] = [scalar(own, decay), scalar(own, 1 - decay)]
    const tensors = new Map<Variable, Tensor>()
    for (const variable of collectTensors(model).variables) {
      const before = checked.right.get(variable)
      const tensor = tensorOf(variable)
      tensors.set(variable, before === undefined ? copied(own, tensor) : mixed(own, tensorOf(before), old, tensor, now))
    }
    for (const tensor of tensors.values()) moveTo(kernels.allocations, tensor)
    return right(onto(tape, model, tensors))
  } catch (thrown) {
    return left(atPath(path)(asKernelError('movingAverage', kernels, thrown)))
  } finally {
    own.allocations.releaseAll()
  }
}

const mixed = (own: Kernels, average: Tensor, old: Tensor, model: Tensor, now: Tensor): Tensor => {
  const [kept, added] = [own.mul(average, old), own.mul(model, now)]
  const sum = own.add(kept, added)
  for (const tensor of [kept, added]) own.release(tensor)
  return sum
}

const onto = <M>(tape: Tape, model: M, tensors: ReadonlyMap<Variable, Tensor>): Traced<M> => {
  let at = tape
  const replaced = new Map<Variable, Variable>()
  for (const [variable, tensor] of tensors) {
    const leaf = pushLeaf(at, kindOf(variable), tensor, variable.path)
    at = leaf.tape
    replaced.set(variable, leaf.value)
  }
  return { value: mapTensors(model, { variable: (variable) => replaced.get(variable) ?? variable }), tape: at }
}

const kindOf = ({ primitive, needsGradient }: Variable): typeof parameterPrimitive => {
  if (needsGradient) return parameterPrimitive
  return primitive === bufferPrimitive || primitive === frozenPrimitive ? primitive : constantPrimitive
}

/** For each parameter of the model that of the average. */
const check = (
  tape: Tape,
  average: unknown,
  model: unknown,
  decay: number
): Result<ReadonlyMap<Variable, Variable>> => {
  const inRange = inRanges('movingAverage', { decay }, { decay: { low: 0, upTo: 1, usual: '0.99 to 0.9999' } })
  if (isLeft(inRange)) return inRange
  const placed = onTape('movingAverage', tape, [...collectTensors(model).variables])
  if (isLeft(placed)) return placed
  const known = new Map(parameters(average).map(({ path, variable }) => [path, variable]))
  const found = new Map<Variable, Variable>()
  for (const { path, variable } of parameters(model)) {
    const before = known.get(path)
    if (before === undefined) {
      const text =
        `The average has no parameter ${path}, which the model has: it is of another model. Begin with the model itself ` +
        'as its average.'
      return left(invalidArgument('movingAverage', 'average', path, text))
    }
    const tensor = tensorOf(before)
    if (isReleased(tensor)) return left(releasedError('movingAverage', [tensor]))
    if (tensor.owner?.kernels.name !== contextOf(tape).kernels.name) {
      return left(foreign('movingAverage', [before], before))
    }
    if (!sameShape(before.shape, variable.shape)) {
      const shapes = [before.shape, variable.shape]
      const text =
        `The average and the model differ in ${path}: shapes ${shapesText(shapes)}. The average is of another model; begin ` +
        'with the model itself.'
      return left(shapeMismatch('movingAverage', shapes, text))
    }
    found.set(variable, before)
  }
  return right(found)
}
