import { left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidShape, shapeText } from '../error/tensorError'
import { sizeOf } from '../kernels/shape'
import type { Shape } from '../kernels/tensor'
import type { Variable } from '../tape/variable'
import { isAxisSize } from '../tape/input'
import { type Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'

export const reshapePrimitive: Primitive<{ readonly shape: Shape }> = {
  name: 'reshape',
  saves: 'none',
  rule: ([x], { shape }) =>
    shape.every(isAxisSize) && sizeOf(shape) === sizeOf(x!.shape)
      ? right({ shape, dtype: x!.dtype })
      : left(
          invalidShape(
            'reshape',
            shape,
            `reshape cannot make ${shapeText(shape)} of ${shapeText(x!.shape)}, which has ${sizeOf(x!.shape)} elements: ` +
              'the product of the sizes must stay; one of them may be -1, which stands for what is left.'
          )
        ),
  run: (kernels, [x], { shape }) => kernels.reshape(x!, shape),
  derivative: (operations, upstream, at) => [() => operations.reshape(upstream, at.shape(0))]
}

/**
 * The same numbers, row by row, in another shape; one size may be -1.
 *
 * Derivative: g in x's shape. Saved: none. Errors: InvalidShape.
 * @example
 * import { andThen, constant, defaultKernels, reshape, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * const x = constant(startTape(defaultKernels()), [1, 2, 3, 4])
 * console.log(show(pipe(x, andThen((tape, y) => reshape(tape, y, [2, -1]))))) // => [[1, 2], [3, 4]]
 */
export const reshape = (tape: Tape, x: Variable, shape: Shape): Result<Traced<Variable>> => {
  const known = sizeOf(shape.filter((size) => size !== -1))
  const rest = known === 0 ? 0 : sizeOf(x.shape) / known
  const single = shape.indexOf(-1) === shape.lastIndexOf(-1)
  return record(tape, reshapePrimitive, [x], {
    shape: single ? shape.map((size) => (size === -1 ? rest : size)) : shape
  })
}
