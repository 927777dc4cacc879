import { drawNormal } from './drawNormal'
import type { RandomKey } from './key'
import { orthogonalize } from './orthogonalize'

/**
 * float32 numbers of a matrix `[rows, columns]` whose shorter side's vectors are at right angles and of length `gain`, drawn
 * evenly among all such matrices: Q of a normal draw, computed in float64.
 */
export const drawOrthogonal = (key: RandomKey, rows: number, columns: number, gain: number): Float64Array =>
  orthogonalOf(drawNormal(key, rows * columns, 0, 1), rows, columns).map((value) => Math.fround(gain * value))

/** The same of numbers that were drawn. */
export const orthogonalOf = (drawn: Float64Array, rows: number, columns: number): Float64Array => {
  if (rows < columns) {
    const vectors = drawn.slice()
    orthogonalize(vectors, rows)
    return vectors
  }
  const vectors = transposed(drawn, rows, columns)
  orthogonalize(vectors, columns)
  return transposed(vectors, columns, rows)
}

const transposed = (matrix: Float64Array, rows: number, columns: number): Float64Array => {
  const result = new Float64Array(matrix.length)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = matrix[i * columns + j]!
  return result
}
