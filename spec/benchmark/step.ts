/** (b) One training step: 784-128-64-10 with biases, relu between, softmax cross-entropy, Adam, batches of 128. */
import { activation, type Kernels, linear, parameters, read, sequential, startTape, type Tape } from 'gradfold'
import { rightOf } from '../support/results'
import type { Contestant } from './contestant'

export const FEATURES = 784
export const CLASSES = 10
export const BATCH = 128
export const LEARNING_RATE = 1e-3
export const BETA_1 = 0.9
export const BETA_2 = 0.999
export const EPSILON = 1e-8

/** The batch as it lies in JavaScript's memory; everyone uploads it in each step. */
export interface HostBatch {
  /** [128, 784], -0.5 to 0.5. */
  readonly images: Float32Array
  readonly labels: Int32Array
  /** The labels again, one-hot, [128, 10], for those who need them so. */
  readonly hot: Float32Array
}

/** Gives the batch's loss, read from the kernels. */
export type StepContestant = Contestant<HostBatch, number | Promise<number>>

/** A layer's start: weight [in, out], bias [out]. */
export interface StartLayer {
  readonly inFeatures: number
  readonly outFeatures: number
  readonly weight: Float32Array
  readonly bias: Float32Array
}

export const network = (tape: Tape) =>
  sequential(
    tape,
    (at) => linear(at, FEATURES, 128),
    activation('relu'),
    (at) => linear(at, 128, 64),
    activation('relu'),
    (at) => linear(at, 64, CLASSES)
  )

/** The numbers that gradfold's network begins with, for the others: weights transposed from [out, in] to [in, out]. */
export const startLayers = (kernels: Kernels, seed: number): ReadonlyArray<StartLayer> => {
  const own = kernels.withOwnAllocations()
  const found = parameters(rightOf(network(startTape(own, { seed }))).value).map(({ variable }) =>
    rightOf(read(variable))
  )
  own.allocations.releaseAll()
  return [0, 2, 4].map((at) => {
    const [weight, bias] = [found[at]!, found[at + 1]!]
    const [outFeatures, inFeatures] = [weight.shape[0]!, weight.shape[1]!]
    const turned = transposed(Float32Array.from(weight.values), outFeatures, inFeatures)
    return { inFeatures, outFeatures, weight: turned, bias: Float32Array.from(bias.values) }
  })
}

/** [columns, rows] of [rows, columns]. */
export const transposed = (values: Float32Array, rows: number, columns: number): Float32Array =>
  values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!)

/**
 * Random images with random labels, learnt by heart in some hundred steps. Around 0: of images that are positive
 * throughout nine units in ten die, and what Adam remembers of their gradients fades into denormal numbers, for each of
 * which some processors take a hundred cycles.
 */
export const randomBatches = (count: number, seed: number): ReadonlyArray<HostBatch> => {
  const draw = generator(seed)
  return Array.from({ length: count }, () => {
    const images = Float32Array.from({ length: BATCH * FEATURES }, () => draw() - 0.5)
    const labels = Int32Array.from({ length: BATCH }, () => Math.floor(draw() * CLASSES))
    const hot = new Float32Array(BATCH * CLASSES)
    labels.forEach((label, row) => (hot[row * CLASSES + label] = 1))
    return { images, labels, hot }
  })
}

/** xorshift32 (Marsaglia 2003, "Xorshift RNGs"), 0 to 1. */
const generator = (seed: number): (() => number) => {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 4294967296
  }
}
