import { isLeft, left } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { atPath, invalidShape, shapeText } from '../error/tensorError'
import { sizeOf } from '../kernels/shape'
import type { Shape } from '../kernels/tensor'
import { reshape } from '../operation/reshape'
import { atLeastRank } from '../operation/rules'
import { isAxisSize } from '../tape/input'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'

/** Gives each example of a batch another shape. */
export interface ReshapeTo {
  readonly _tag: 'ReshapeTo'
  readonly shape: Shape
}

/**
 * A layer that gives each example this shape and leaves the batch, the first axis, as it is; one size may be -1, which stands
 * for what is left. `reshapeTo([28, 28, 1])` makes `[batch, 28, 28, 1]` of `[batch, 784]`.
 * @example
 * import { defaultKernels, forward, reshapeTo, startTape, trace, uniform } from 'gradfold'
 * trace(startTape(defaultKernels()), function* (run) {
 *   const y = yield* run(forward, reshapeTo([28, -1]), yield* run(uniform, [8, 784]))
 *   console.log(y.shape) // => [8, 28, 28]
 * })
 */
export const reshapeTo = (shape: Shape): ReshapeTo => ({ _tag: 'ReshapeTo', shape })

/**
 * x `[batch, ...]` as `[batch, ...shape]`; the numbers keep their order.
 *
 * Derivative: g in x's shape. Errors: InvalidShape if an example has not that many numbers, DimensionError for a scalar.
 * @example
 * import { defaultKernels, reshapeTo, reshapeToForward, startTape, trace, uniform } from 'gradfold'
 * trace(startTape(defaultKernels()), function* (run) {
 *   const y = yield* run(reshapeToForward, reshapeTo([2, 3]), yield* run(uniform, [8, 6]))
 *   console.log(y.shape) // => [8, 2, 3]
 * })
 */
export const reshapeToForward = (tape: Tape, { shape }: ReshapeTo, x: Variable): Result<Traced<Variable>> => {
  const at = atPath(contextOf(tape).path)
  const ranked = atLeastRank('reshapeToForward', x, 1, 'the first is the batch; give one example as a batch of one')
  if (isLeft(ranked)) return left(at(ranked.left))
  const example = x.shape.slice(1)
  const known = sizeOf(shape.filter((size) => size !== -1))
  const rest = known === 0 ? 0 : sizeOf(example) / known
  const single = shape.indexOf(-1) === shape.lastIndexOf(-1)
  const sizes = single ? shape.map((size) => (size === -1 ? rest : size)) : shape
  if (!sizes.every(isAxisSize) || sizeOf(sizes) !== sizeOf(example)) {
    const text =
      `reshapeToForward cannot make ${shapeText(shape)} of an example ${shapeText(example)}, which has ${sizeOf(example)} ` +
      'numbers: the shape is that of one example, without the batch; the product of the sizes must stay; one of them may be -1.'
    return left(at(invalidShape('reshapeToForward', shape, text)))
  }
  return reshape(tape, x, [...x.shape.slice(0, 1), ...sizes])
}
