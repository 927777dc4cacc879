import type { Result } from '../error/result'
import type { Gradients } from '../gradient/backward'
import type { Kernels } from '../kernels/kernels'
import type { Tensor } from '../kernels/tensor'
import { scalar } from '../operation/cotangent'
import type { Tape } from '../tape/tape'
import { checkLimit } from './clipByValue'
import { changedGradients, copied, isParameter, mapGradients } from './mapGradients'

/** What clipByGlobalNorm gives. */
export interface Clipped {
  readonly gradients: Gradients
  /** The norm before. */
  readonly norm: number
}

/** As PyTorch: so that a norm of 0 divides nothing by 0. */
const TINY = 1e-6

/**
 * The gradients of the parameters, multiplied by min(1, limit / (norm + 1e-6)), where norm is the root of the sum of all of
 * their squares: the direction stays. The norm is read, so this waits for the kernels. With a limit of Infinity the norm is
 * measured alone. The map that was handed in stays valid; the new tensors belong to the tape's kernels.
 *
 * A norm that is infinite or NaN is no error: an infinite one makes all finite gradients 0 and the others NaN, NaN makes all of
 * them NaN. Look at `norm` and leave the update out. As PyTorch's clip_grad_norm_ with error_if_nonfinite false.
 *
 * InvalidArgument: a limit that is not above 0. Released, KernelError.
 * Source: Pascanu, Mikolov & Bengio, "On the difficulty of training recurrent neural networks", 2013.
 * @example
 * import { backward, clipByGlobalNorm, lift, parameter, square, startTape, sum, trace, wasmKernels } from 'gradfold'
 * trace(startTape(wasmKernels()), function* (run) {
 *   const x = yield* run(parameter, [1.5, -2])
 *   const loss = yield* run(sum, yield* run(square, x))
 *   const gradients = yield* run((tape) => lift(tape, backward(tape, loss)))
 *   const clipped = yield* run((tape) => lift(tape, clipByGlobalNorm(tape, gradients, 1)))
 *   console.log(clipped.norm) // => 5
 * })
 */
export const clipByGlobalNorm = (tape: Tape, gradients: Gradients, limit: number): Result<Clipped> =>
  mapGradients('clipByGlobalNorm', tape, checkLimit('clipByGlobalNorm', limit), [gradients], (own) => {
    const norm = globalNorm(own, gradients)
    const factor = Math.min(1, limit / (norm + TINY))
    if (factor === 1) return { gradients: changedGradients(own, gradients, (gradient) => copied(own, gradient)), norm }
    const by = scalar(own, factor)
    return { gradients: changedGradients(own, gradients, (gradient) => own.mul(gradient, by)), norm }
  })

const globalNorm = (own: Kernels, gradients: Gradients): number => {
  let total: Tensor | undefined
  for (const [variable, gradient] of gradients) {
    if (!isParameter(variable)) continue
    const squared = own.square(gradient)
    const part = own.sum(
      squared,
      gradient.shape.map((_, axis) => axis),
      false
    )
    own.release(squared)
    if (total === undefined) {
      total = part
      continue
    }
    const sum = own.add(total, part)
    for (const tensor of [total, part]) own.release(tensor)
    total = sum
  }
  return total === undefined ? 0 : Math.sqrt(own.read(total)[0]!)
}
