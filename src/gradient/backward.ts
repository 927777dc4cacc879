import { isLeft, left, mapLeft, right } from 'fp-ts/Either'
import { fromNullable, type Option } from 'fp-ts/Option'
import { asKernelError, type Result } from '../error/result'
import { atPath } from '../error/tensorError'
import { moveTo } from '../kernels/allocations'
import type { Kernels } from '../kernels/kernels'
import type { Tensor } from '../kernels/tensor'
import { inputCount, tensorOf, type Variable } from '../tape/variable'
import { contextOf, type Tape } from '../tape/tape'
import { dependents, fold, inDerivative, Stop } from './fold'
import { checkLoss, noPath, onTape } from './loss'
import { ObservedTensors } from './observedTensors'
import { Tensors } from './tensors'

/** The map from variables to the gradients of a loss, keyed by the variable itself. */
export type Gradients = ReadonlyMap<Variable, Tensor>

/** Settings of backward. */
export interface BackwardSettings {
  /** The gradient of what follows with respect to `loss`; needed where the loss is not one number. */
  readonly upstream?: Variable
  /** Variables besides the parameters whose gradients are wanted: activations, inputs. */
  readonly keep?: ReadonlyArray<Variable>
}

/**
 * The gradients of `loss` with respect to all parameters that it depends on, by folding the tape from the loss down.
 * Each cotangent is released at its last use; the gradients belong to the tape's kernels, so inside a scope they go with
 * it unless returned. The tape is as it was.
 *
 * NotScalar: the loss has more than one number and there is no upstream gradient. NoGradientPath: it depends on no
 * parameter. ForeignVariable, Released, DtypeError, KernelError.
 * @example
 * import { backward, defaultKernels, gradientOf, mul, parameter, show, startTape, sum, trace } from 'gradfold'
 * import { chain, isRight } from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * const traced = trace(startTape(defaultKernels()), function* (run) {
 *   const x = yield* run(parameter, [1, 2, 3])
 *   return { x, loss: yield* run(sum, yield* run(mul, x, x)) }
 * })
 * if (isRight(traced)) {
 *   const { tape, value } = traced.right
 *   const gradients = backward(tape, value.loss)
 *   if (isRight(gradients)) console.log(show(gradientOf(gradients.right, value.x))) // => [2, 4, 6]
 * }
 */
export const backward = (tape: Tape, loss: Variable, settings: BackwardSettings = {}): Result<Gradients> =>
  mapLeft(atPath(contextOf(tape).path))(foldTensors(tape, loss, settings))

const foldTensors = (tape: Tape, loss: Variable, { upstream, keep = [] }: BackwardSettings): Result<Gradients> => {
  const start = checkLoss('backward', tape, loss, upstream)
  if (isLeft(start)) return start
  const wantedToo = onTape('backward', tape, keep)
  if (isLeft(wantedToo)) return wantedToo
  const kept = new Set(wantedToo.right)
  const isWanted = wanted(start.right, kept)
  if (!isWanted(start.right)) return noPath('backward', 'The loss depends on no parameter')
  const { kernels, path } = contextOf(tape)
  const own = kernels.withOwnAllocations()
  const interpreter =
    kernels.observer === undefined ? new Tensors(own) : new ObservedTensors(own, kernels.observer, path)
  try {
    const first =
      upstream === undefined ? own.fill(loss.shape, 1, 'float32') : own.reshape(tensorOf(upstream), loss.shape)
    const found = fold(interpreter, start.right, first, isWanted, (entry) => isParameter(entry) || kept.has(entry))
    interpreter.entry = undefined
    const gradients = hand(own, kernels, found)
    if (interpreter instanceof ObservedTensors) interpreter.done(gradients)
    return right(gradients)
  } catch (thrown) {
    const error = thrown instanceof Stop ? thrown.error : asKernelError('backward', kernels, thrown)
    return left(inDerivative(interpreter.entry, error))
  } finally {
    own.allocations.releaseAll()
  }
}

/**
 * The gradient of a variable, if the loss depends on it.
 * @example
 * import { isRight } from 'fp-ts/Either'
 * import { backward, defaultKernels, gradientOf, parameter, show, square, startTape, trace } from 'gradfold'
 * const traced = trace(startTape(defaultKernels()), function* (run) {
 *   const x = yield* run(parameter, 3)
 *   return { x, other: yield* run(parameter, 1), loss: yield* run(square, x) }
 * })
 * if (isRight(traced)) {
 *   const { x, other, loss } = traced.right.value
 *   const gradients = backward(traced.right.tape, loss)
 *   if (isRight(gradients)) console.log(show(gradientOf(gradients.right, x)), show(gradientOf(gradients.right, other)))
 *   // => 6 none
 * }
 */
export const gradientOf = (gradients: Gradients, variable: Variable): Option<Tensor> =>
  fromNullable(gradients.get(variable))

const isParameter = (variable: Variable): boolean => variable.needsGradient && inputCount(variable) === 0

/** Where cotangents flow: to parameters and what depends on them, and to what is kept besides. */
const wanted = (loss: Variable, kept: ReadonlySet<Variable>): ((entry: Variable) => boolean) => {
  const besides = [...kept].some(({ needsGradient }) => !needsGradient) ? dependents(loss, kept) : undefined
  return besides === undefined ? needs : (entry) => entry.needsGradient || besides(entry)
}

const needs = ({ needsGradient }: Variable): boolean => needsGradient

/** Moves the gradients to the tape's kernels, each a tensor of its own: one may be the cotangent of several variables. */
const hand = (own: Kernels, kernels: Kernels, found: ReadonlyMap<Variable, Tensor>): Gradients => {
  const gradients = new Map<Variable, Tensor>()
  for (const [variable, cotangent] of found) {
    const gradient = cotangent.claims > 1 ? own.reshape(cotangent, cotangent.shape) : cotangent
    if (cotangent.claims > 1) cotangent.claims--
    gradients.set(variable, gradient)
  }
  for (const gradient of gradients.values()) {
    gradient.claims = 0
    moveTo(kernels.allocations, gradient)
  }
  return gradients
}
