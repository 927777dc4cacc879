/**
 * Loops in JavaScript over the WebAssembly memory, for what its kernels get wrong (NaN in maximum, int32 and bool,
 * naive float32 sums, MaxPool-like seeds) or do slower than a loop (comparisons, select: 8 ns an element).
 */
import { broadcastStrides, sizeOf } from '../shape'
import type { Shape } from '../tensor'

/** What a loop reads and writes: a view of the whole memory. */
export type View = Float32Array | Int32Array | Uint8Array

/** Where numbers lie: a view and the index of the first. */
export interface Place {
  readonly view: View
  readonly at: number
}

export const mapLoop = (x: Place, output: Place, size: number, f: (x: number) => number): void => {
  for (let i = 0; i < size; i++) output.view[output.at + i] = f(x.view[x.at + i]!)
}

/**
 * Visits every position of `shape` in order and hands over the offset in each operand: the last axis in an inner
 * loop, the others counted like an odometer.
 */
export const forEachRow = (
  shape: Shape,
  strides: ReadonlyArray<ReadonlyArray<number>>,
  row: (position: number, offsets: ReadonlyArray<number>) => void
): void => {
  const rank = shape.length
  const inner = rank === 0 ? 1 : shape[rank - 1]!
  const rows = inner === 0 ? 0 : sizeOf(shape) / inner
  const counter = new Array<number>(Math.max(rank - 1, 0)).fill(0)
  const offsets = strides.map(() => 0)
  for (let r = 0; r < rows; r++) {
    row(r * inner, offsets)
    for (let axis = rank - 2; axis >= 0; axis--) {
      counter[axis]!++
      for (let k = 0; k < strides.length; k++) offsets[k]! += strides[k]![axis]!
      if (counter[axis]! < shape[axis]!) break
      for (let k = 0; k < strides.length; k++) offsets[k]! -= strides[k]![axis]! * shape[axis]!
      counter[axis] = 0
    }
  }
}

/** Joins neighbouring axes that every operand walks as one: the fewer and the longer the rows, the faster. */
export const joinAxes = (
  shape: Shape,
  strides: ReadonlyArray<ReadonlyArray<number>>
): { readonly shape: Shape; readonly strides: ReadonlyArray<ReadonlyArray<number>> } => {
  const last = shape.length - 1
  if (last < 1) return { shape, strides }
  const joinedShape = [shape[last]!]
  const joined = strides.map((operand) => [operand[last]!])
  for (let axis = last - 1; axis >= 0; axis--) {
    const size = joinedShape[0]!
    if (strides.every((operand, k) => operand[axis] === joined[k]![0]! * size)) joinedShape[0] = size * shape[axis]!
    else {
      joinedShape.unshift(shape[axis]!)
      strides.forEach((operand, k) => joined[k]!.unshift(operand[axis]!))
    }
  }
  return { shape: joinedShape, strides: joined }
}

export const zipLoop = (
  x: Place,
  xShape: Shape,
  y: Place,
  yShape: Shape,
  output: Place,
  shape: Shape,
  f: (x: number, y: number) => number
): void => {
  const joined = joinAxes(shape, [broadcastStrides(xShape, shape), broadcastStrides(yShape, shape)])
  const inner = joined.shape.at(-1) ?? 1
  const [xStep = 0, yStep = 0] = joined.strides.map((operand) => operand.at(-1) ?? 0)
  const { view: xs } = x
  const { view: ys } = y
  const { view: out } = output
  forEachRow(joined.shape, joined.strides, (position, [xOffset, yOffset]) => {
    let p = x.at + xOffset!
    let q = y.at + yOffset!
    const from = output.at + position
    for (let i = 0; i < inner; i++, p += xStep, q += yStep) out[from + i] = f(xs[p]!, ys[q]!)
  })
}

/**
 * The float32 number g where y > 0, 0 where y is 0 or below, NaN where it is NaN: on their bits, without a branch. Which of
 * them are positive is a coin's toss to the processor, and each wrong guess costs it as much as eight numbers do here.
 */
export const reluGradientLoop = (words: Int32Array, g: number, y: number, output: number, size: number): void => {
  for (let i = 0; i < size; i++) {
    const bits = words[y + i]!
    // All ones for the bits of a positive number, and of a positive NaN; for 0, -0 and the rest none.
    const positive = (-bits & ~bits) >> 31
    const isNaN = (INFINITY_BITS - (bits & 0x7fffffff)) >> 31
    words[output + i] = (words[g + i]! & positive) | (isNaN & NAN_BITS)
  }
}

const INFINITY_BITS = 0x7f800000
const NAN_BITS = 0x7fc00000

export const selectLoop = (
  condition: Place,
  conditionShape: Shape,
  x: Place,
  xShape: Shape,
  y: Place,
  yShape: Shape,
  output: Place,
  shape: Shape
): void => {
  const operands = [conditionShape, xShape, yShape].map((operand) => broadcastStrides(operand, shape))
  const joined = joinAxes(shape, operands)
  const inner = joined.shape.at(-1) ?? 1
  const [cStep = 0, xStep = 0, yStep = 0] = joined.strides.map((operand) => operand.at(-1) ?? 0)
  const { view: conditions } = condition
  const { view: xs } = x
  const { view: ys } = y
  const { view: out } = output
  forEachRow(joined.shape, joined.strides, (position, [cOffset, xOffset, yOffset]) => {
    let c = condition.at + cOffset!
    let p = x.at + xOffset!
    let q = y.at + yOffset!
    const from = output.at + position
    for (let i = 0; i < inner; i++, c += cStep, p += xStep, q += yStep) {
      out[from + i] = conditions[c] !== 0 ? xs[p]! : ys[q]!
    }
  })
}

/** Copies a strided block into another: broadcasting, slicing, padding, concatenating and odd transpositions are that. */
export const copyLoop = (
  x: Place,
  xStrides: ReadonlyArray<number>,
  output: Place,
  outputStrides: ReadonlyArray<number>,
  shape: Shape
): void => {
  const joined = joinAxes(shape, [xStrides, outputStrides])
  const inner = joined.shape.at(-1) ?? 1
  const [xStep = 1, outputStep = 1] = joined.strides.map((operand) => operand.at(-1) ?? 1)
  const { view: from } = x
  const { view: to } = output
  forEachRow(joined.shape, joined.strides, (_, [xOffset, outputOffset]) => {
    const p = x.at + xOffset!
    const q = output.at + outputOffset!
    // copyWithin costs about 30 ns to call, a loop 1 ns an element.
    if (xStep === 1 && outputStep === 1 && inner > 16) to.copyWithin(q, p, p + inner)
    else if (xStep === 0 && outputStep === 1 && inner > 16) to.fill(from[p]!, q, q + inner)
    else for (let i = 0; i < inner; i++) to[q + i * outputStep] = from[p + i * xStep]!
  })
}
