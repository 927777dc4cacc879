import { isLeft, left } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { atPath, shapeMismatch, shapesText } from '../error/tensorError'
import { sameShape, sizeOf } from '../kernels/shape'
import { add } from '../operation/add'
import { matmul } from '../operation/matmul'
import { reshape } from '../operation/reshape'
import { checkInitializer, initialValues, xavierUniform } from '../random/initializers'
import { allOrNothing } from '../tape/allOrNothing'
import { drawnParameter } from '../tape/leaf'
import { contextOf, takeKey, type Tape, type Traced } from '../tape/tape'
import { andThen, map, of, trace } from '../tape/trace'
import type { Variable } from '../tape/variable'
import type { LinearSettings } from './linear'
import { checkSizes } from './sizes'

/** y_o = x1^T W_o x2 + b_o. It takes two inputs, so it is no element of a sequential: call bilinearForward. */
export interface Bilinear {
  readonly _tag: 'Bilinear'
  readonly in1Features: number
  readonly in2Features: number
  readonly outFeatures: number
  /** `[outFeatures, in1Features, in2Features]`, as in PyTorch. */
  readonly weight: Variable
  /** `[outFeatures]` */
  readonly bias?: Variable
}

/**
 * A bilinear layer, y_o = x1^T W_o x2 + b_o, with a weight `[outFeatures, in1Features, in2Features]` drawn with the
 * tape's next key (Xavier uniform by default, with fanIn = in1 in2 and fanOut = out in2, as PyTorch counts) and a bias
 * `[outFeatures]` of zeros. PyTorch's Bilinear, which draws its weight and bias with a bound of 1 / sqrt(in1).
 *
 * InvalidArgument: features that are not whole numbers from 1 up, or an initialiser that cannot be drawn from.
 * InvalidShape: a weight larger than a tensor of these kernels.
 * @example
 * import { bilinear, defaultKernels, parameterCount, startTape } from 'gradfold'
 * import { isRight } from 'fp-ts/Either'
 * const layer = bilinear(startTape(defaultKernels()), 20, 30, 40)
 * if (isRight(layer)) console.log(parameterCount(layer.right.value)) // => 24040
 */
export const bilinear = (
  tape: Tape,
  in1Features: number,
  in2Features: number,
  outFeatures: number,
  { bias = true, init = xavierUniform }: LinearSettings = {}
): Result<Traced<Bilinear>> => {
  const sizes = { in1Features, in2Features, outFeatures }
  const sized = checkSizes('bilinear', sizes, 'it counts the numbers of one example')
  const shape = [outFeatures, in1Features, in2Features]
  const checked = isLeft(sized) ? sized : checkInitializer('bilinear', init, shape)
  if (isLeft(checked)) return left(atPath(contextOf(tape).path)(checked.left))
  const { value: key, tape: next } = takeKey(tape)
  const fans = { fanIn: in1Features * in2Features, fanOut: outFeatures * in2Features }
  return allOrNothing(tape, () =>
    pipe(
      drawnParameter(next, 'bilinear', 'weight', shape, () => initialValues(init, key, shape, fans)),
      andThen((at, weight) => {
        const layer: Bilinear = { _tag: 'Bilinear', ...sizes, weight }
        if (!bias) return of(at, layer)
        return pipe(
          drawnParameter(at, 'bilinear', 'bias', [outFeatures], () => new Float64Array(outFeatures)),
          map((value): Bilinear => ({ ...layer, bias: value }))
        )
      })
    )
  )
}

/**
 * y_o = x1^T W_o x2 + b_o for x1 `[..., in1Features]` and x2 `[..., in2Features]` with equal leading axes, any number of
 * them; y is `[..., outFeatures]`. On the way `[..., outFeatures, in1Features]` numbers are held.
 *
 * Derivatives: dL/dx1 = sum of g_o W_o x2, dL/dx2 = sum of g_o W_o^T x1, dL/dW_o = g_o x1 x2^T, dL/db = g.
 * Errors: ShapeMismatch, DtypeError, ForeignVariable, Released.
 * @example
 * import { bilinear, bilinearForward, defaultKernels, startTape, trace, uniform } from 'gradfold'
 * trace(startTape(defaultKernels()), function* (run) {
 *   const layer = yield* run(bilinear, 4, 3, 2)
 *   const x1 = yield* run(uniform, [8, 4])
 *   const x2 = yield* run(uniform, [8, 3])
 *   return yield* run(bilinearForward, layer, x1, x2) // [8, 2]
 * })
 */
export const bilinearForward = (
  tape: Tape,
  { weight, bias, in1Features, in2Features, outFeatures }: Bilinear,
  x1: Variable,
  x2: Variable
): Result<Traced<Variable>> => {
  const leading = x1.shape.slice(0, -1)
  if (
    x1.shape.at(-1) !== in1Features ||
    x2.shape.at(-1) !== in2Features ||
    !sameShape(leading, x2.shape.slice(0, -1))
  ) {
    const shapes = [x1.shape, x2.shape]
    const text =
      `bilinearForward takes ${in1Features} and ${in2Features} features along the last axes of x1 and x2, and else ` +
      `equal axes, but they are ${shapesText(shapes)}: are they swapped, or is one without its batch?`
    return left(atPath(contextOf(tape).path)(shapeMismatch('bilinearForward', [...shapes, weight.shape], text)))
  }
  const count = sizeOf(leading)
  return allOrNothing(tape, () =>
    trace(tape, function* (run) {
      const matrix = yield* run(reshape, weight, [outFeatures * in1Features, in2Features])
      const rows = yield* run(reshape, x2, [count, in2Features])
      const products = yield* run(matmul, rows, matrix, { transposeY: true })
      const forms = yield* run(reshape, products, [count, outFeatures, in1Features])
      const columns = yield* run(reshape, x1, [count, in1Features, 1])
      const values = yield* run(reshape, yield* run(matmul, forms, columns), [...leading, outFeatures])
      return bias === undefined ? values : yield* run(add, values, bias)
    })
  )
}
