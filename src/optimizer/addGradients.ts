import { map, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import type { Gradients } from '../gradient/backward'
import type { Tensor } from '../kernels/tensor'
import type { Tape } from '../tape/tape'
import type { Variable } from '../tape/variable'
import { copied, mapGradients } from './mapGradients'

/**
 * The sums of two maps of gradients of one model: several backward passes for one update, where a batch is too large for the
 * memory. What is in one map alone counts as 0 in the other. Both maps stay valid; the new tensors belong to the tape's
 * kernels. For the mean loss of n equal parts, go on with `scaleGradients` by 1 / n.
 *
 * Released, KernelError.
 * @example
 * import { addGradients, backward, gradientOf, lift, mul, parameter, scaleGradients, show } from 'gradfold'
 * import { square, startTape, trace, wasmKernels } from 'gradfold'
 * trace(startTape(wasmKernels()), function* (run) {
 *   const x = yield* run(parameter, 3)
 *   const first = yield* run(square, x)
 *   const second = yield* run(mul, x, 4)
 *   const a = yield* run((tape) => lift(tape, backward(tape, first)))
 *   const b = yield* run((tape) => lift(tape, backward(tape, second)))
 *   const sum = yield* run((tape) => lift(tape, addGradients(tape, a, b)))
 *   const mean = yield* run((tape) => lift(tape, scaleGradients(tape, sum, 1 / 2)))
 *   console.log(show(gradientOf(mean, x))) // => 5
 * })
 */
export const addGradients = (tape: Tape, a: Gradients, b: Gradients): Result<Gradients> =>
  pipe(
    mapGradients('addGradients', tape, right(undefined), [a, b], (own) => {
      const gradients = new Map<Variable, Tensor>()
      for (const [variable, gradient] of a) {
        const other = b.get(variable)
        gradients.set(variable, other === undefined ? copied(own, gradient) : own.add(gradient, other))
      }
      for (const [variable, gradient] of b) if (!a.has(variable)) gradients.set(variable, copied(own, gradient))
      return { gradients }
    }),
    map((made) => made.gradients)
  )
