/**
 * The reverse fold over a tape, written once: with tensors it is `backward`, with variables `gradient`. A loop, never a
 * recursion: a million entries must work.
 */
import { atPath, type TensorError } from '../error/tensorError'
import type { Operations } from '../kernels/operations'
import { sameShape } from '../kernels/shape'
import type { Shape } from '../kernels/tensor'
import { inputAt, inputCount, inputsOf, previousOf, type Variable } from '../tape/variable'
import { type At, isDifferentiable } from '../tape/primitive'

/** What a representation T needs to be folded over. */
export interface Interpreter<T> {
  readonly operations: Operations<T>
  /** What an entry computed. */
  valueOf(entry: Variable): T
  /** Before the thunks of one entry run. */
  begin(entry: Variable): void
  /** One more place holds x. */
  claim(x: T): void
  /** One place fewer holds x. */
  drop(x: T): void
  /** After the thunks of one entry: what they made and nobody claimed is not needed. */
  end(): void
}

/** Carries a Left out of derivatives, which return plain values; `backward` and `gradient` catch it. */
export class Stop extends Error {
  constructor(readonly error: TensorError) {
    super(error.message)
  }
}

/** The error, and in which entry's derivative it happened. */
export const inDerivative = (entry: Variable | undefined, error: TensorError): TensorError => {
  if (entry === undefined) return error
  const { index, path, primitive } = entry
  return atPath(path)({ ...error, message: `In the derivative of ${primitive.name}, entry ${index}: ${error.message}` })
}

/** What a derivative sees of an entry. One object for the whole fold: thunks run before it moves on. */
class View<T> implements At<T> {
  constructor(
    private readonly interpreter: Interpreter<T>,
    public entry: Variable
  ) {}

  get count(): number {
    return inputCount(this.entry)
  }
  input(index: number): T {
    return this.interpreter.valueOf(inputAt(this.entry, index))
  }
  output(): T {
    return this.interpreter.valueOf(this.entry)
  }
  shape(index: number): Shape {
    return inputAt(this.entry, index).shape
  }
}

/**
 * Gradients of `loss`, whose own is `upstream`, for the entries in which `keep` is true. Cotangents flow only where
 * `wanted` is true. Each gradient in the map is claimed once for being there.
 */
export const fold = <T>(
  interpreter: Interpreter<T>,
  loss: Variable,
  upstream: T,
  wanted: (entry: Variable) => boolean,
  keep: (entry: Variable) => boolean
): Map<Variable, T> => {
  const { operations } = interpreter
  const gradients = new Map<Variable, T>()
  // The entries below one another are numbered without gaps, so an array serves as the map of cotangents.
  const pending = new Array<T | undefined>(loss.index + 1)
  const view = new View(interpreter, loss)
  pending[loss.index] = upstream
  interpreter.claim(upstream)
  for (let entry: Variable | undefined = loss; entry !== undefined; entry = previousOf(entry)) {
    const cotangent = pending[entry.index]
    if (cotangent === undefined) continue
    pending[entry.index] = undefined
    // What is detached may be kept, but nothing flows on from it.
    if (inputCount(entry) > 0 && isDifferentiable(entry.primitive)) {
      view.entry = entry
      propagate(interpreter, view, cotangent, pending, wanted, operations)
    }
    if (keep(entry)) gradients.set(entry, cotangent)
    else interpreter.drop(cotangent)
  }
  return gradients
}

const propagate = <T>(
  interpreter: Interpreter<T>,
  view: View<T>,
  upstream: T,
  pending: (T | undefined)[],
  wanted: (entry: Variable) => boolean,
  operations: Operations<T>
): void => {
  const { primitive, attributes } = view.entry
  const count = inputCount(view.entry)
  interpreter.begin(view.entry)
  const thunks = primitive.derivative(operations, upstream, view, attributes)
  const cotangents = new Array<T | undefined>(count)
  for (let i = 0; i < count; i++) {
    const input = inputAt(view.entry, i)
    if (!wanted(input)) continue
    const cotangent = thunks[i]!()
    if (!sameShape(operations.shapeOf(cotangent), input.shape)) {
      throw new Error(`gradfold: the derivative of ${primitive.name} gave the wrong shape for input ${i}`)
    }
    interpreter.claim(cotangent)
    cotangents[i] = cotangent
  }
  interpreter.end()
  for (let i = 0; i < count; i++) {
    const cotangent = cotangents[i]
    if (cotangent === undefined) continue
    const { index } = inputAt(view.entry, i)
    const other = pending[index]
    if (other === undefined) {
      pending[index] = cotangent
      continue
    }
    const sum = operations.add(other, cotangent)
    interpreter.claim(sum)
    interpreter.drop(other)
    interpreter.drop(cotangent)
    pending[index] = sum
  }
}

/** The entries from the bottom to `loss` that are one of `sources` or computed from one. */
export const dependents = (loss: Variable, sources: ReadonlySet<Variable>): ((entry: Variable) => boolean) => {
  const entries: Variable[] = []
  for (let entry: Variable | undefined = loss; entry !== undefined; entry = previousOf(entry)) entries.push(entry)
  const marks = new Uint8Array(entries.length)
  for (let i = entries.length - 1; i >= 0; i--) {
    const entry = entries[i]!
    const { dtype, index, primitive } = entry
    const flows = isDifferentiable(primitive) && inputsOf(entry).some((input) => marks[input.index] === 1)
    if (dtype === 'float32' && (sources.has(entry) || flows)) {
      marks[index] = 1
    }
  }
  return (entry) => marks[entry.index] === 1
}
