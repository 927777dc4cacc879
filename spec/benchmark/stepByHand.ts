/**
 * (b) written out on gradfold's own kernels: no tape, no checks, every tensor released at its last use. No gradient
 * for the images; Adam's factors in scalars. Weights [in, out] need no transposition in the forward products; gradfold's own
 * layers have [out, in], as PyTorch's.
 */
import type { Kernels, Tensor } from 'gradfold'
import { liveOf } from './contestant'
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
  type StepContestant,
  transposed
} from './step'

/** A parameter, and Adam's m / (1 - beta1) and v / (1 - beta2). */
interface Slot {
  value: Tensor
  mean: Tensor
  square: Tensor
}

export const stepByHand = (
  kernels: Kernels,
  layers: ReadonlyArray<StartLayer>,
  layout: '[in, out]' | '[out, in]'
): StepContestant => {
  const turned = layout === '[out, in]'
  const number = (value: number): Tensor => kernels.fill([], value, 'float32')
  const slot = (shape: ReadonlyArray<number>, values: Float32Array): Slot => ({
    value: kernels.upload(shape, 'float32', () => values),
    mean: kernels.fill(shape, 0, 'float32'),
    square: kernels.fill(shape, 0, 'float32')
  })
  const weights = layers.map(({ inFeatures, outFeatures, weight }) =>
    turned
      ? slot([outFeatures, inFeatures], transposed(weight, inFeatures, outFeatures))
      : slot([inFeatures, outFeatures], weight)
  )
  const biases = layers.map(({ outFeatures, bias }) => slot([outFeatures], bias))
  const share = number(1 / BATCH)
  const [decay1, decay2] = [number(BETA_1), number(BETA_2)]
  const free = (...tensors: ReadonlyArray<Tensor>): void => {
    for (const tensor of tensors) kernels.release(tensor)
  }
  /** The result, once the operand that nobody needs any more is released. */
  const then = (spent: Tensor, result: Tensor): Tensor => {
    kernels.release(spent)
    return result
  }
  let updates = 0

  const update = (at: Slot, gradient: Tensor, epsilon: Tensor, factor: Tensor): void => {
    const { value, mean, square } = at
    const decayed = kernels.mul(mean, decay1)
    at.mean = then(decayed, kernels.add(decayed, gradient))
    const squared = kernels.square(gradient)
    const faded = kernels.mul(square, decay2)
    at.square = then(faded, kernels.add(faded, squared))
    free(squared, gradient, mean, square)
    const root = kernels.sqrt(at.square)
    const spread = then(root, kernels.add(root, epsilon))
    const quotient = then(spread, kernels.div(at.mean, spread))
    const change = then(quotient, kernels.mul(quotient, factor))
    at.value = then(change, kernels.sub(value, change))
    kernels.release(value)
  }

  const layer = (x: Tensor, i: number): Tensor => {
    const product = kernels.matmul(x, weights[i]!.value, false, turned)
    return then(product, kernels.add(product, biases[i]!.value))
  }
  const activeLayer = (x: Tensor, i: number): Tensor => {
    const scores = layer(x, i)
    return then(scores, kernels.relu(scores))
  }

  const weightGradient = (x: Tensor, slope: Tensor): Tensor =>
    turned ? kernels.matmul(slope, x, true, false) : kernels.matmul(x, slope, true, false)
  const back = (slope: Tensor, i: number): Tensor => kernels.matmul(slope, weights[i]!.value, false, !turned)

  const step = ({ images, labels, hot }: HostBatch): number => {
    const x = kernels.upload([BATCH, FEATURES], 'float32', () => images)
    const target = kernels.upload([BATCH, CLASSES], 'float32', () => hot)
    const hidden1 = activeLayer(x, 0)
    const hidden2 = activeLayer(hidden1, 1)
    const scores = layer(hidden2, 2)
    const logs = then(scores, kernels.logSoftmax(scores))
    const loss = meanLoss(kernels.read(logs), labels)

    const chances = then(logs, kernels.exp(logs))
    const error = then(chances, kernels.sub(chances, target))
    const slope3 = then(error, kernels.mul(error, share))
    const gradients = [weightGradient(hidden2, slope3), kernels.sum(slope3, [0], false)]
    const back2 = then(slope3, back(slope3, 2))
    const slope2 = then(back2, kernels.reluGradient(back2, hidden2))
    gradients.unshift(weightGradient(hidden1, slope2), kernels.sum(slope2, [0], false))
    const back1 = then(slope2, back(slope2, 1))
    const slope1 = then(back1, kernels.reluGradient(back1, hidden1))
    gradients.unshift(weightGradient(x, slope1), kernels.sum(slope1, [0], false))
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

  return { name: `by hand, weights ${layout}`, live: liveOf(kernels), run: step }
}

/** The mean of -ln(softmax) at the label. */
const meanLoss = (logs: ArrayLike<number>, labels: Int32Array): number => {
  let total = 0
  for (let row = 0; row < labels.length; row++) total -= logs[row * CLASSES + labels[row]!]!
  return total / labels.length
}
