import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { atPath } from '../error/tensorError'
import type { Variable } from '../tape/variable'
import { checkShape } from '../tape/input'
import { noDerivative, type Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { areIndices, type Indices, inRange, recordIndexed } from './indices'

export const oneHotPrimitive: Primitive<{ readonly depth: number }> = {
  name: 'oneHot',
  saves: 'none',
  rule: ([indices], { depth }) => {
    const checked = areIndices('oneHot', indices!)
    return isLeft(checked) ? checked : right({ shape: [...indices!.shape, depth], dtype: 'float32' })
  },
  inspect: (kernels, [indices], { depth }) => inRange('oneHot', 'index', kernels, indices!, depth),
  run: (kernels, [indices], { depth }) => kernels.oneHot(indices!, depth),
  derivative: noDerivative
}

/**
 * float32 `[...indices, depth]`: 1 where the last position is the index, else 0.
 *
 * No gradient flows through it. Errors: IndexOutOfBounds, DtypeError, InvalidShape.
 * @example
 * import { defaultKernels, oneHot, show, startTape } from 'gradfold'
 * console.log(show(oneHot(startTape(defaultKernels()), [2, 0], 3))) // => [[0, 0, 1], [1, 0, 0]]
 */
export const oneHot = (tape: Tape, indices: Indices, depth: number): Result<Traced<Variable>> => {
  const sized = checkShape('oneHot', [depth])
  if (isLeft(sized)) return left(atPath(contextOf(tape).path)(sized.left))
  return recordIndexed('oneHot', tape, indices, (at, places) => record(at, oneHotPrimitive, [places], { depth }))
}
