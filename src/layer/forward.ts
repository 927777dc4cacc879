import type { Result } from '../error/result'
import { logSoftmax } from '../operation/logSoftmax'
import { relu } from '../operation/relu'
import { sigmoid } from '../operation/sigmoid'
import { softmax } from '../operation/softmax'
import { tanh } from '../operation/tanh'
import { allOrNothing } from '../tape/allOrNothing'
import type { Tape, Traced } from '../tape/tape'
import { fold, named } from '../tape/trace'
import type { Variable } from '../tape/variable'
import type { ActivationName, Layer } from './layer'
import { linearForward } from './linear'

const activations: Readonly<Record<ActivationName, (tape: Tape, x: Variable) => Result<Traced<Variable>>>> = {
  relu,
  sigmoid,
  tanh,
  softmax,
  logSoftmax
}

/**
 * Applies any layer: linear, activations, sequential, custom ones.
 *
 * Errors: those of the layer, with the path of the layer that failed ("2" in a sequential).
 * @example
 * import { activation, defaultKernels, forward, linear, sequential, startTape, trace, uniform } from 'gradfold'
 * trace(startTape(defaultKernels()), function* (run) {
 *   const model = yield* run(sequential, (tape) => linear(tape, 4, 3), activation('tanh'))
 *   return yield* run(forward, model, yield* run(uniform, [8, 4])) // [8, 3]
 * })
 */
export const forward = (tape: Tape, layer: Layer, x: Variable): Result<Traced<Variable>> => {
  switch (layer._tag) {
    case 'Linear':
      return linearForward(tape, layer, x)
    case 'Activation':
      return activations[layer.activation](tape, x)
    case 'Sequential':
      return allOrNothing(tape, () =>
        fold(tape, layer.layers, x, (at, value, inner, index) =>
          named(at, `${index}`, (below) => forward(below, inner, value))
        )
      )
    case 'Custom':
      return layer.forward(tape, layer.parameters, x)
  }
}
