/**
 * Arithmetic on shapes: no tensors, no errors. What fits is decided here, how a misfit is reported in operation/.
 */
import type { Shape } from './tensor'

/** How many numbers; infinite where no number says it, but 0 with any size of 0. */
export const sizeOf = (shape: Shape): number => {
  let size = 1
  for (const length of shape) {
    if (length === 0) return 0
    size *= length
  }
  return size
}

export const sameShape = (a: Shape, b: Shape): boolean => {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** The common shape of two, as NumPy broadcasts: aligned at the last axis, 1 stretches. Undefined if there is none. */
export const broadcastShapes = (a: Shape, b: Shape): Shape | undefined => {
  if (sameShape(a, b)) return a
  const rank = Math.max(a.length, b.length)
  const shape = new Array<number>(rank)
  for (let i = 1; i <= rank; i++) {
    const p = a[a.length - i] ?? 1
    const q = b[b.length - i] ?? 1
    if (p !== q && p !== 1 && q !== 1) return undefined
    shape[rank - i] = p === 1 ? q : p
  }
  return shape
}

/** Distance in numbers between neighbours along each axis of a row-major tensor. */
export const stridesOf = (shape: Shape): ReadonlyArray<number> => {
  const strides = new Array<number>(shape.length)
  for (let i = shape.length - 1, stride = 1; i >= 0; stride *= shape[i]!, i--) strides[i] = stride
  return strides
}

/** Strides to walk `shape` as if it were broadcast to `target`: 0 along stretched axes. */
export const broadcastStrides = (shape: Shape, target: Shape): ReadonlyArray<number> => {
  const own = stridesOf(shape)
  const missing = target.length - shape.length
  return target.map((_, i) => (i < missing || shape[i - missing] === 1 ? 0 : own[i - missing]!))
}

/** The axes along which `shape` was stretched or extended to become `target`. */
export const stretchedAxes = (shape: Shape, target: Shape): ReadonlyArray<number> => {
  const missing = target.length - shape.length
  const axes: number[] = []
  for (let i = 0; i < target.length; i++) {
    if (i < missing || (shape[i - missing] === 1 && target[i] !== 1)) axes.push(i)
  }
  return axes
}

/** What is left of a shape when these axes (ascending) are reduced. */
export const reducedShape = (shape: Shape, axes: ReadonlyArray<number>, keepDims: boolean): Shape =>
  keepDims ? shape.map((n, i) => (axes.includes(i) ? 1 : n)) : shape.filter((_, i) => !axes.includes(i))

/** Shape of a matrix product whose operands fit. */
export const matmulShape = (x: Shape, y: Shape, transposeX: boolean, transposeY: boolean): Shape => {
  const batch = broadcastShapes(x.slice(0, -2), y.slice(0, -2)) ?? []
  return [...batch, x.at(transposeX ? -1 : -2)!, y.at(transposeY ? -2 : -1)!]
}

/** Shape of a concatenation whose parts fit. */
export const concatShape = (shapes: ReadonlyArray<Shape>, axis: number): Shape =>
  shapes[0]!.map((n, i) => (i === axis ? shapes.reduce((sum, shape) => sum + shape[axis]!, 0) : n))

/** Shape of `gather`. */
export const gatherShape = (x: Shape, indices: Shape, axis: number): Shape => [
  ...x.slice(0, axis),
  ...indices,
  ...x.slice(axis + 1)
]

/** Shape of `scatterAdd`. */
export const scatterShape = (updates: Shape, indices: Shape, axis: number, size: number): Shape => [
  ...updates.slice(0, axis),
  size,
  ...updates.slice(axis + indices.length)
]
