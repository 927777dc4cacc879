import { isLeft, left, mapLeft, right } from 'fp-ts/Either'
import { none, type Option, some } from 'fp-ts/Option'
import type { Result } from '../error/result'
import { atPath, released, type TensorError } from '../error/tensorError'
import { broadcastStrides, sizeOf, stridesOf } from '../kernels/shape'
import { isReleased, type Shape, type Tensor, type Values } from '../kernels/tensor'
import { isDifferentiable } from '../tape/primitive'
import { read } from '../tape/read'
import { foreign } from '../tape/record'
import { contextOf, type Tape, topOf } from '../tape/tape'
import { inputCount, inputsOf, isBelow, previousOf, tensorOf, type Variable } from '../tape/variable'
import type { Gradients } from './backward'
import { backwardText, elementwise, forwardText } from './firstNonFiniteText'

/** Where NaN or an infinity came in. */
export interface NonFinite {
  /** forward: the entry's own number; backward: its gradient's. */
  readonly pass: 'forward' | 'backward'
  /** The entry: its place on the tape, what it is (`log`, `parameter`, `constant`), its layer path and its shape. */
  readonly index: number
  readonly operation: string
  readonly path: string
  readonly shape: Shape
  /** The first such number in it: an index along each axis. */
  readonly position: ReadonlyArray<number>
  /** NaN, Infinity or -Infinity. */
  readonly value: number
  /**
   * given: it came from outside, as a parameter, data or the upstream gradient. made: all that it was computed from is finite.
   * unknown: some of that was released, or is no key of the gradients.
   */
  readonly origin: 'given' | 'made' | 'unknown'
  /** What it was computed from, by index: forward its inputs, backward the entries that use it, whose derivatives made it. */
  readonly sources: ReadonlyArray<number>
  /** What happened, the likely cause, the way out. */
  readonly message: string
}

/**
 * The first NaN or infinity of a run: the oldest entry of the tape that holds one, or, if none does, the first gradient in
 * the order in which `backward` completes them, from the loss down. It only reads numbers; nothing is computed again.
 * With the gradients of parameters alone it names the parameter nearest to the loss; gradients that `backward` was told to
 * `keep` narrow it down to an entry between. What was released is passed over.
 *
 * Released: the rest is finite, but not all could be looked at. ForeignVariable: gradients of another tape. KernelError.
 * @example
 * import { isRight } from 'fp-ts/Either'
 * import { isSome } from 'fp-ts/Option'
 * import { backward, defaultKernels, firstNonFinite, parameter, sqrt, startTape, sum, trace } from 'gradfold'
 * const traced = trace(startTape(defaultKernels()), function* (run) {
 *   return yield* run(sum, yield* run(sqrt, yield* run(parameter, [4, 0], { name: 'x' })))
 * })
 * if (isRight(traced)) {
 *   const gradients = backward(traced.right.tape, traced.right.value)
 *   if (isRight(gradients)) {
 *     const found = firstNonFinite(traced.right.tape, gradients.right)
 *     if (isRight(found) && isSome(found.right)) {
 *       const { pass, path, position, value } = found.right.value
 *       console.log(pass, path, position, value) // => backward x [1] Infinity
 *     }
 *   }
 * }
 */
export const firstNonFinite = (tape: Tape, gradients: Gradients = new Map()): Result<Option<NonFinite>> =>
  mapLeft(atPath(contextOf(tape).path))(search(tape, gradients))

const search = (tape: Tape, gradients: Gradients): Result<Option<NonFinite>> => {
  const top = topOf(tape)
  const stranger = [...gradients.keys()].find((variable) => !isBelow(top, variable))
  if (stranger !== undefined) return left(foreign('firstNonFinite', [], stranger))
  const entries = entriesOf(top)
  const gone: Tensor[] = []
  for (const entry of entries) {
    const fault = faultIn(tensorOf(entry), gone)
    if (isLeft(fault)) return fault
    if (fault.right !== undefined) return right(some(inForward(entry, fault.right)))
  }
  const users = usersOf(entries)
  // A gradient is complete once the oldest user's derivative has run.
  const completed = (entry: Variable): number => users.get(entry)?.[0]?.index ?? Infinity
  const order = [...gradients].sort(([a], [b]) => completed(b) - completed(a) || b.index - a.index)
  for (const [entry, gradient] of order) {
    const fault = faultIn(gradient, gone)
    if (isLeft(fault)) return fault
    if (fault.right !== undefined) {
      return right(some(inBackward(entry, fault.right, users.get(entry) ?? [], gradients, entries)))
    }
  }
  return gone.length === 0 ? right(none) : left(unseen(gone))
}

