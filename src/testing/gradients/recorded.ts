/** Gradients as gradfold computes them, and how far rounding can move the number that they are of. */
import { isLeft } from 'fp-ts/Either'
import { backward } from '../../gradient/backward'
import { sizeOf } from '../../kernels/shape'
import type { Tensor } from '../../kernels/tensor'
import { constant } from '../../tape/leaf'
import { inputCount, inputsOf, tensorOf, type Variable } from '../../tape/variable'
import { attempted } from './attempted'
import { Misuse } from './misuse'
import { entriesOf, sourcesOf } from './walk'
import type { Run } from './subject'

/** Half of the distance from 1 to the next float64. */
export const UNIT = 2 ** -53

export interface Recorded {
  /** For each input the gradient of the weighted sum of the outputs; undefined where none flows. */
  readonly gradients: ReadonlyArray<Float64Array | undefined>
  /** A first-order bound of the rounding error of that sum. */
  readonly rounding: number
  /** How often rounding enters, entry after entry: where numbers are 0 at the inputs, those next to them round, too. */
  readonly roundings: number
  /** Why there are none: a derivative that fails is as wrong as one that gives other numbers. */
  readonly failure: string | undefined
}

/** By `backward`, of the sum over all outputs of weight times number. */
export const recordedGradients = (run: Run, weights: ReadonlyArray<Float64Array>): Recorded => {
  const gradients = run.inputs.map((): Float64Array | undefined => undefined)
  let rounding = 0
  let roundings = 0
  for (const [k, output] of run.outputs.entries()) {
    if (!output.needsGradient) continue
    const { kernels } = run.tape
    const upstream = constant(run.tape, { shape: output.shape, values: weights[k]! })
    if (isLeft(upstream)) throw new Misuse('Failed', upstream.left.message)
    const keep = entriesOf(run.tape).filter(({ needsGradient }) => needsGradient)
    const found = attempted(() => backward(upstream.right.tape, output, { upstream: upstream.right.value, keep }))
    if (isLeft(found)) {
      const reached = sourcesOf(output)
      const nowhere = run.inputs.map((input) =>
        reached.has(input) ? new Float64Array(sizeOf(input.shape)).fill(NaN) : undefined
      )
      return { gradients: nowhere, rounding: 0, roundings: 0, failure: found.left }
    }
    const numbersOf = (tensor: Tensor): Float64Array => Float64Array.from(kernels.read(tensor))
    const cotangents = new Map([...found.right].map(([entry, tensor]) => [entry, numbersOf(tensor)]))
    const magnitude = (entry: Variable): number => products(numbersOf(tensorOf(entry)), cotangents.get(entry))
    for (const entry of cotangents.keys()) {
      const terms = termsOf(entry)
      roundings += terms + 3
      rounding += (terms + 3) * UNIT * magnitude(entry)
      if (terms > 1) for (const input of inputsOf(entry)) rounding += terms * UNIT * magnitude(input)
      if (!logarithmic.has(entry.primitive.name)) continue
      const scores = numbersOf(tensorOf(inputsOf(entry)[0]!))
      rounding += (terms + 3) * UNIT * largestOf(scores, 1) * absoluteSum(cotangents.get(entry))
    }
    for (const [i, input] of run.inputs.entries()) {
      const gradient = found.right.get(input)
      if (gradient !== undefined) gradients[i] = plus(gradients[i], gradientOf(gradient, numbersOf(gradient), input))
    }
  }
  return { gradients, rounding, roundings, failure: undefined }
}

/** A gradient of another shape than its variable's is wrong wherever it is read. */
const gradientOf = (gradient: Tensor, numbers: Float64Array, input: Variable): Float64Array =>
  gradient.shape.join() === input.shape.join() ? numbers : new Float64Array(sizeOf(input.shape)).fill(NaN)

/** x - max - log(sum of exp(x - max)): its terms can be far larger than what is left of them. */
const logarithmic: ReadonlySet<string> = new Set(['logSoftmax', 'softmaxCrossEntropy'])

/** The largest absolute number, or `least`. */
const largestOf = (values: Float64Array, least: number): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), least)

const absoluteSum = (values: Float64Array = new Float64Array()): number =>
  values.reduce((total, value) => total + Math.abs(value), 0)

/** About how many numbers go into one of an entry: sums, products of matrices and the like round so often. */
const termsOf = (entry: Variable): number => {
  if (inputCount(entry) === 0) return 1
  const largest = Math.max(...inputsOf(entry).map(({ shape }) => sizeOf(shape)))
  return Math.max(1, Math.ceil(largest / Math.max(1, sizeOf(entry.shape))))
}

/** Of finite products alone: an infinite cotangent is found by the comparison, and must not widen its bound. */
const products = (values: Float64Array, cotangents: Float64Array | undefined): number => {
  if (cotangents?.length !== values.length) return 0
  let total = 0
  for (const [i, value] of values.entries()) {
    const product = Math.abs(value * cotangents[i]!)
    if (Number.isFinite(product)) total += product
  }
  return total
}

const plus = (one: Float64Array | undefined, other: Float64Array): Float64Array =>
  one === undefined ? other : other.map((value, i) => value + one[i]!)
