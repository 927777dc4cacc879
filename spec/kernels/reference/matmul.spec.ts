import { referenceKernels } from '../../../src/kernels/reference/referenceKernels'
import type { Shape } from '../../../src/kernels/tensor'
import { evaluate } from '../../support/evaluate'

interface Operand {
  readonly shape: Shape
  readonly numbers: ReadonlyArray<number>
}

const product = (x: Operand, y: Operand, transposeX: boolean, transposeY: boolean) =>
  evaluate(referenceKernels, (k, make) =>
    k.matmul(make(x.shape, x.numbers), make(y.shape, y.numbers), transposeX, transposeY)
  )

// 1 2 3   7  8    58  64
// 4 5 6   9 10  = 139 154
//        11 12
const x = { shape: [2, 3], numbers: [1, 2, 3, 4, 5, 6] }
const xTransposed = { shape: [3, 2], numbers: [1, 4, 2, 5, 3, 6] }
const y = { shape: [3, 2], numbers: [7, 8, 9, 10, 11, 12] }
const yTransposed = { shape: [2, 3], numbers: [7, 9, 11, 8, 10, 12] }
const expected = { shape: [2, 2], dtype: 'float32', numbers: [58, 64, 139, 154] }

describe('matmul', () => {
  it('multiplies rows by columns, either side transposed', () => {
    expect(product(x, y, false, false)).toEqual(expected)
    expect(product(xTransposed, y, true, false)).toEqual(expected)
    expect(product(x, yTransposed, false, true)).toEqual(expected)
    expect(product(xTransposed, yTransposed, true, true)).toEqual(expected)
  })

  it('multiplies matrix by matrix, leading axes broadcast', () => {
    // The row (1, 2) by the identity, and by twice the swap of columns; then the row (3, 4).
    const rows = { shape: [2, 1, 1, 2], numbers: [1, 2, 3, 4] }
    const matrices = { shape: [2, 2, 2], numbers: [1, 0, 0, 1, 0, 2, 2, 0] }
    expect(product(rows, matrices, false, false)).toEqual({
      shape: [2, 2, 1, 2],
      dtype: 'float32',
      numbers: [1, 2, 4, 2, 3, 4, 8, 6]
    })
  })

  it('is 0 where there is nothing to sum, and empty where there is no row', () => {
    const none = { shape: [2, 0], numbers: [] }
    expect(product(none, { shape: [0, 3], numbers: [] }, false, false)).toEqual({
      shape: [2, 3],
      dtype: 'float32',
      numbers: [0, 0, 0, 0, 0, 0]
    })
    expect(product(none, x, true, false)).toEqual({ shape: [0, 3], dtype: 'float32', numbers: [] })
  })
})
