import { broadcastStrides, matmulShape, sizeOf } from '../shape'
import { pairwiseSum } from './arithmetic'
import { type Block, places, zeros } from './numbers'

/** result[..., i, j] = sum over l of x[..., i, l] y[..., l, j], the leading axes broadcast. */
export const matmul = (x: Block, y: Block, transposeX: boolean, transposeY: boolean): Block => {
  const result = zeros(matmulShape(x.shape, y.shape, transposeX, transposeY), 'float32')
  const batch = result.shape.slice(0, -2)
  const rows = result.shape.at(-2)!
  const columns = result.shape.at(-1)!
  const inner = x.shape.at(transposeX ? -2 : -1)!
  const xStarts = matrixStarts(x, batch)
  const yStarts = matrixStarts(y, batch)
  const terms = new Float64Array(inner)
  let place = 0
  for (let b = 0; b < sizeOf(batch); b++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        for (let l = 0; l < inner; l++) {
          const p = xStarts[b]! + (transposeX ? l * rows + i : i * inner + l)
          const q = yStarts[b]! + (transposeY ? j * inner + l : l * columns + j)
          terms[l] = x.numbers[p]! * y.numbers[q]!
        }
        result.numbers[place++] = pairwiseSum(terms, 0, inner)
      }
    }
  }
  return result
}

/** Where the matrix of each element of the batch begins. */
const matrixStarts = (x: Block, batch: ReadonlyArray<number>): Float64Array => {
  const matrix = sizeOf(x.shape.slice(-2))
  const strides = broadcastStrides(x.shape.slice(0, -2), batch)
  return places(
    batch,
    strides.map((stride) => stride * matrix)
  )
}
