import { isLeft, left, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { atPath, invalidArgument } from '../error/tensorError'
import { sizeOf } from '../kernels/shape'
import type { Shape } from '../kernels/tensor'
import { fill } from '../operation/fill'
import { mul } from '../operation/mul'
import { wrongDtype } from '../operation/rules'
import { select } from '../operation/select'
import { drawMask } from '../random/drawMask'
import { allOrNothing } from '../tape/allOrNothing'
import { drawnConstant } from '../tape/leaf'
import { contextOf, takeKey, type Tape, type Traced } from '../tape/tape'
import { andThen, of } from '../tape/trace'
import type { Variable } from '../tape/variable'

/** y = x m / (1 - p), where each number of m is 0 with probability p and else 1. */
export interface Dropout {
  readonly _tag: 'Dropout'
  readonly p: number
}

/** Settings of dropout and channelDropout. */
export interface DropoutSettings {
  /** The probability with which a number, or a channel, becomes 0: from 0 to 1, 0.5 by default. */
  readonly p?: number
}

/**
 * A layer that makes each number 0 with probability p on a tape that records a training run and divides the others by
 * 1 - p, so that y has the expectation of x; on an evaluation tape x passes. Srivastava, Hinton, Krizhevsky, Sutskever,
 * Salakhutdinov (2014), "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15.
 *
 * A p that is not from 0 to 1 is an InvalidArgument of forward.
 * @example
 * import { constant, dropout, evaluation, forward, show, startTape, trace, wasmKernels } from 'gradfold'
 * const y = trace(evaluation(startTape(wasmKernels())), function* (run) {
 *   return yield* run(forward, dropout({ p: 0.2 }), yield* run(constant, [1, 2]))
 * })
 * console.log(show(y)) // => [1, 2]
 */
export const dropout = ({ p = 0.5 }: DropoutSettings = {}): Dropout => ({ _tag: 'Dropout', p })

/**
 * x `[...]` with numbers dropped, of the shape of x. The mask is drawn with the tape's next key, the same on every kernel
 * set. p = 0 passes x and p = 1 gives zeros; neither draws.
 *
 * Derivative: g m / (1 - p). Errors: InvalidArgument for p, DtypeError, ForeignVariable, Released.
 * @example
 * import { constant, dropout, dropoutForward, show, startTape, trace, wasmKernels } from 'gradfold'
 * const y = trace(startTape(wasmKernels(), { seed: 3 }), function* (run) {
 *   return yield* run(dropoutForward, dropout({ p: 0.5 }), yield* run(constant, [1, 2, 3, 4, 5, 6]))
 * })
 * console.log(show(y)) // => [2, 0, 0, 8, 10, 0]
 */
export const dropoutForward = (tape: Tape, { p }: Dropout, x: Variable): Result<Traced<Variable>> => {
  const refused = checkDropout('dropoutForward', p, x)
  return isLeft(refused)
    ? left(atPath(contextOf(tape).path)(refused.left))
    : dropped(tape, 'dropoutForward', p, x, x.shape)
}

/** InvalidArgument unless p is a probability, DtypeError unless x is float32: in evaluation, too, where x only passes. */
export const checkDropout = (operation: string, p: number, x: Variable): Result<void> => {
  if (!(p >= 0 && p <= 1)) {
    const text =
      `${operation} needs p from 0 to 1, but p is ${String(p)}: it is the probability with which a number becomes 0` +
      (p > 1 && p <= 100 ? `; ${p} per cent are ${p / 100}.` : '.')
    return left(invalidArgument(operation, 'p', p, text))
  }
  return x.dtype === 'float32'
    ? right(undefined)
    : wrongDtype(operation, 'float32', [x.dtype], `convert it first with cast(tape, x, 'float32')`)
}

/** x times a mask of this shape, which broadcasts to that of x. */
export const dropped = (
  tape: Tape,
  operation: string,
  p: number,
  x: Variable,
  maskShape: Shape
): Result<Traced<Variable>> => {
  if (!tape.training || p === 0) return of(tape, x)
  return allOrNothing(tape, () => {
    // Chosen and not multiplied, for 0 times infinity is NaN.
    if (p === 1) {
      return pipe(
        fill(tape, [], 0, { dtype: 'bool' }),
        andThen((at, kept) => select(at, kept, x, 0))
      )
    }
    const { value: key, tape: next } = takeKey(tape)
    const draw = (): Float32Array => drawMask(key, sizeOf(maskShape), p, 1 / (1 - p))
    return pipe(
      drawnConstant(next, operation, maskShape, draw),
      andThen((at, mask) => mul(at, x, mask))
    )
  })
}
