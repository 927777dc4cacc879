/** TensorFlow.js as its users run it: on its WebAssembly backend (SIMD, one thread) or on the native library. */
import { dirname, sep } from 'node:path'
import util from 'node:util'
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

/** Makes this backend the one of all tensors that follow. */
export const setUpTfjs = async (backend: 'wasm' | 'tensorflow'): Promise<void> => {
  tf.enableProdMode()
  if (backend === 'wasm') {
    setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm')) + sep)
  } else {
    // The package calls this function of Node's at its first operation; Node 23 removed it. Node 22 warns of its own.
    Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined })
    await import('@tensorflow/tfjs-node-gpu')
  }
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs found no backend ${backend}`)
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
