/** A tiny model and its data, for specs of training: 2 features, 3 hidden units, 1 number. */
import {
  activation,
  type Activation,
  constant,
  forward,
  linear,
  type Linear,
  mseLoss,
  type Result,
  sequential,
  type Sequential,
  type Tape,
  trace,
  type Traced,
  type Variable
} from 'gradfold'

export type Network = Sequential<readonly [Linear, Activation, Linear]>

/** How many variables a network has that training changes. */
export const PARAMETERS = 4

export const network = (tape: Tape): Result<Traced<Network>> =>
  sequential(
    tape,
    (at) => linear(at, 2, 3),
    activation('tanh'),
    (at) => linear(at, 3, 1)
  )

/** Seven examples of y = x0 - 2 x1. */
export const examples = {
  x: { shape: [7, 2], values: Float32Array.of(0, 0, 0.5, 0, 0, 0.5, -0.5, 0.25, 0.75, -0.5, 0.25, 0.25, -0.25, -0.75) },
  y: { shape: [7, 1], values: Float32Array.of(0, 0.5, -1, -1, 1.75, -0.25, 1.25) }
}

export interface Pair {
  readonly x: Variable
  readonly y: Variable
}

/** The loss of a batch. */
export const lossOf = (tape: Tape, model: Network, { x, y }: Pair): Result<Traced<Variable>> =>
  trace(tape, function* (run) {
    return yield* run(mseLoss, yield* run(forward, model, x), y)
  })

/** The loss of all examples, which are recorded for it. */
export const lossOfAll = (tape: Tape, model: Network): Result<Traced<Variable>> =>
  trace(tape, function* (run) {
    const x = yield* run(constant, examples.x)
    return yield* run(lossOf, model, { x, y: yield* run(constant, examples.y) })
  })
