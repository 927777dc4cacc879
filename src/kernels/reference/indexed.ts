/** Access by indices that are numbers of another tensor. */
import { gatherShape, scatterShape, sizeOf } from '../shape'
import { type Block, generate, zeros } from './numbers'

/** result[..., i..., ...] = x[..., indices[i...], ...] at this axis. */
export const gather = (x: Block, indices: Block, axis: number): Block => {
  const inner = sizeOf(x.shape.slice(axis + 1))
  const count = indices.numbers.length
  const size = x.shape[axis]!
  return generate(gatherShape(x.shape, indices.shape, axis), x.dtype, (place) => {
    const column = place % inner
    const row = Math.floor(place / inner)
    const outer = Math.floor(row / count)
    return x.numbers[(outer * size + indices.numbers[row % count]!) * inner + column]!
  })
}

/** result[..., indices[i...], ...] += updates[..., i..., ...] at this axis. */
export const scatterAdd = (updates: Block, indices: Block, axis: number, size: number): Block => {
  const result = zeros(scatterShape(updates.shape, indices.shape, axis, size), updates.dtype)
  const inner = sizeOf(updates.shape.slice(axis + indices.shape.length))
  const count = indices.numbers.length
  for (let place = 0; place < updates.numbers.length; place++) {
    const column = place % inner
    const row = Math.floor(place / inner)
    const outer = Math.floor(row / count)
    result.numbers[(outer * size + indices.numbers[row % count]!) * inner + column]! += updates.numbers[place]!
  }
  return result
}

/** An index that is not in 0 ... depth - 1 gives zeros. */
export const oneHot = (indices: Block, depth: number): Block =>
  generate([...indices.shape, depth], 'float32', (place) =>
    Number(indices.numbers[Math.floor(place / depth)] === place % depth)
  )

export const firstOutOfRange = (
  indices: Block,
  size: number
): { readonly position: number; readonly value: number } | undefined => {
  const position = indices.numbers.findIndex((value) => value < 0 || value >= size)
  return position < 0 ? undefined : { position, value: indices.numbers[position]! }
}
