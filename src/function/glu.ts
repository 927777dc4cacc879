import { isLeft, left } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { atPath, dimensionError, shapeText } from '../error/tensorError'
import { normalizeAxis } from '../operation/axes'
import { mul } from '../operation/mul'
import { relu } from '../operation/relu'
import { sigmoid } from '../operation/sigmoid'
import { slice } from '../operation/slice'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { of } from '../tape/trace'
import type { Variable } from '../tape/variable'
import { floatFunction } from './floatFunction'
import { gelu } from './gelu'
import { silu } from './silu'

/** What a half goes through before it multiplies the other. */
export type Gate = 'sigmoid' | 'silu' | 'gelu' | 'relu' | 'identity'

/** Settings of glu. */
export interface GluSettings {
  /** Which axis is halved; -1, the last, by default. */
  readonly axis?: number
  /** `sigmoid` by default; `silu` makes SwiGLU, `gelu` GEGLU, `relu` ReGLU, `identity` a bilinear unit. */
  readonly gate?: Gate
}

const gates: Readonly<Record<Gate, (tape: Tape, x: Variable) => Result<Traced<Variable>>>> = {
  sigmoid,
  silu,
  gelu,
  relu,
  identity: of
}

/**
 * A gated linear unit: the first half of x along an axis times gate(the second half). float32; the axis comes out half as
 * long.
 *
 * Derivative: of the product. Errors: DimensionError for an axis that is not there or of an odd size, DtypeError.
 * Source: Dauphin, Fan, Auli, Grangier, "Language modeling with gated convolutional networks", 2017; the other gates:
 * Shazeer, "GLU variants improve transformer", 2020.
 * @example
 * import { andThen, constant, defaultKernels, glu, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [4, 6, 0, 0]), andThen(glu)))) // => [2, 3]
 */
export const glu = (
  tape: Tape,
  x: Variable,
  { axis = -1, gate = 'sigmoid' }: GluSettings = {}
): Result<Traced<Variable>> => {
  const at = atPath(contextOf(tape).path)
  const normal = normalizeAxis('glu', x.shape, axis)
  if (isLeft(normal)) return left(at(normal.left))
  const length = x.shape[normal.right] ?? 0
  if (length % 2 !== 0) {
    const text = `glu halves axis ${axis} of ${shapeText(x.shape)}, but ${length} is odd: make the layer before it twice as wide as its output should be.`
    return left(at(dimensionError('glu', x.shape, [axis], text)))
  }
  const size = x.shape.map((n, i) => (i === normal.right ? n / 2 : n))
  return floatFunction(tape, 'glu', x, function* (run) {
    const begin = x.shape.map(() => 0)
    const first = yield* run(slice, x, begin, size)
    const second = yield* run(
      slice,
      x,
      begin.map((_, i) => (i === normal.right ? length / 2 : 0)),
      size
    )
    return yield* run(mul, first, yield* run(gates[gate], second))
  })
}
