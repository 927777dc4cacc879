/** The least that there is to update. */
import {
  backward,
  type Gradients,
  lift,
  mul,
  parameter,
  sum,
  type Tape,
  trace,
  type Traced,
  type Variable
} from 'gradfold'
import { rightOf } from './results'

export interface Prepared<M> {
  readonly model: M
  readonly gradients: Gradients
}

/** A parameter x and the gradient 2 x of its square. */
export const squared = (tape: Tape, start: ReadonlyArray<number>): Traced<Prepared<{ readonly x: Variable }>> =>
  rightOf(
    trace(tape, function* (run) {
      const x = yield* run(parameter, start)
      const loss = yield* run(sum, yield* run(mul, x, x))
      const gradients: Gradients = yield* run((at) => lift(at, backward(at, loss)))
      return { model: { x }, gradients }
    })
  )
