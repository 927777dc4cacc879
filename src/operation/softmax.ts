import { isLeft } from 'fp-ts/Either'
import type { Result } from '../error/result'
import type { Variable } from '../tape/variable'
import { type Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'
import { type AxisSettings, recordAlongAxis } from './lastAxis'
import { NONE } from './operand'
import { atLeastRank, unaryRule } from './rules'

export const softmaxPrimitive: Primitive<object> = {
  name: 'softmax',
  saves: 'output',
  rule: ([x]) => {
    const ranked = atLeastRank('softmax', x!, 1, 'a scalar has no axis to normalise over')
    return isLeft(ranked) ? ranked : unaryRule('softmax', 'float32')([x!])
  },
  run: (kernels, [x]) => kernels.softmax(x!),
  derivative: (operations, upstream, at) => [
    () => {
      const weighted = operations.mul(upstream, at.output())
      const axis = at.shape(0).length - 1
      return operations.sub(weighted, operations.mul(at.output(), operations.sum(weighted, [axis], true)))
    }
  ]
}

/**
 * y = exp(x) / sum(exp(x)), along an axis, the last by default. float32.
 *
 * Derivative: y (g - sum(g y)). Saved: output. Errors: DimensionError, DtypeError.
 * Source: Bridle, "Probabilistic interpretation of feedforward classification network outputs", 1990.
 * @example
 * import { andThen, constant, defaultKernels, softmax, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [1, 2]), andThen(softmax)))) // => [0.268941, 0.731059]
 */
export const softmax = (tape: Tape, x: Variable, settings: AxisSettings = {}): Result<Traced<Variable>> =>
  recordAlongAxis(tape, 'softmax', x, settings, (at, y) => record(at, softmaxPrimitive, [y], NONE))
