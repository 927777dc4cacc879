import type { Result } from '../error/result'
import type { Tape, Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'

/** A layer of the user's own: its parameters, and what it does with them. */
export interface Custom<P = unknown> {
  readonly _tag: 'Custom'
  readonly name: string
  readonly parameters: P
  // A method, so that a Custom of any parameters is a Layer.
  forward(tape: Tape, parameters: P, x: Variable): Result<Traced<Variable>>
}

/**
 * A layer of your own: a name, its parameters (a plain value with variables in it), and a pure function.
 * @example
 * import { constant, custom, defaultKernels, forward, map, mul, parameter, show, startTape, trace } from 'gradfold'
 * import type { Tape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * const scale = (tape: Tape, factor: number) =>
 *   pipe(
 *     parameter(tape, factor, { name: 'factor' }),
 *     map((variable) => custom('Scale', { factor: variable }, (at, parameters, x) => mul(at, x, parameters.factor)))
 *   )
 * const y = trace(startTape(defaultKernels()), function* (run) {
 *   const layer = yield* run(scale, 2)
 *   return yield* run(forward, layer, yield* run(constant, [1, 2]))
 * })
 * console.log(show(y)) // => [2, 4]
 */
export const custom = <P>(
  name: string,
  parameters: P,
  forward: (tape: Tape, parameters: P, x: Variable) => Result<Traced<Variable>>
): Custom<P> => ({ _tag: 'Custom', name, parameters, forward })
