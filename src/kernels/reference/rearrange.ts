/** Numbers moved, none computed. The results share no array with their inputs. */
import { broadcastStrides, concatShape, sizeOf, stridesOf } from '../shape'
import type { Shape } from '../tensor'
import { type Block, generate, places, zeros } from './numbers'

/** A block of this shape with x's numbers at the places of the walk. */
const taken = (x: Block, shape: Shape, walk: Float64Array): Block =>
  generate(shape, x.dtype, (i) => x.numbers[walk[i]!]!)

export const transpose = (x: Block, permutation: ReadonlyArray<number>): Block => {
  const shape = permutation.map((axis) => x.shape[axis]!)
  const strides = stridesOf(x.shape)
  return taken(
    x,
    shape,
    places(
      shape,
      permutation.map((axis) => strides[axis]!)
    )
  )
}

export const reshape = (x: Block, shape: Shape): Block => ({ shape, dtype: x.dtype, numbers: x.numbers.slice() })

export const broadcast = (x: Block, shape: Shape): Block =>
  taken(x, shape, places(shape, broadcastStrides(x.shape, shape)))

export const slice = (x: Block, begin: ReadonlyArray<number>, size: Shape): Block => {
  const strides = stridesOf(x.shape)
  return taken(x, size, places(size, strides, startOf(begin, strides)))
}

export const pad = (x: Block, before: ReadonlyArray<number>, after: ReadonlyArray<number>): Block => {
  const result = zeros(
    x.shape.map((n, i) => before[i]! + n + after[i]!),
    x.dtype
  )
  put(result, x, before)
  return result
}

export const concat = (xs: ReadonlyArray<Block>, axis: number): Block => {
  const shape = concatShape(
    xs.map((x) => x.shape),
    axis
  )
  const result = zeros(shape, xs[0]!.dtype)
  let offset = 0
  for (const x of xs) {
    put(
      result,
      x,
      shape.map((_, i) => (i === axis ? offset : 0))
    )
    offset += x.shape[axis]!
  }
  return result
}

/** Writes x into the result, where the block that begins there is. */
const put = (result: Block, x: Block, begin: ReadonlyArray<number>): void => {
  if (sizeOf(x.shape) === 0) return
  const strides = stridesOf(result.shape)
  const walk = places(x.shape, strides, startOf(begin, strides))
  for (let i = 0; i < walk.length; i++) result.numbers[walk[i]!] = x.numbers[i]!
}

const startOf = (begin: ReadonlyArray<number>, strides: ReadonlyArray<number>): number =>
  begin.reduce((sum, at, axis) => sum + at * strides[axis]!, 0)
