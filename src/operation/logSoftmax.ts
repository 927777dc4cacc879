import { isLeft } from 'fp-ts/Either'
import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import { type Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'
import { type AxisSettings, recordAlongAxis } from './lastAxis'
import { NONE } from './operand'
import { atLeastRank, unaryRule } from './rules'

export const logSoftmaxPrimitive: Primitive<object> = {
  name: 'logSoftmax',
  saves: 'output',
  rule: ([x]) => {
    const ranked = atLeastRank('logSoftmax', x!, 1, 'a scalar has no axis to normalise over')
    return isLeft(ranked) ? ranked : unaryRule('logSoftmax', 'float32')([x!])
  },
  run: (kernels, [x]) => kernels.logSoftmax(x!),
  derivative: (operations, upstream, at) => [
    () => {
      const axis = at.shape(0).length - 1
      const total = operations.sum(upstream, [axis], true)
      return operations.sub(upstream, operations.mul(operations.exp(at.output()), total))
    }
  ]
}

/**
 * y = x - ln(sum(exp(x))), computed without overflow, along an axis, the last by default. float32.
 *
 * Derivative: g - exp(y) sum(g). Saved: output. Errors: DimensionError, DtypeError.
 * Source: Bridle, "Probabilistic interpretation of feedforward classification network outputs", 1990.
 * @example
 * import { andThen, constant, defaultKernels, logSoftmax, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [1, 2]), andThen(logSoftmax)))) // => [-1.31326, -0.313262]
 */
export const logSoftmax = (tape: Tape, x: Variable, settings: AxisSettings = {}): Result<Traced<Variable>> =>
  recordAlongAxis(tape, 'logSoftmax', x, settings, (at, y) => record(at, logSoftmaxPrimitive, [y], NONE))
