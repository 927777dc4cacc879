import { isLeft, left, mapLeft, right } from 'fp-ts/Either'
import { isNone } from 'fp-ts/Option'
import { asKernelError, type Result } from '../error/result'
import { atPath } from '../error/tensorError'
import { moveTo } from '../kernels/allocations'
import { sizeOf } from '../kernels/shape'
import type { Tensor } from '../kernels/tensor'
import { constant } from '../tape/leaf'
import { checkSize } from '../tape/record'
import { release } from '../tape/scope'
import { contextOf, type Tape, withKernels } from '../tape/tape'
import type { Variable } from '../tape/variable'
import { backward, gradientOf } from './backward'
import { dependents } from './fold'
import { checkLoss, noPath, onTape } from './loss'

/**
 * All derivatives of y with respect to x, `[...y's shape, ...x's shape]`: one backward pass for each number of y, so for
 * small outputs. The tensor belongs to the tape's kernels.
 *
 * NoGradientPath: y does not depend on x. ForeignVariable, Released, DtypeError, DimensionError or InvalidShape if the
 * kernels take no tensor of that shape, KernelError.
 * @example
 * import { jacobian, lift, mul, parameter, show, startTape, trace, wasmKernels } from 'gradfold'
 * const squares = trace(startTape(wasmKernels()), function* (run) {
 *   const x = yield* run(parameter, [1, 2])
 *   const y = yield* run(mul, x, x)
 *   return yield* run((tape) => lift(tape, jacobian(tape, y, x)))
 * })
 * console.log(show(squares)) // => [[2, 0], [0, 4]]
 */
export const jacobian = (tape: Tape, y: Variable, x: Variable): Result<Tensor> =>
  mapLeft(atPath(contextOf(tape).path))(rowByRow(tape, y, x))

const rowByRow = (tape: Tape, y: Variable, x: Variable): Result<Tensor> => {
  // Each row starts from an upstream gradient of y's shape.
  const start = checkLoss('jacobian', tape, y, y)
  if (isLeft(start)) return start
  const source = onTape('jacobian', tape, [x])
  if (isLeft(source)) return source
  if (!dependents(y, new Set([x]))(y)) return noPath('jacobian', 'y does not depend on x')
  const { kernels } = contextOf(tape)
  const shape = [...y.shape, ...x.shape]
  const misfit = checkSize('jacobian', kernels, { shape, dtype: 'float32' })
  if (misfit !== undefined) return left(misfit)
  const own = kernels.withOwnAllocations()
  const size = sizeOf(y.shape)
  try {
    const rows: Tensor[] = []
    for (let i = 0; i < size; i++) {
      const values = new Float64Array(size)
      values[i] = 1
      const basis = constant(withKernels(tape, own), { shape: y.shape, values })
      if (isLeft(basis)) return basis
      const gradients = backward(basis.right.tape, y, { upstream: basis.right.value, keep: [x] })
      if (isLeft(gradients)) return gradients
      const row = gradientOf(gradients.right, x)
      if (isNone(row)) return noPath('jacobian', 'y does not depend on x')
      rows.push(own.reshape(row.value, [1, sizeOf(x.shape)]))
      release(gradients.right)
    }
    const all = rows.length === 0 ? own.fill(shape, 0, 'float32') : own.reshape(own.concat(rows, 0), shape)
    moveTo(kernels.allocations, all)
    return right(all)
  } catch (thrown) {
    return left(asKernelError('jacobian', kernels, thrown))
  } finally {
    own.allocations.releaseAll()
  }
}
