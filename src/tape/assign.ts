/** Buffers change without hiding: that one becomes another value is an entry of the tape like any other. */
import { left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { atPath, dtypeError, invalidArgument, shapeMismatch, shapesText } from '../error/tensorError'
import { sameShape } from '../kernels/shape'
import { exchange, type Exchanged } from './exchange'
import { bufferPrimitive } from './leaf'
import { noDerivative, type Primitive } from './primitive'
import { foreign, record } from './record'
import { contextOf, type Tape, topOf, type Traced } from './tape'
import { map } from './trace'
import { inputAt, isBelow, previousOf, type Variable } from './variable'

const assignPrimitive: Primitive<object> = {
  name: 'assign',
  saves: 'none',
  assigns: true,
  rule: ([buffer, value]) => {
    if (buffer!.dtype !== value!.dtype) {
      const dtypes = [buffer!.dtype, value!.dtype]
      return left(
        dtypeError(
          'assign',
          dtypes,
          `assign takes two of one dtype, not ${dtypes.join(' and ')}: convert one with cast.`
        )
      )
    }
    if (sameShape(buffer!.shape, value!.shape)) return right(buffer!)
    const shapes = [buffer!.shape, value!.shape]
    const text = `assign needs a value of the buffer's shape, not ${shapesText(shapes)}: reshape it, or sum over an axis.`
    return left(shapeMismatch('assign', shapes, text))
  },
  run: (kernels, [, value]) => kernels.reshape(value!, value!.shape),
  derivative: noDerivative
}

/**
 * Records that a buffer has become another value. Nothing changes but the tape: `current` finds the value, and `settle`
 * puts it into the model. No gradient flows through.
 *
 * Errors: InvalidArgument for a variable that is no buffer, ShapeMismatch, DtypeError, ForeignVariable, Released.
 * @example
 * import { add, assign, buffer, current, show, startTape, trace, wasmKernels } from 'gradfold'
 * const counted = trace(startTape(wasmKernels()), function* (run) {
 *   const count = yield* run(buffer, 0)
 *   yield* run(assign, count, yield* run(add, count, 1))
 *   return yield* run(current, count)
 * })
 * console.log(show(counted)) // => 1
 */
export const assign = (tape: Tape, buffer: Variable, value: Variable): Result<Traced<Variable>> => {
  if (buffer.primitive === bufferPrimitive) return record(tape, assignPrimitive, [buffer, value], {})
  const text = `assign changes buffers, but this is a ${buffer.primitive.name}: make it with buffer(tape, ...).`
  return left(atPath(contextOf(tape).path)(invalidArgument('assign', 'buffer', buffer.primitive.name, text)))
}

/**
 * What a buffer is at this point of the tape: the value of its last `assign`, or the buffer itself. A layer that is applied
 * twice on one tape goes on from its first statistics so.
 *
 * Errors: ForeignVariable.
 * @example
 * import { buffer, current, show, startTape, trace, wasmKernels } from 'gradfold'
 * const now = trace(startTape(wasmKernels()), function* (run) {
 *   return yield* run(current, yield* run(buffer, [1, 2]))
 * })
 * console.log(show(now)) // => [1, 2]
 */
export const current = (tape: Tape, buffer: Variable): Result<Traced<Variable>> =>
  isBelow(topOf(tape), buffer)
    ? right({ value: newest(tape, buffer), tape })
    : left(atPath(contextOf(tape).path)(foreign('current', [buffer], buffer)))

/** Entries below the buffer cannot assign to it. */
const newest = (tape: Tape, buffer: Variable): Variable => {
  let at = topOf(tape)
  while (at !== undefined && at.index > buffer.index) {
    if (at.primitive.assigns === true && inputAt(at, 0) === buffer) return at
    at = previousOf(at)
  }
  return buffer
}

/**
 * The model with what its buffers have become on this tape: after a training run, batch norm's new running statistics.
 * The model that is handed in stays as it is. `trainingStep` does it.
 *
 * Errors: ForeignVariable, Released, KernelError.
 * @example
 * import { isRight } from 'fp-ts/Either'
 * import { assign, buffer, constant, settle, show, startTape, trace, wasmKernels } from 'gradfold'
 * const settled = trace(startTape(wasmKernels()), function* (run) {
 *   const model = { seen: yield* run(buffer, [0]) }
 *   yield* run(assign, model.seen, yield* run(constant, [5]))
 *   return (yield* run(settle, model)).seen
 * })
 * console.log(show(settled)) // => [5]
 */
export const settle = <M>(tape: Tape, model: M): Result<Traced<M>> =>
  map(({ value }: Exchanged<M>) => value)(settled(tape, model))

/** The same, with the buffers that have changed and what they have become. */
export const settled = <M>(tape: Tape, model: M): Result<Traced<Exchanged<M>>> =>
  exchange('settle', tape, model, bufferPrimitive, (buffer) => {
    const numbers = newest(tape, buffer)
    return numbers === buffer ? undefined : { kind: bufferPrimitive, numbers }
  })
