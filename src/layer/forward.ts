import type { Result } from '../error/result'
import type { Tape, Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'
import { activationForward } from './activation'
import { batchNormForward } from './batchNorm'
import { channelDropoutForward } from './channelDropout'
import { dropoutForward } from './dropout'
import { embeddingForward } from './embedding'
import { flattenForward } from './flatten'
import { groupNormForward } from './groupNorm'
import { instanceNormForward } from './instanceNorm'
import type { Layer } from './layer'
import { layerNormForward } from './layerNorm'
import { linearForward } from './linear'
import { parallelForward } from './parallel'
import { preluForward } from './prelu'
import { reshapeToForward } from './reshapeTo'
import { residualForward } from './residual'
import { rmsNormForward } from './rmsNorm'
import { sequentialForward } from './sequential'
import { swigluForward } from './swiglu'

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
    case 'Activation':
      return activationForward(tape, layer, x)
    case 'BatchNorm':
      return batchNormForward(tape, layer, x)
    case 'ChannelDropout':
      return channelDropoutForward(tape, layer, x)
    case 'Custom':
      return layer.forward(tape, layer.parameters, x)
    case 'Dropout':
      return dropoutForward(tape, layer, x)
    case 'Embedding':
      return embeddingForward(tape, layer, x)
    case 'Flatten':
      return flattenForward(tape, layer, x)
    case 'GroupNorm':
      return groupNormForward(tape, layer, x)
    case 'InstanceNorm':
      return instanceNormForward(tape, layer, x)
    case 'LayerNorm':
      return layerNormForward(tape, layer, x)
    case 'Linear':
      return linearForward(tape, layer, x)
    case 'Parallel':
      return parallelForward(tape, layer, x, forward)
    case 'Prelu':
      return preluForward(tape, layer, x)
    case 'ReshapeTo':
      return reshapeToForward(tape, layer, x)
    case 'Residual':
      return residualForward(tape, layer, x, forward)
    case 'RmsNorm':
      return rmsNormForward(tape, layer, x)
    case 'Sequential':
      return sequentialForward(tape, layer, x, forward)
    case 'Swiglu':
      return swigluForward(tape, layer, x)
  }
}
