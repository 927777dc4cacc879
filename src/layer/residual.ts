import { left } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { atPath, shapeMismatch, shapeText } from '../error/tensorError'
import { sameShape } from '../kernels/shape'
import { add } from '../operation/add'
import { allOrNothing } from '../tape/allOrNothing'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { andThen, map, named } from '../tape/trace'
import type { Variable } from '../tape/variable'
import type { Forward, Layer } from './layer'
import { type Element, type Made, make } from './made'

/** y = x + inner(x). */
export interface Residual<L extends Layer = Layer> {
  readonly _tag: 'Residual'
  readonly inner: L
}

/**
 * y = x + inner(x), of a layer or of what makes one: a connection past it, on which gradients flow through deep stacks.
 * Parameters get the paths "inner.weight", in a sequential "inner.0.weight" and so on.
 * He, Zhang, Ren, Sun (2016), "Deep residual learning for image recognition", CVPR.
 * @example
 * import { activation, constant, defaultKernels, forward, residual, show, startTape, trace } from 'gradfold'
 * const y = trace(startTape(defaultKernels()), function* (run) {
 *   const layer = yield* run(residual, activation('relu'))
 *   return yield* run(forward, layer, yield* run(constant, [1, -1]))
 * })
 * console.log(show(y)) // => [2, -1]
 */
export function residual<const E extends Element>(tape: Tape, element: E): Result<Traced<Residual<NoInfer<Made<E>>>>>
export function residual(tape: Tape, element: Element): Result<Traced<Residual>> {
  return map((inner: Layer): Residual => ({ _tag: 'Residual', inner }))(make(tape, 'inner', element))
}

/**
 * x + inner(x).
 *
 * Errors: those of the layer, under "inner"; ShapeMismatch if its output has another shape than x.
 */
export const residualForward = (
  tape: Tape,
  { inner }: Residual,
  x: Variable,
  forward: Forward
): Result<Traced<Variable>> =>
  allOrNothing(tape, () =>
    pipe(
      named(tape, 'inner', (below) => forward(below, inner, x)),
      andThen((at, y) => {
        if (sameShape(x.shape, y.shape)) return add(at, x, y)
        const text =
          `residual adds x ${shapeText(x.shape)} to what its layer made of it, which is ${shapeText(y.shape)}: nothing ` +
          'broadcasts here. End the inner layers with as many features as they begin with, or add a linear layer before.'
        return left(atPath(contextOf(at).path)(shapeMismatch('residual', [x.shape, y.shape], text)))
      })
    )
  )
