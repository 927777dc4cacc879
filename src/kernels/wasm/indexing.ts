/** Gather, its adjoint and one-hot. The binary's kernels check no bounds and lose dtypes, so these are loops. */
import { sizeOf } from '../shape'
import type { Shape } from '../tensor'
import type { Place } from './loops'

interface Slices {
  /** How often, before the axis. */
  readonly outer: number
  /** Size of the axis. */
  readonly size: number
  /** Numbers in one slice. */
  readonly inner: number
}

/** x's shape as slices along an axis. */
export const slicesOf = (shape: Shape, axis: number): Slices => ({
  outer: sizeOf(shape.slice(0, axis)),
  size: shape[axis]!,
  inner: sizeOf(shape.slice(axis + 1))
})

export const gatherLoop = (x: Place, indices: Place, output: Place, slices: Slices, count: number): void => {
  const { outer, size, inner } = slices
  for (let o = 0, q = output.at; o < outer; o++) {
    for (let i = 0; i < count; i++, q += inner) {
      const p = x.at + (o * size + indices.view[indices.at + i]!) * inner
      if (inner > 16) output.view.set(x.view.subarray(p, p + inner), q)
      else for (let j = 0; j < inner; j++) output.view[q + j] = x.view[p + j]!
    }
  }
}

/** Adds; in float64, because a frequent index sums up as many numbers as there are examples. */
export const scatterAddLoop = (updates: Place, indices: Place, output: Place, slices: Slices, count: number): void => {
  const { outer, size, inner } = slices
  const sums = new Float64Array(outer * size * inner)
  for (let o = 0, p = updates.at; o < outer; o++) {
    for (let i = 0; i < count; i++, p += inner) {
      const q = (o * size + indices.view[indices.at + i]!) * inner
      for (let j = 0; j < inner; j++) sums[q + j]! += updates.view[p + j]!
    }
  }
  for (let i = 0; i < sums.length; i++) output.view[output.at + i] = sums[i]!
}
