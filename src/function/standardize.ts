import type { Result } from '../error/result'
import { broadcastShapes, sizeOf } from '../kernels/shape'
import { add } from '../operation/add'
import { div } from '../operation/div'
import { mul } from '../operation/mul'
import { sqrt } from '../operation/sqrt'
import type { Tape, Traced } from '../tape/tape'
import { trace } from '../tape/trace'
import type { Variable } from '../tape/variable'

/** What a normalisation multiplies by and adds in the end; each broadcasts to x. */
export interface Affine {
  readonly scale?: Variable
  readonly offset?: Variable
}

/**
 * centered / sqrt(variance + eps) * scale + offset, as batch, layer, group and instance norm have it; `center` of
 * moments.ts makes the first two. Where scale and variance are together smaller than x, the factor is computed of them
 * alone, and x is gone over twice: times the factor, plus the offset.
 */
export const standardize = (
  tape: Tape,
  { centered, variance }: { readonly centered: Variable; readonly variance: Variable },
  eps: number,
  { scale, offset }: Affine = {}
): Result<Traced<Variable>> =>
  trace(tape, function* (run) {
    const deviation = yield* run(sqrt, yield* run(add, variance, eps))
    const scaled = yield* run(rescaled, centered, deviation, scale)
    return offset === undefined ? scaled : yield* run(add, scaled, offset)
  })

/** A product, for its derivative is cheaper than that of a quotient. */
const rescaled = (
  tape: Tape,
  x: Variable,
  deviation: Variable,
  scale: Variable | undefined
): Result<Traced<Variable>> =>
  trace(tape, function* (run) {
    if (scale !== undefined && isSmaller(deviation, scale, x)) {
      return yield* run(mul, x, yield* run(div, scale, deviation))
    }
    const standard = yield* run(mul, x, yield* run(div, 1, deviation))
    return scale === undefined ? standard : yield* run(mul, standard, scale)
  })

const isSmaller = (deviation: Variable, scale: Variable, x: Variable): boolean =>
  sizeOf(broadcastShapes(deviation.shape, scale.shape) ?? x.shape) < sizeOf(x.shape)
