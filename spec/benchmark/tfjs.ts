/** TensorFlow.js on its WebAssembly backend (SIMD, one thread), as tfjs-core sets it up. */
import { dirname, sep } from 'node:path'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
// tfjs-core's bundle for Node registers no gradients; the bundle of tfjs-layers brings them.
import * as layers from '@tensorflow/tfjs-layers'
import {
  BATCH,
  BETA_1,
  BETA_2,
  CLASSES,
  EPSILON,
  FEATURES,
  LEARNING_RATE,
  type StartLayer,
  type StepContestant
} from './step'

export const setUpTfjs = async (): Promise<void> => {
  tf.enableProdMode()
  setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm')) + sep)
  if (!(await tf.setBackend('wasm'))) throw new Error('tfjs found no WebAssembly backend')
}

const live = (): number => tf.memory().numTensors

const adam = (): tf.Optimizer => tf.train.adam(LEARNING_RATE, BETA_1, BETA_2, EPSILON)

/** tf.variableGrads and tf.train.adam in one tidy. */
export const stepInCore = (start: ReadonlyArray<StartLayer>): StepContestant => {
  const variable = (values: Float32Array, shape: number[]): tf.Variable => tf.variable(tf.tensor(values, shape))
  const weights = start.map((layer) => variable(layer.weight, [layer.inFeatures, layer.outFeatures]))
  const biases = start.map((layer) => variable(layer.bias, [layer.outFeatures]))
  const optimizer = adam()
  const linear = (x: tf.Tensor, i: number): tf.Tensor => tf.add(tf.matMul(x, weights[i]!), biases[i]!)
  const scoresOf = (x: tf.Tensor): tf.Tensor => linear(tf.relu(linear(tf.relu(linear(x, 0)), 1)), 2)
  return {
    name: 'tfjs-core',
    live,
    run: ({ images, hot }) => {
      const loss = tf.tidy(() => {
        const x = tf.tensor2d(images, [BATCH, FEATURES])
        const target = tf.tensor2d(hot, [BATCH, CLASSES])
        const { value, grads } = tf.variableGrads(
          () => tf.losses.softmaxCrossEntropy(target, scoresOf(x)),
          [...weights, ...biases]
        )
        optimizer.applyGradients(grads)
        return value
      })
      const number = loss.dataSync()[0]!
      loss.dispose()
      return number
    }
  }
}

/** A Sequential of dense layers, one trainOnBatch a step. */
export const stepInLayers = (start: ReadonlyArray<StartLayer>): StepContestant => {
  const model = layers.sequential()
  start.forEach(({ inFeatures, outFeatures }, i) => {
    const activation = i < start.length - 1 ? 'relu' : 'linear'
    model.add(layers.layers.dense({ units: outFeatures, activation, inputShape: [inFeatures] }))
  })
  tf.tidy(() => {
    model.setWeights(
      start.flatMap(({ weight, bias, inFeatures, outFeatures }) => [
        tf.tensor2d(weight, [inFeatures, outFeatures]),
        tf.tensor1d(bias)
      ])
    )
  })
  model.compile({
    optimizer: adam(),
    loss: (target: tf.Tensor, scores: tf.Tensor) =>
      tf.losses.softmaxCrossEntropy(target, scores, undefined, undefined, tf.Reduction.NONE)
  })
  return {
    name: 'tfjs-layers',
    live,
    run: async ({ images, hot }) => {
      const x = tf.tensor2d(images, [BATCH, FEATURES])
      const target = tf.tensor2d(hot, [BATCH, CLASSES])
      const loss = await model.trainOnBatch(x, target)
      tf.dispose([x, target])
      return typeof loss === 'number' ? loss : loss[0]!
    }
  }
}
