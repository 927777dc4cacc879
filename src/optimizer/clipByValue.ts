import { map } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import type { Gradients } from '../gradient/backward'
import { scalar } from '../operation/cotangent'
import type { Tape } from '../tape/tape'
import { changedGradients, mapGradients } from './mapGradients'
import { inRanges } from './settings'

/**
 * The gradients with every number of the parameters' brought into [-limit, limit]; NaN stays NaN. The map that was handed in
 * stays valid; the new tensors belong to the tape's kernels. As PyTorch's clip_grad_value_.
 *
 * InvalidArgument: a limit that is not above 0. Released, KernelError.
 * @example
 * import { backward, clipByValue, gradientOf, lift, parameter, show, square, startTape, sum, trace, wasmKernels } from 'gradfold'
 * const clipped = trace(startTape(wasmKernels()), function* (run) {
 *   const x = yield* run(parameter, [1, -4])
 *   const loss = yield* run(sum, yield* run(square, x))
 *   const gradients = yield* run((tape) => lift(tape, backward(tape, loss)))
 *   const limited = yield* run((tape) => lift(tape, clipByValue(tape, gradients, 3)))
 *   console.log(show(gradientOf(limited, x))) // => [2, -3]
 * })
 */
export const clipByValue = (tape: Tape, gradients: Gradients, limit: number): Result<Gradients> =>
  pipe(
    mapGradients('clipByValue', tape, checkLimit('clipByValue', limit), [gradients], (own) => {
      const [low, high] = [scalar(own, -limit), scalar(own, limit)]
      return {
        gradients: changedGradients(own, gradients, (gradient) => {
          const above = own.maximum(gradient, low)
          const within = own.minimum(above, high)
          own.release(above)
          return within
        })
      }
    }),
    map((made) => made.gradients)
  )

export const checkLimit = (operation: string, limit: number): Result<unknown> =>
  inRanges(operation, { limit }, { limit: { low: 0, open: true, upTo: Infinity, usual: '0.5 to 5' } })
