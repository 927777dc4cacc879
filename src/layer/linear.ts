import { isLeft, left } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { atPath, invalidArgument, shapeMismatch, shapeText } from '../error/tensorError'
import { add } from '../operation/add'
import { matmul } from '../operation/matmul'
import { reshape } from '../operation/reshape'
import { checkInitializer, type Initializer, initialValues, xavierUniform } from '../random/initializers'
import { allOrNothing } from '../tape/allOrNothing'
import { drawnParameter } from '../tape/leaf'
import { contextOf, takeKey, type Tape, type Traced } from '../tape/tape'
import { andThen, map, of } from '../tape/trace'
import type { Variable } from '../tape/variable'

/** y = x W^T + b. */
export interface Linear {
  readonly _tag: 'Linear'
  readonly inFeatures: number
  readonly outFeatures: number
  /** `[outFeatures, inFeatures]`, as in PyTorch. */
  readonly weight: Variable
  /** `[outFeatures]` */
  readonly bias?: Variable
}

/** Settings of linear. */
export interface LinearSettings {
  /** Whether there is a bias; it begins at 0. True by default. */
  readonly bias?: boolean
  /** How the weight begins; xavierUniform by default. */
  readonly init?: Initializer
}

/**
 * A linear layer, y = x W^T + b, with a weight `[outFeatures, inFeatures]` drawn with the tape's next key (Xavier uniform
 * by default: Glorot & Bengio 2010) and a bias `[outFeatures]` of zeros.
 *
 * InvalidArgument: features that are not whole numbers from 1 up, or an initialiser that cannot be drawn from.
 * InvalidShape: a weight larger than a tensor of these kernels.
 * @example
 * import { defaultKernels, linear, parameterCount, startTape } from 'gradfold'
 * import { isRight } from 'fp-ts/Either'
 * const layer = linear(startTape(defaultKernels()), 784, 128)
 * if (isRight(layer)) console.log(parameterCount(layer.right.value)) // => 100480
 */
export const linear = (
  tape: Tape,
  inFeatures: number,
  outFeatures: number,
  { bias = true, init = xavierUniform }: LinearSettings = {}
): Result<Traced<Linear>> => {
  const checked = checkFeatures(inFeatures, outFeatures, init)
  if (isLeft(checked)) return left(atPath(contextOf(tape).path)(checked.left))
  const { value: key, tape: next } = takeKey(tape)
  const shape = [outFeatures, inFeatures]
  const fans = { fanIn: inFeatures, fanOut: outFeatures }
  return allOrNothing(tape, () =>
    pipe(
      drawnParameter(next, 'linear', 'weight', shape, () => initialValues(init, key, shape, fans)),
      andThen((at, weight) => {
        const layer: Linear = { _tag: 'Linear', inFeatures, outFeatures, weight }
        if (!bias) return of(at, layer)
        return pipe(
          drawnParameter(at, 'linear', 'bias', [outFeatures], () => new Float64Array(outFeatures)),
          map((value): Linear => ({ ...layer, bias: value }))
        )
      })
    )
  )
}

const checkFeatures = (inFeatures: number, outFeatures: number, init: Initializer): Result<unknown> => {
  for (const [argument, value] of Object.entries({ inFeatures, outFeatures })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      const text = `linear needs ${argument} to be a whole number from 1 up, not ${value}: it counts the numbers of one example.`
      return left(invalidArgument('linear', argument, value, text))
    }
  }
  return checkInitializer('linear', init, [outFeatures, inFeatures])
}

/**
 * y = x W^T + b for x `[..., inFeatures]` of any rank from 1 up; y is `[..., outFeatures]`.
 *
 * Derivatives: dL/dx = dL/dy W, dL/dW = (dL/dy)^T x, dL/db = the sum of dL/dy over all examples.
 * Errors: ShapeMismatch if x's last axis is not inFeatures, DtypeError, ForeignVariable, Released.
 * @example
 * import { defaultKernels, linear, linearForward, startTape, trace, uniform } from 'gradfold'
 * trace(startTape(defaultKernels()), function* (run) {
 *   const layer = yield* run(linear, 4, 2)
 *   return yield* run(linearForward, layer, yield* run(uniform, [8, 4])) // [8, 2]
 * })
 */
export const linearForward = (tape: Tape, layer: Linear, x: Variable): Result<Traced<Variable>> => {
  const { weight, inFeatures, outFeatures } = layer
  const { shape } = x
  if (shape.at(-1) !== inFeatures) {
    return left(
      atPath(contextOf(tape).path)(
        shapeMismatch(
          'linearForward',
          [shape, weight.shape],
          `linearForward takes ${inFeatures} features along the last axis, but x is ${shapeText(shape)}: flatten images ` +
            `with reshape, or make the layer with ${shape.at(-1) ?? 1} inFeatures.`
        )
      )
    )
  }
  return allOrNothing(tape, () =>
    shape.length === 2
      ? affine(tape, layer, x)
      : pipe(
          reshape(tape, x, [shape.slice(0, -1).reduce((size, n) => size * n, 1), inFeatures]),
          andThen((at, rows) => affine(at, layer, rows)),
          andThen((at, y) => reshape(at, y, [...shape.slice(0, -1), outFeatures]))
        )
  )
}

/** Of a matrix. Without a function for each step: linear layers are most of the calls of a small network. */
const affine = (tape: Tape, { weight, bias }: Linear, x: Variable): Result<Traced<Variable>> => {
  const product = matmul(tape, x, weight, { transposeY: true })
  return isLeft(product) || bias === undefined ? product : add(product.right.tape, product.right.value, bias)
}
