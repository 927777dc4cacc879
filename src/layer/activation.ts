import type { Activation, ActivationName } from './layer'

/**
 * A layer that applies a function: `activation('relu')`. softmax and logSoftmax go along the last axis.
 * @example
 * import { activation, constant, defaultKernels, forward, show, startTape, trace } from 'gradfold'
 * const y = trace(startTape(defaultKernels()), function* (run) {
 *   return yield* run(forward, activation('relu'), yield* run(constant, [-1, 2]))
 * })
 * console.log(show(y)) // => [0, 2]
 */
export const activation = (name: ActivationName): Activation => ({ _tag: 'Activation', activation: name })
