/** Reductions over any axes, and the two functions of a row. */
import { reducedShape, sizeOf } from '../shape'
import { largest, pairwiseSum, wrappingSum } from './arithmetic'
import { type Block, generate, zeros } from './numbers'
import { transpose } from './rearrange'

export const sum = (x: Block, axes: ReadonlyArray<number>, keepDims: boolean): Block =>
  reduced(x, axes, keepDims, x.dtype === 'int32' ? wrappingSum : pairwiseSum)

/** 0 / 0, thus NaN, of nothing. */
export const mean = (x: Block, axes: ReadonlyArray<number>, keepDims: boolean): Block =>
  reduced(x, axes, keepDims, (numbers, start, count) => pairwiseSum(numbers, start, count) / count)

export const max = (x: Block, axes: ReadonlyArray<number>, keepDims: boolean): Block =>
  reduced(x, axes, keepDims, largest)

type Reduction = (numbers: ArrayLike<number>, start: number, count: number) => number

/** With the reduced axes moved to the end, every result is the reduction of `count` neighbours. */
const reduced = (x: Block, axes: ReadonlyArray<number>, keepDims: boolean, reduction: Reduction): Block => {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis))
  const { numbers } = transpose(x, [...kept, ...axes])
  const count = sizeOf(axes.map((axis) => x.shape[axis]!))
  return generate(reducedShape(x.shape, axes, keepDims), x.dtype, (i) => reduction(numbers, i * count, count))
}

/**
 * exp(x - max) / sum of exp(x - max) along the last axis. As in PyTorch a row is all NaN if it has NaN or Infinity, or
 * nothing but -Infinity: Infinity - Infinity is NaN.
 */
export const softmax = (x: Block): Block =>
  eachRow(x, (row, result) => {
    const shift = largest(row, 0, row.length)
    const powers = row.map((a) => Math.exp(a - shift))
    const total = pairwiseSum(powers, 0, powers.length)
    powers.forEach((power, i) => (result[i] = power / total))
  })

/** x - max - log(sum of exp(x - max)) along the last axis: nothing overflows, and what underflows is a summand beside 1. */
export const logSoftmax = (x: Block): Block =>
  eachRow(x, (row, result) => {
    const shift = largest(row, 0, row.length)
    const powers = row.map((a) => Math.exp(a - shift))
    const total = Math.log(pairwiseSum(powers, 0, powers.length))
    row.forEach((a, i) => (result[i] = a - shift - total))
  })

/** -log(softmax) at the label of each row. */
export const crossEntropy = (scores: Block, labels: Block): Block => {
  const { numbers } = logSoftmax(scores)
  const classes = scores.shape.at(-1)!
  return generate(scores.shape.slice(0, -1), 'float32', (row) => -numbers[row * classes + labels.numbers[row]!]!)
}

/** softmax - 1 at the label of each row, softmax elsewhere. */
export const softmaxMinusOneHot = (scores: Block, labels: Block): Block => {
  const { numbers } = softmax(scores)
  const classes = scores.shape.at(-1)!
  const isLabel = (i: number): boolean => labels.numbers[Math.floor(i / classes)] === i % classes
  return generate(scores.shape, 'float32', (i) => numbers[i]! - (isLabel(i) ? 1 : 0))
}

/** `write` is given each row along the last axis, and where to write the row of the result. */
const eachRow = (x: Block, write: (row: Float64Array, result: Float64Array) => void): Block => {
  const result = zeros(x.shape, 'float32')
  const length = x.shape.at(-1)!
  if (length === 0) return result
  const numbers = Float64Array.from(x.numbers)
  const results = new Float64Array(numbers.length)
  for (let start = 0; start < numbers.length; start += length) {
    write(numbers.subarray(start, start + length), results.subarray(start, start + length))
  }
  result.numbers.set(results)
  return result
}
