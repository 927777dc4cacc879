/** The network of the headline benchmark, and one step of its training. */
import {
  activation,
  batchNorm,
  constant,
  dropout,
  evaluation,
  forward,
  type Kernels,
  type Linear,
  parameter,
  predictions,
  read,
  rmsprop,
  scope,
  sequential,
  softmaxCrossEntropy,
  startTape,
  startTraining,
  type Tape,
  trace,
  trainingStep
} from 'gradfold'
import { rightOf } from '../support/results'
import { CLASSES, headlineWeights, PIXELS } from './headlineData'

/** Network and optimiser, trained in place: the state is replaced by the next. */
export interface Headline {
  /** The loss of a batch, before its update. */
  step(images: Float32Array, labels: Int32Array): number
  /** The class of each image. */
  predict(images: Float32Array): Int32Array
}

const optimizer = rmsprop({ learningRate: 1e-3, alpha: 0.99, eps: 1e-8 })

/** 784-128 without bias, batch norm, relu, 64, relu, dropout, 10; weights are [out, in]. */
const network = (tape: Tape, seed: number, p: number) =>
  trace(tape, function* (run) {
    const transposed = (inFeatures: number, outFeatures: number, which: number): Float32Array => {
      const values = headlineWeights(inFeatures, outFeatures, seed, which)
      return Float32Array.from(values, (_, i) => values[(i % inFeatures) * outFeatures + Math.floor(i / inFeatures)]!)
    }
    const linear = (at: Tape, inFeatures: number, outFeatures: number, which: number, bias: boolean) =>
      trace<Linear>(at, function* (go) {
        const values = transposed(inFeatures, outFeatures, which)
        const weight = yield* go(parameter, { shape: [outFeatures, inFeatures], values }, { name: 'weight' })
        const layer: Linear = { _tag: 'Linear', inFeatures, outFeatures, weight }
        return bias ? { ...layer, bias: yield* go(parameter, new Float32Array(outFeatures), { name: 'bias' }) } : layer
      })
    return yield* run(
      sequential,
      (at) => linear(at, PIXELS, 128, 1, false),
      (at) => batchNorm(at, 128),
      activation('relu'),
      (at) => linear(at, 128, 64, 2, true),
      activation('relu'),
      dropout({ p }),
      (at) => linear(at, 64, CLASSES, 3, true)
    )
  })

export const startHeadline = (kernels: Kernels, seed: number, p: number): Headline => {
  let state = startTraining(rightOf(network(startTape(kernels, { seed }), seed, p)))
  const shaped = (images: Float32Array) => ({ shape: [images.length / PIXELS, PIXELS], values: images })
  return {
    step: (images, labels) => {
      state = rightOf(
        trainingStep(
          state,
          optimizer,
          (tape, model) =>
            trace(tape, function* (run) {
              const scores = yield* run(forward, model, yield* run(constant, shaped(images)))
              return yield* run(softmaxCrossEntropy, scores, labels)
            }),
          { donate: true }
        )
      )
      return state.value.loss
    },
    predict: (images) =>
      rightOf(
        scope(evaluation(state.tape), (tape) =>
          trace(tape, function* (run) {
            const scores = yield* run(forward, state.value.model, yield* run(constant, shaped(images)))
            return predictions(rightOf(read(scores)))
          })
        )
      ).value
  }
}
