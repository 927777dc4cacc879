import { left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidArgument, shapeText } from '../error/tensorError'
import type { Variable } from '../tape/variable'
import { isAxisSize } from '../tape/input'
import { type Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'

interface PadAttributes {
  readonly before: ReadonlyArray<number>
  readonly after: ReadonlyArray<number>
}

export const padPrimitive: Primitive<PadAttributes> = {
  name: 'pad',
  saves: 'none',
  rule: ([x], { before, after }) => {
    const { shape, dtype } = x!
    const counts = [...before, ...after]
    return before.length === shape.length && after.length === shape.length && counts.every(isAxisSize)
      ? right({ shape: shape.map((length, axis) => before[axis]! + length + after[axis]!), dtype })
      : left(
          invalidArgument(
            'pad',
            'before, after',
            counts,
            `pad of ${shapeText(shape)} needs ${shape.length} counts before and as many after, whole numbers from 0 up, ` +
              `not ${shapeText(before)} and ${shapeText(after)}: use slice to make a tensor smaller.`
          )
        )
  },
  run: (kernels, [x], { before, after }) => kernels.pad(x!, before, after),
  derivative: (operations, upstream, at, { before }) => [() => operations.slice(upstream, before, at.shape(0))]
}

/**
 * x with zeros around it: `before[i]` and `after[i]` of them along axis i.
 *
 * Derivative: the middle of g. Saved: none. Errors: InvalidArgument.
 * @example
 * import { andThen, constant, defaultKernels, pad, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * const x = constant(startTape(defaultKernels()), [1, 2])
 * console.log(show(pipe(x, andThen((tape, y) => pad(tape, y, [1], [2]))))) // => [0, 1, 2, 0, 0]
 */
export const pad = (
  tape: Tape,
  x: Variable,
  before: ReadonlyArray<number>,
  after: ReadonlyArray<number>
): Result<Traced<Variable>> => record(tape, padPrimitive, [x], { before: [...before], after: [...after] })
