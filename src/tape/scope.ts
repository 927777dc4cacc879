/**
 * Memory: JavaScript frees nothing in a WebAssembly heap or on a GPU, so each tensor has one owner, an allocation list.
 * A scope hands its body a tape whose kernels have a list of their own; at its end what is not returned is released.
 * No global is involved, so a scope holds across `await`.
 */
import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { type Allocations, moveTo } from '../kernels/allocations'
import type { Kernels } from '../kernels/kernels'
import { isReleased, type Tensor } from '../kernels/tensor'
import { isBelow, tensorOf, type Variable } from './variable'
import {
  bufferPrimitive,
  constantPrimitive,
  detachedPrimitive,
  frozenPrimitive,
  parameterPrimitive,
  pushLeaf
} from './leaf'
import { releasedError } from './record'
import { collectTensors, mapTensors } from './structure'
import { contextOf, type Tape, topOf, type Traced, withKernels, withKeyOf, withoutEntries } from './tape'

/**
 * Releases all that `body` makes and does not return. What it returns (any plain value with variables and tensors in it)
 * gets new entries on `tape`: parameters stay parameters, computed values are detached, so that keeping a loss does not
 * keep the run that led to it, and no gradient flows out of a scope: call `backward` inside. The random key goes on.
 * @example
 * import { andThen, constant, defaultKernels, item, relu, scope, startTape, sum } from 'gradfold'
 * import { chain } from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * const total = scope(startTape(defaultKernels()), (tape) => pipe(constant(tape, [-1, 2]), andThen(relu), andThen(sum)))
 * console.log(pipe(total, chain(({ value }) => item(value)))) // => { _tag: 'Right', right: 2 }
 */
export const scope = <A>(tape: Tape, body: (tape: Tape) => Result<Traced<A>>): Result<Traced<A>> =>
  inside(tape, body, leave)

/**
 * `scope` for a body that waits.
 * @example
 * import { setTimeout } from 'node:timers/promises'
 * import { defaultKernels, memory, scopeAsync, startTape, uniform } from 'gradfold'
 * const kernels = defaultKernels()
 * await scopeAsync(startTape(kernels), async (tape) => {
 *   const drawn = uniform(tape, [100])
 *   await setTimeout(1)
 *   return drawn
 * })
 * console.log(memory(kernels).tensors) // => 1
 */
export const scopeAsync = async <A>(
  tape: Tape,
  body: (tape: Tape) => Promise<Result<Traced<A>>>
): Promise<Result<Traced<A>>> => {
  const kernels = tape.kernels.withOwnAllocations()
  try {
    const result = await body(withKernels(tape, kernels))
    return isLeft(result) ? result : leave(tape, kernels, result.right)
  } finally {
    kernels.allocations.releaseAll()
  }
}

/**
 * A scope whose result is on a tape that holds nothing else: how one training step follows another without the tape
 * growing. `tape` and all that is on it stay as they are; `release` the old state when it is no longer needed.
 * @example
 * import { isRight } from 'fp-ts/Either'
 * import { constant, defaultKernels, mul, renew, startTape, trace } from 'gradfold'
 * const doubled = renew(startTape(defaultKernels()), (tape) =>
 *   trace(tape, function* (run) {
 *     return yield* run(mul, yield* run(constant, 3), 2)
 *   })
 * )
 * if (isRight(doubled)) console.log(doubled.right.tape.length) // => 1
 */
export const renew = <A>(tape: Tape, body: (tape: Tape) => Result<Traced<A>>): Result<Traced<A>> =>
  inside(tape, body, (outer, kernels, traced) => leave(withoutEntries(outer), kernels, traced))

/**
 * Releases the tensors of all variables and tensors in a plain value, those in `keep` excepted. What is released
 * already, stays so.
 * @example
 * import { isRight } from 'fp-ts/Either'
 * import { constant, defaultKernels, read, release, show, startTape } from 'gradfold'
 * const x = constant(startTape(defaultKernels()), [1, 2])
 * release(x)
 * if (isRight(x)) console.log(show(x).startsWith('Released in read')) // => true
 */
export const release = (value: unknown, keep?: unknown): void => {
  const kept = tensorsIn(keep)
  for (const tensor of tensorsIn(value)) if (!kept.has(tensor)) tensor.owner?.kernels.release(tensor)
}

const inside = <A>(
  tape: Tape,
  body: (tape: Tape) => Result<Traced<A>>,
  end: (tape: Tape, kernels: Kernels, traced: Traced<A>) => Result<Traced<A>>
): Result<Traced<A>> => {
  const kernels = tape.kernels.withOwnAllocations()
  try {
    const result = body(withKernels(tape, kernels))
    return isLeft(result) ? result : end(tape, kernels, result.right)
  } finally {
    kernels.allocations.releaseAll()
  }
}

/** Carries what the body returned onto `outer`, and its tensors into the list of outer's kernels. */
const leave = <A>(outer: Tape, kernels: Kernels, inner: Traced<A>): Result<Traced<A>> => {
  const { variables, tensors } = collectTensors(inner.value)
  const gone = [...tensorsOf(variables), ...tensors].filter(isReleased)
  if (gone.length > 0) return left(releasedError('scope', gone))
  const innerTop = topOf(inner.tape)
  let tape = withKeyOf(outer, inner.tape)
  const carried = new Map<Variable, Variable>()
  for (const variable of variables) {
    const isInner = isBelow(innerTop, variable) || tensorOf(variable).owner === kernels.allocations
    // What is on the outer tape stays there; what is of another tape altogether is none of ours to carry.
    if (isBelow(topOf(outer), variable) || !isInner) continue
    const tensor = take(kernels.allocations, outer, tensorOf(variable))
    const leaf = pushLeaf(tape, leafOf(variable), tensor, variable.path)
    tape = leaf.tape
    carried.set(variable, leaf.value)
  }
  const follow = (variable: Variable): Variable => carried.get(variable) ?? variable
  const value = mapTensors(inner.value, {
    variable: follow,
    key: follow,
    tensor: (tensor) => take(kernels.allocations, outer, tensor)
  })
  return right({ value, tape })
}

const take = (from: Allocations, outer: Tape, tensor: Tensor): Tensor => {
  if (tensor.owner === from) moveTo(contextOf(outer).kernels.allocations, tensor)
  return tensor
}

/** What stays what it is where it leaves a scope. */
const kept: ReadonlyArray<typeof detachedPrimitive> = [parameterPrimitive, bufferPrimitive, frozenPrimitive]

const leafOf = ({ primitive, needsGradient }: Variable): typeof detachedPrimitive => {
  if (kept.includes(primitive)) return primitive
  return needsGradient ? detachedPrimitive : constantPrimitive
}

const tensorsOf = (variables: Iterable<Variable>): ReadonlyArray<Tensor> => Array.from(variables, tensorOf)

const tensorsIn = (value: unknown): ReadonlySet<Tensor> => {
  const { variables, tensors } = collectTensors(value)
  return new Set([...tensorsOf(variables), ...tensors])
}
