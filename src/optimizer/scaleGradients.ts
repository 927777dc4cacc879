import { map } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import type { Gradients } from '../gradient/backward'
import type { Tensor } from '../kernels/tensor'
import { scalar } from '../operation/cotangent'
import type { Tape } from '../tape/tape'
import type { Variable } from '../tape/variable'
import { mapGradients } from './mapGradients'
import { inRanges } from './settings'

/**
 * All gradients of a map times a number: 1 / n after n passes were added. The map stays valid; the new tensors belong to the
 * tape's kernels.
 *
 * InvalidArgument: a factor that is not finite. Released, KernelError.
 * @example
 * import { backward, gradientOf, lift, parameter, scaleGradients, show, square, startTape, trace, wasmKernels } from 'gradfold'
 * trace(startTape(wasmKernels()), function* (run) {
 *   const x = yield* run(parameter, 3)
 *   const loss = yield* run(square, x)
 *   const gradients = yield* run((tape) => lift(tape, backward(tape, loss)))
 *   const half = yield* run((tape) => lift(tape, scaleGradients(tape, gradients, 1 / 2)))
 *   console.log(show(gradientOf(half, x))) // => 3
 * })
 */
export const scaleGradients = (tape: Tape, gradients: Gradients, factor: number): Result<Gradients> =>
  pipe(
    mapGradients('scaleGradients', tape, checkFactor(factor), [gradients], (own) => {
      const by = scalar(own, factor)
      const scaled = new Map<Variable, Tensor>()
      for (const [variable, gradient] of gradients) scaled.set(variable, own.mul(gradient, by))
      return { gradients: scaled }
    }),
    map((made) => made.gradients)
  )

const checkFactor = (factor: number): Result<unknown> =>
  inRanges('scaleGradients', { factor }, { factor: { low: -Number.MAX_VALUE, usual: '1 / n for n passes' } })
