/**
 * (b) written out on TensorFlow.js' own kernel functions: no tape, no tidy, no engine, every tensor released at its last
 * use. Explicit transpositions, for a transpose flag leaves XNNPACK; bias and relu in _FusedMatMul, which takes rank 3.
 */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import {
  BATCH,
  BETA_1,
  BETA_2,
  CLASSES,
  EPSILON,
  FEATURES,
  type HostBatch,
  LEARNING_RATE,
  type StartLayer,
  type StepContestant
} from './step'

type Info = tf.TensorInfo

/** What is used of the backend's own class. */
type Backend = Pick<BackendWasm, 'write' | 'disposeData' | 'numDataIds' | 'typedArrayFromHeap'>

interface Slot {
  value: Info
  mean: Info
  square: Info
}

export const stepOnTfjsKernels = (layers: ReadonlyArray<StartLayer>): StepContestant => {
  const backend = tf.backend() as tf.KernelBackend & Backend
  const table = new Map(tf.getKernelsForBackend('wasm').map(({ kernelName, kernelFunc }) => [kernelName, kernelFunc]))
  const call = (kernel: string, inputs: Record<string, Info>, attrs: object = {}): Info =>
    table.get(kernel)!({ inputs, attrs: attrs as tf.NamedAttrMap, backend }) as Info
  const free = (...tensors: ReadonlyArray<Info>): void => {
    for (const { dataId } of tensors) backend.disposeData(dataId)
  }
  const then = (spent: Info, result: Info): Info => {
    backend.disposeData(spent.dataId)
    return result
  }
  const upload = (values: Float32Array, shape: number[]): Info => ({
    dataId: backend.write(values, shape, 'float32'),
    shape,
    dtype: 'float32'
  })
  const number = (value: number): Info => upload(Float32Array.of(value), [])
  const two =
    (kernel: string) =>
    (a: Info, b: Info): Info =>
      call(kernel, { a, b })
  const one =
    (kernel: string) =>
    (x: Info): Info =>
      call(kernel, { x })
  const [add, sub, mul, div] = [two('Add'), two('Sub'), two('Multiply'), two('RealDiv')]
  const [square, sqrt] = [one('Square'), one('Sqrt')]
  const sumRows = (x: Info): Info => call('Sum', { x }, { axis: [0], keepDims: false })
  const transposed = (x: Info): Info => call('Transpose', { x }, { perm: [0, 2, 1] })
  const matmul = (a: Info, b: Info): Info =>
    call('_FusedMatMul', { a, b }, { transposeA: false, transposeB: false, activation: 'linear' })
  const linear = (a: Info, i: number, activation: string): Info =>
    call(
      '_FusedMatMul',
      { a, b: weights[i]!.value, bias: biases[i]!.value },
      { transposeA: false, transposeB: false, activation }
    )
  /** The same numbers in another shape, not counted as a tensor. */
  const view = ({ dataId, dtype }: Info, shape: number[]): Info => ({ dataId, dtype, shape })
  const withTransposed = (x: Info, body: (turned: Info) => Info): Info => {
    const turned = transposed(x)
    return then(turned, body(turned))
  }
  /** 0 where relu's output is 0. */
  const throughRelu = (upstream: Info, output: Info): Info => {
    const on = call('Step', { x: output }, { alpha: 0 })
    const slope = mul(upstream, on)
    free(upstream, on)
    return slope
  }

  const slot = (values: Float32Array, shape: number[]): Slot => ({
    value: upload(values, shape),
    mean: upload(new Float32Array(values.length), shape),
    square: upload(new Float32Array(values.length), shape)
  })
  const weights = layers.map(({ weight, inFeatures, outFeatures }) => slot(weight, [1, inFeatures, outFeatures]))
  const biases = layers.map(({ bias, outFeatures }) => slot(bias, [outFeatures]))
  const [share, decay1, decay2] = [number(1 / BATCH), number(BETA_1), number(BETA_2)]
  let updates = 0

  const update = (at: Slot, gradient: Info, epsilon: Info, factor: Info): void => {
    const { value, mean, square: before } = at
    const decayed = mul(mean, decay1)
    at.mean = then(decayed, add(decayed, gradient))
    const squared = square(gradient)
    const faded = mul(before, decay2)
    at.square = then(faded, add(faded, squared))
    free(squared, gradient, mean, before)
    const root = sqrt(at.square)
    const spread = then(root, add(root, epsilon))
    const quotient = then(spread, div(at.mean, spread))
    const change = then(quotient, mul(quotient, factor))
    at.value = then(change, sub(value, change))
    free(value)
  }

  const step = ({ images, labels, hot }: HostBatch): number => {
    const x = upload(images, [1, BATCH, FEATURES])
    const target = upload(hot, [BATCH, CLASSES])
    const hidden1 = linear(x, 0, 'relu')
    const hidden2 = linear(hidden1, 1, 'relu')
    const scores = linear(hidden2, 2, 'linear')
    const chances = then(scores, call('Softmax', { logits: view(scores, [BATCH, CLASSES]) }, { dim: 1 }))
    const loss = lossOf(backend.typedArrayFromHeap(chances), labels)

    const error = then(chances, sub(chances, target))
    const slope3 = view(then(error, mul(error, share)), [1, BATCH, CLASSES])
    const gradients = [
      withTransposed(hidden2, (turned) => matmul(turned, slope3)),
      sumRows(view(slope3, [BATCH, CLASSES]))
    ]
    const back2 = then(
      slope3,
      withTransposed(weights[2]!.value, (turned) => matmul(slope3, turned))
    )
    const slope2 = throughRelu(back2, hidden2)
    gradients.unshift(
      withTransposed(hidden1, (turned) => matmul(turned, slope2)),
      sumRows(view(slope2, [BATCH, 64]))
    )
    const back1 = then(
      slope2,
      withTransposed(weights[1]!.value, (turned) => matmul(slope2, turned))
    )
    const slope1 = throughRelu(back1, hidden1)
    gradients.unshift(
      withTransposed(x, (turned) => matmul(turned, slope1)),
      sumRows(view(slope1, [BATCH, 128]))
    )
    free(slope1, x, target, hidden1, hidden2)

    updates++
    const root = Math.sqrt((1 - BETA_2) / (1 - BETA_2 ** updates))
    const epsilon = number(EPSILON / root)
    const factor = number((LEARNING_RATE * (1 - BETA_1)) / ((1 - BETA_1 ** updates) * root))
    for (let i = 0; i < layers.length; i++) {
      update(weights[i]!, gradients[2 * i]!, epsilon, factor)
      update(biases[i]!, gradients[2 * i + 1]!, epsilon, factor)
    }
    free(epsilon, factor)
    return loss
  }

  return { name: "by hand on tfjs' kernels", live: () => backend.numDataIds(), run: step }
}

const lossOf = (chances: ArrayLike<number>, labels: Int32Array): number => {
  let total = 0
  for (let row = 0; row < labels.length; row++) total -= Math.log(chances[row * CLASSES + labels[row]!]!)
  return total / labels.length
}
