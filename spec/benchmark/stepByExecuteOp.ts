/**
 * (b) written out on TensorFlow's own operations, through the addon of @tensorflow/tfjs-node-gpu: tensors are numbers,
 * attribute lists are made once, each tensor is deleted at its last use, and the operations are as fat as TensorFlow has
 * them. An attribute costs up to a microsecond a call, and TensorFlow can infer most: types from the inputs, flags from
 * their defaults. tfjs' kernels name them all.
 */
import type { Addon, Attribute } from './addon'
import {
  BATCH,
  BETA_1,
  BETA_2,
  EPSILON,
  FEATURES,
  type HostBatch,
  LEARNING_RATE,
  type StartLayer,
  type StepContestant
} from './step'

interface Slot {
  value: number
  mean: number
  square: number
}

export const stepByExecuteOp = (
  addon: Addon,
  layers: ReadonlyArray<StartLayer>,
  attributes: 'all attributes' | 'inferred attributes'
): StepContestant => {
  let live = 0
  const all = attributes === 'all attributes'
  const type = (name: string, value: number): Attribute => ({ name, type: addon.TF_ATTR_TYPE, value })
  const flag = (name: string, value: boolean): Attribute => ({ name, type: addon.TF_ATTR_BOOL, value })
  const float = type('T', addon.TF_FLOAT)
  const plain = all ? [float] : []
  const ofBias = all ? [float, { name: 'data_format', type: addon.TF_ATTR_STRING, value: 'NHWC' }] : []
  const ofLabels = all ? [float, type('Tlabels', addon.TF_INT32)] : []
  const product = (first: boolean, second: boolean): ReadonlyArray<Attribute> => {
    const flags = [flag('transpose_a', first), flag('transpose_b', second)]
    return all ? [...flags, float] : flags.filter(({ value }) => value === true)
  }
  const [products, firstTransposed, secondTransposed] = [
    product(false, false),
    product(true, false),
    product(false, true)
  ]

  const call = (operation: string, list: ReadonlyArray<Attribute>, inputs: ReadonlyArray<number>): number => {
    live++
    return addon.executeOp(operation, list, inputs, 1)[0]!.id
  }
  const upload = (values: Float32Array | Int32Array, shape: ReadonlyArray<number>): number => {
    live++
    return addon.createTensor(shape, values instanceof Int32Array ? addon.TF_INT32 : addon.TF_FLOAT, values)
  }
  const number = (value: number): number => upload(Float32Array.of(value), [])
  const free = (...ids: ReadonlyArray<number>): void => {
    for (const id of ids) addon.deleteTensor(id)
    live -= ids.length
  }
  const then = (spent: number, result: number): number => {
    free(spent)
    return result
  }
  const two =
    (operation: string) =>
    (x: number, y: number): number =>
      call(operation, plain, [x, y])
  const one =
    (operation: string) =>
    (x: number): number =>
      call(operation, plain, [x])
  const [add, sub, mul, div] = [two('AddV2'), two('Sub'), two('Mul'), two('RealDiv')]
  const reluGrad = two('ReluGrad')
  const [relu, square, sqrt] = [one('Relu'), one('Square'), one('Sqrt')]

  // TensorFlow may keep an aligned array as the tensor's memory, so each tensor gets one of its own.
  const slot = (values: Float32Array, shape: ReadonlyArray<number>): Slot => ({
    value: upload(values.slice(), shape),
    mean: upload(new Float32Array(values.length), shape),
    square: upload(new Float32Array(values.length), shape)
  })
  const weights = layers.map(({ weight, inFeatures, outFeatures }) => slot(weight, [inFeatures, outFeatures]))
  const biases = layers.map(({ bias, outFeatures }) => slot(bias, [outFeatures]))
  const [share, decay1, decay2] = [number(1 / BATCH), number(BETA_1), number(BETA_2)]
  let updates = 0

  const update = (at: Slot, gradient: number, epsilon: number, factor: number): void => {
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

  const layer = (x: number, i: number): number => {
    const scores = call('MatMul', products, [x, weights[i]!.value])
    return then(scores, call('BiasAdd', ofBias, [scores, biases[i]!.value]))
  }
  const activeLayer = (x: number, i: number): number => {
    const scores = layer(x, i)
    return then(scores, relu(scores))
  }
  const back = (slope: number, i: number): number => call('MatMul', secondTransposed, [slope, weights[i]!.value])
  /** Of the weight, which lies before the layer of x, and of the bias. */
  const gradientsOf = (x: number, slope: number): [number, number] => [
    call('MatMul', firstTransposed, [x, slope]),
    call('BiasAddGrad', ofBias, [slope])
  ]

  const step = ({ images, labels }: HostBatch): number => {
    const x = upload(images, [BATCH, FEATURES])
    const target = upload(labels, [BATCH])
    const hidden1 = activeLayer(x, 0)
    const hidden2 = activeLayer(hidden1, 1)
    const scores = layer(hidden2, 2)
    const [losses, error] = addon
      .executeOp('SparseSoftmaxCrossEntropyWithLogits', ofLabels, [scores, target], 2)
      .map(({ id }) => id)
    live += 2
    const loss = meanOf(addon.tensorDataSync(losses!))
    const slope3 = mul(error!, share)
    free(scores, target, losses!, error!)
    const gradients3 = gradientsOf(hidden2, slope3)
    const back2 = then(slope3, back(slope3, 2))
    const slope2 = then(back2, reluGrad(back2, hidden2))
    const gradients2 = gradientsOf(hidden1, slope2)
    const back1 = then(slope2, back(slope2, 1))
    const slope1 = then(back1, reluGrad(back1, hidden1))
    const gradients1 = gradientsOf(x, slope1)
    free(slope1, x, hidden1, hidden2)

    updates++
    const root = Math.sqrt((1 - BETA_2) / (1 - BETA_2 ** updates))
    const epsilon = number(EPSILON / root)
    const factor = number((LEARNING_RATE * (1 - BETA_1)) / ((1 - BETA_1 ** updates) * root))
    ;[gradients1, gradients2, gradients3].forEach(([weight, bias], i) => {
      update(weights[i]!, weight, epsilon, factor)
      update(biases[i]!, bias, epsilon, factor)
    })
    free(epsilon, factor)
    return loss
  }

  return { name: `by hand, executeOp, ${attributes}`, live: () => live, run: step }
}

const meanOf = (losses: ArrayLike<number>): number => {
  let total = 0
  for (let i = 0; i < losses.length; i++) total += losses[i]!
  return total / losses.length
}