/** The first number in a tensor that is not finite. */
interface Flaw {
  readonly offset: number
  readonly value: number
}

/** Notes tensors that are released: there is nothing to look at. */
const faultIn = (tensor: Tensor, gone: Tensor[]): Result<Flaw | undefined> => {
  if (tensor.dtype !== 'float32' || sizeOf(tensor.shape) === 0) return right(undefined)
  if (isReleased(tensor)) {
    gone.push(tensor)
    return right(undefined)
  }
  const host = read(tensor)
  return isLeft(host) ? host : right(flawIn(host.right.values))
}

const flawIn = (values: Values): Flaw | undefined => {
  for (let offset = 0; offset < values.length; offset++) {
    const value = values[offset]!
    if (!Number.isFinite(value)) return { offset, value }
  }
  return undefined
}

const inForward = (entry: Variable, flaw: Flaw): NonFinite => {
  const inputs = inputsOf(entry)
  const seen = inputs.every((input) => !isReleased(tensorOf(input)))
  const origin = inputs.length === 0 ? 'given' : seen ? 'made' : 'unknown'
  const facts = factsOf('forward', entry, flaw, origin, inputs)
  const local = elementwise.has(facts.operation) ? inputs : []
  const operands = local.map((input) => valueAt(input, entry.shape, facts.position))
  return { ...facts, message: forwardText(facts, operands) }
}

const inBackward = (
  entry: Variable,
  flaw: Flaw,
  users: ReadonlyArray<Variable>,
  gradients: Gradients,
  entries: ReadonlyArray<Variable>
): NonFinite => {
  const seen = users.every((user) => {
    const gradient = gradients.get(user)
    return gradient !== undefined && !isReleased(gradient)
  })
  // Nothing uses the loss. A leaf without a user is the loss itself, or the tape ends before what uses it.
  const isLoss = users.length === 0 && inputCount(entry) > 0
  const origin = isLoss ? 'given' : seen && users.length > 0 ? 'made' : 'unknown'
  const facts = factsOf('backward', entry, flaw, origin, users)
  const message = backwardText(facts, users, valueAt(entry, entry.shape, facts.position), entries)
  return { ...facts, message }
}

const factsOf = (
  pass: NonFinite['pass'],
  { index, primitive, path, shape }: Variable,
  { offset, value }: Flaw,
  origin: NonFinite['origin'],
  sources: ReadonlyArray<Variable>
): Omit<NonFinite, 'message'> => ({
  pass,
  index,
  operation: primitive.name,
  path,
  shape,
  position: stridesOf(shape).map((stride, axis) => Math.floor(offset / stride) % shape[axis]!),
  value,
  origin,
  sources: [...new Set(sources.map((source) => source.index))]
})

/** What an operand that broadcasts to this result holds there, if it is live. */
const valueAt = (operand: Variable, result: Shape, position: ReadonlyArray<number>): number | undefined => {
  const host = read(operand)
  if (isLeft(host)) return undefined
  const strides = broadcastStrides(operand.shape, result)
  return host.right.values[position.reduce((offset, index, axis) => offset + index * strides[axis]!, 0)]
}

/** Oldest first. */
const entriesOf = (top: Variable | undefined): ReadonlyArray<Variable> => {
  const entries: Variable[] = []
  for (let entry = top; entry !== undefined; entry = previousOf(entry)) entries.push(entry)
  return entries.reverse()
}

/** For each entry those that cotangents come back from, oldest first. */
const usersOf = (entries: ReadonlyArray<Variable>): ReadonlyMap<Variable, ReadonlyArray<Variable>> => {
  const users = new Map<Variable, Variable[]>()
  for (const user of entries) {
    if (user.dtype !== 'float32' || !isDifferentiable(user.primitive)) continue
    for (const input of inputsOf(user)) {
      const known = users.get(input)
      if (known === undefined) users.set(input, [user])
      else known.push(user)
    }
  }
  return users
}

const unseen = (gone: ReadonlyArray<Tensor>): TensorError =>
  released(
    'firstNonFinite',
    gone.map(({ shape }) => shape),
    `firstNonFinite found nothing, but ${gone.length} of the tensors were released before it could look at them: call it ` +
      'where they are still live, inside the scope or in the loss function of the training step.'
  )
