/**
 * Batch normalisation by other operations, over any representation T: for kernel sets that have it no better, and for
 * variables, whose derivative has to be differentiable itself. `free` releases what is not needed any more.
 */
import type { Operations } from './operations'
import { sizeOf } from './shape'

type Free<T> = (spent: T) => void

/** The gradients of batchNorm. */
export type BatchNormGradient<T> = readonly [x: T, scale: T, offset: T]

/** Which of the two statistics. */
export type Moment = 'mean' | 'variance'

/** Running statistics, each `[features]`, and how much a batch moves them. */
export interface Running<T> {
  readonly mean: T
  readonly variance: T
  /** The share of the batch in what they become. */
  readonly momentum: number
}

/** All axes but the last. */
const allButLast = <T>(o: Operations<T>, x: T): ReadonlyArray<number> =>
  o
    .shapeOf(x)
    .slice(1)
    .map((_, axis) => axis)

const scalar = <T>(o: Operations<T>, value: number): T => o.fill([], value, 'float32')

interface Standard<T> {
  /** x - mean */
  readonly centered: T
  /** 1 / sqrt(variance + eps), `[features]`. */
  readonly inverse: T
}

const meanOf = <T>(o: Operations<T>, x: T): T => o.mean(x, allButLast(o, x), false)

const center = <T>(o: Operations<T>, x: T, free: Free<T>): T => {
  const mean = meanOf(o, x)
  const centered = o.sub(x, mean)
  free(mean)
  return centered
}

/** Divided by n. */
const varianceOf = <T>(o: Operations<T>, centered: T, free: Free<T>): T => {
  const squares = o.square(centered)
  const variance = o.mean(squares, allButLast(o, squares), false)
  free(squares)
  return variance
}

const standard = <T>(o: Operations<T>, x: T, eps: number, free: Free<T>): Standard<T> => {
  const centered = center(o, x, free)
  const variance = varianceOf(o, centered, free)
  const added = scalar(o, eps)
  const shifted = o.add(variance, added)
  const deviation = o.sqrt(shifted)
  const one = scalar(o, 1)
  const inverse = o.div(one, deviation)
  for (const spent of [variance, added, shifted, deviation, one]) free(spent)
  return { centered, inverse }
}

/** (x - mean) / sqrt(variance + eps) * scale + offset. */
export const batchNormOf = <T>(o: Operations<T>, x: T, scale: T, offset: T, eps: number, free: Free<T>): T => {
  const { centered, inverse } = standard(o, x, eps, free)
  const factor = o.mul(scale, inverse)
  const scaled = o.mul(centered, factor)
  const y = o.add(scaled, offset)
  for (const spent of [centered, inverse, factor, scaled]) free(spent)
  return y
}

/**
 * With n values a feature and z = (x - mean) / sqrt(variance + eps): to offset sum(g), to scale sum(g z), to x
 * scale / sqrt(variance + eps) (g - sum(g) / n - z sum(g z) / n).
 */
export const batchNormGradientOf = <T>(
  o: Operations<T>,
  upstream: T,
  x: T,
  scale: T,
  eps: number,
  free: Free<T>
): BatchNormGradient<T> => {
  const { centered, inverse } = standard(o, x, eps, free)
  const axes = allButLast(o, x)
  const z = o.mul(centered, inverse)
  const products = o.mul(upstream, z)
  const toScale = o.sum(products, axes, false)
  const toOffset = o.sum(upstream, axes, false)
  const share = scalar(o, 1 / (sizeOf(o.shapeOf(x)) / o.shapeOf(x).at(-1)!))
  const meanSlope = o.mul(toScale, share)
  const meanUpstream = o.mul(toOffset, share)
  const along = o.mul(z, meanSlope)
  const less = o.sub(upstream, meanUpstream)
  const rest = o.sub(less, along)
  const factor = o.mul(scale, inverse)
  const toX = o.mul(rest, factor)
  for (const spent of [centered, inverse, z, products, share, meanSlope, meanUpstream, along, less, rest, factor]) {
    free(spent)
  }
  return [toX, toScale, toOffset]
}

/** (1 - momentum) running + momentum m, with m the mean of each feature, or its variance divided by n - 1. */
export const batchMomentOf = <T>(o: Operations<T>, x: T, running: Running<T>, moment: Moment, free: Free<T>): T => {
  const [batch, factor] = moment === 'mean' ? [meanOf(o, x), 1] : unbiased(o, x, free)
  const [kept, taken] = [scalar(o, 1 - running.momentum), scalar(o, running.momentum * factor)]
  const before = o.mul(running[moment], kept)
  const seen = o.mul(batch, taken)
  const after = o.add(before, seen)
  for (const spent of [batch, kept, taken, before, seen]) free(spent)
  return after
}

/** The variance divided by n, and what makes the other of it. */
const unbiased = <T>(o: Operations<T>, x: T, free: Free<T>): readonly [T, number] => {
  const centered = center(o, x, free)
  const variance = varianceOf(o, centered, free)
  free(centered)
  const count = sizeOf(o.shapeOf(x)) / o.shapeOf(x).at(-1)!
  return [variance, count / (count - 1)]
}
