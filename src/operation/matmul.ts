import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { broadcastError, shapeMismatch, shapesText, shapeText } from '../error/tensorError'
import { broadcastShapes, matmulShape } from '../kernels/shape'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'
import { sumTo } from './cotangent'
import { atLeastRank, binaryRule } from './rules'

/** Settings of matmul. */
export interface MatmulSettings {
  /** Swap the last two axes of x. */
  readonly transposeX?: boolean
  /** Swap the last two axes of y. */
  readonly transposeY?: boolean
}

export const matmulPrimitive: Primitive<Required<MatmulSettings>> = {
  name: 'matmul',
  saves: 'inputs',
  rule: ([x, y], { transposeX, transposeY }) => {
    for (const operand of [x!, y!]) {
      const ranked = atLeastRank('matmul', operand, 2, 'reshape a vector to [1, n] or [n, 1] first')
      if (isLeft(ranked)) return ranked
      // Shapes need not broadcast, dtypes must be right.
      const typed = binaryRule('matmul', 'float32')([operand, { shape: [], dtype: y!.dtype }])
      if (isLeft(typed)) return typed
    }
    const inner = x!.shape.at(transposeX ? -2 : -1)!
    const other = y!.shape.at(transposeY ? -1 : -2)!
    if (inner !== other) {
      return left(
        shapeMismatch(
          'matmul',
          [x!.shape, y!.shape],
          `matmul of ${shapeText(x!.shape)}${transposeX ? ' transposed' : ''} by ${shapeText(y!.shape)}` +
            `${transposeY ? ' transposed' : ''}: inner dimensions must match: ${inner} and ${other}. ` +
            wayOut(x!.shape, y!.shape, inner, other)
        )
      )
    }
    const leading = [x!.shape.slice(0, -2), y!.shape.slice(0, -2)] as const
    if (broadcastShapes(...leading) === undefined) {
      return left(
        broadcastError(
          'matmul',
          [x!.shape, y!.shape],
          `matmul of ${shapesText([x!.shape, y!.shape])}: the leading axes ${shapesText(leading)} do not broadcast; ` +
            'aligned at the last, sizes must be equal or one of them 1. Is one missing (reshape to add one of size 1)?'
        )
      )
    }
    return right({ shape: matmulShape(x!.shape, y!.shape, transposeX, transposeY), dtype: 'float32' })
  },
  run: (kernels, [x, y], { transposeX, transposeY }) => kernels.matmul(x!, y!, transposeX, transposeY),
  derivative: (operations, upstream, at, { transposeX, transposeY }) => [
    () => {
      const y = at.input(1)
      const slope = transposeX
        ? operations.matmul(y, upstream, transposeY, true)
        : operations.matmul(upstream, y, false, !transposeY)
      return sumTo(operations, slope, at.shape(0))
    },
    () => {
      const x = at.input(0)
      const slope = transposeY
        ? operations.matmul(upstream, x, true, transposeX)
        : operations.matmul(x, upstream, !transposeX, false)
      return sumTo(operations, slope, at.shape(1))
    }
  ]
}

const wayOut = (x: ReadonlyArray<number>, y: ReadonlyArray<number>, inner: number, other: number): string => {
  if (y.at(-1) === inner && y.at(-2) === other) return 'The second fits when transposed: set transposeY.'
  if (x.at(-2) === other && x.at(-1) === inner) return 'The first fits when transposed: set transposeX.'
  return `The columns of the first and the rows of the second count the same thing; check the sizes of ${shapesText([x, y])}.`
}

/**
 * Z = X Y of `[..., m, k]` and `[..., k, n]`, float32; leading axes broadcast. Either side may be transposed on the way.
 *
 * Derivative: G Y^T to X, X^T G to Y, summed over broadcast axes. Saved: inputs.
 * Errors: DimensionError below two axes, ShapeMismatch of the inner sizes, BroadcastError of the leading axes, DtypeError.
 * @example
 * import { constant, defaultKernels, matmul, show, startTape, trace } from 'gradfold'
 * const z = trace(startTape(defaultKernels()), function* (run) {
 *   const x = yield* run(constant, [[1, 2], [3, 4]])
 *   return yield* run(matmul, x, x, { transposeY: true })
 * })
 * console.log(show(z)) // => [[5, 11], [11, 25]]
 */
export const matmul = (
  tape: Tape,
  x: Variable,
  y: Variable,
  { transposeX = false, transposeY = false }: MatmulSettings = {}
): Result<Traced<Variable>> => record(tape, matmulPrimitive, [x, y], { transposeX, transposeY })
