import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { broadcastShapes } from '../kernels/shape'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'
import { neverAsked, scalar, sumTo } from './cotangent'
import { NONE, type Operand, recordOperands } from './operand'
import { binaryRule, noBroadcast, wrongDtype } from './rules'

export const selectPrimitive: Primitive<object> = {
  name: 'select',
  saves: 'inputs',
  rule: ([condition, x, y]) => {
    if (condition!.dtype !== 'bool') {
      return wrongDtype('select', 'a bool condition', [condition!.dtype], 'make one by a comparison such as greater')
    }
    const both = binaryRule('select', 'all')([x!, y!])
    if (isLeft(both)) return both
    const shape = broadcastShapes(condition!.shape, both.right.shape)
    return shape === undefined
      ? noBroadcast('select', [condition!.shape, x!.shape, y!.shape])
      : right({ shape, dtype: x!.dtype })
  },
  run: (kernels, [condition, x, y]) => kernels.select(condition!, x!, y!),
  derivative: (operations, upstream, at) => [
    neverAsked,
    () => sumTo(operations, operations.select(at.input(0), upstream, scalar(operations, 0)), at.shape(1)),
    () => sumTo(operations, operations.select(at.input(0), scalar(operations, 0), upstream), at.shape(2))
  ]
}

/**
 * x where the bool condition is true, else y, element by element; all three broadcast. NumPy's and PyTorch's `where`.
 *
 * Derivative: g where each was taken, 0 elsewhere (also where the other is NaN or infinite). Saved: inputs.
 * Errors: DtypeError, BroadcastError.
 * @example
 * import { constant, defaultKernels, greater, select, show, startTape, trace } from 'gradfold'
 * const y = trace(startTape(defaultKernels()), function* (run) {
 *   const x = yield* run(constant, [-1, 2])
 *   return yield* run(select, yield* run(greater, x, 0), x, 0)
 * })
 * console.log(show(y)) // => [0, 2]
 */
export const select = (tape: Tape, condition: Variable, x: Operand, y: Operand): Result<Traced<Variable>> =>
  recordOperands(tape, 'select', x, y, (at, first, second) =>
    record(at, selectPrimitive, [condition, first, second], NONE)
  )
