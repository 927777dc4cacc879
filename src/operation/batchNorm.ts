/** What batchNormForward records in training. */
import { isLeft, left, map, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { shapeMismatch, shapesText } from '../error/tensorError'
import type { BatchNormGradient, Moment, Running } from '../kernels/batchNormOf'
import type { Operations } from '../kernels/operations'
import { sameShape } from '../kernels/shape'
import type { Tensor, TensorType } from '../kernels/tensor'
import { type At, noDerivative, type Primitive } from '../tape/primitive'
import { atLeastRank, wrongDtype } from './rules'

const NAME = 'batchNorm'

interface Attributes {
  readonly eps: number
  /** The share of the batch in what its running statistics become. */
  readonly momentum: number
}

/**
 * (x - mean) / sqrt(variance + eps) * scale + offset with the moments of x over all axes but the last; scale and offset are
 * `[features]`, and so are the running mean and variance, by which kernels may compute what those become on the way.
 *
 * Derivatives: of Operations.batchNormGradient, all three at once. Saved: inputs and output, beside which kernels may have
 * kept the moments.
 */
export const batchNormPrimitive: Primitive<Attributes> = {
  name: NAME,
  saves: 'inputs and output',
  rule: (inputs) => {
    const [x, ...vectors] = inputs
    const ranked = atLeastRank(NAME, x!, 2, 'the first counts the examples, the last the features')
    if (isLeft(ranked)) return ranked
    const typed = floats(NAME, inputs)
    if (isLeft(typed)) return typed
    if (vectors.every(({ shape }) => sameShape(shape, x!.shape.slice(-1)))) return right(x!)
    const shapes = inputs.map(({ shape }) => shape)
    const text = `${NAME} needs vectors of as many numbers as the last axis has, not ${shapesText(shapes)}.`
    return left(shapeMismatch(NAME, shapes, text))
  },
  run: (kernels, [x, scale, offset, mean, variance], { eps, momentum }) =>
    kernels.batchNorm(x!, scale!, offset!, { mean: mean!, variance: variance!, momentum }, eps),
  derivative: <T>(operations: Operations<T>, upstream: T, at: At<T>, { eps }: Attributes) => {
    let all: BatchNormGradient<T> | undefined
    const gradients = (): BatchNormGradient<T> =>
      (all ??= operations.batchNormGradient(upstream, at.input(0), at.input(1), at.output(), eps))
    // The result does not depend on the running statistics.
    const nothing = (which: number) => (): T => operations.fill(at.shape(which), 0, 'float32')
    return [() => gradients()[0], () => gradients()[1], () => gradients()[2], nothing(3), nothing(4)]
  }
}

const floats = (name: string, inputs: ReadonlyArray<TensorType>): Result<unknown> => {
  const dtypes = inputs.map(({ dtype }) => dtype)
  return dtypes.every((dtype) => dtype === 'float32')
    ? right(undefined)
    : wrongDtype(name, 'float32', dtypes, `convert them first with cast(tape, x, 'float32')`)
}

/** What a running statistic becomes: of its buffer, of both as they are now, of x and of y = batchNorm(x, ...). */
export const runningMomentPrimitive: Primitive<{ readonly moment: Moment; readonly momentum: number }> = {
  name: 'runningMoment',
  saves: 'none',
  assigns: true,
  rule: (inputs) => map(() => inputs[0]!)(floats('runningMoment', inputs)),
  run: (kernels, [, mean, variance, x, y], { moment, momentum }) => {
    const running: Running<Tensor> = { mean: mean!, variance: variance!, momentum }
    return kernels.batchMoment(x!, y!, running, moment)
  },
  derivative: noDerivative
}
