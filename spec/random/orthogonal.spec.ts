/** Orthogonal weights, and the QR decomposition that they are made by. */
import fc from 'fast-check'
import { orthogonal, withGain } from 'gradfold'
import { drawOrthogonal, orthogonalOf } from '../../src/random/drawOrthogonal'
import { fansOf } from '../../src/random/fansOf'
import { initialValues } from '../../src/random/initializers'
import { childKey, randomKey } from '../../src/random/key'
import { runs } from '../support/runs'
import { kolmogorovDistance, kolmogorovLimit } from '../support/statistics'

/** The largest distance of the shorter side's products from those of an orthogonal matrix with this gain. */
const distance = (matrix: Float64Array, rows: number, columns: number, gain = 1): number => {
  const [count, length, step, stride] = rows < columns ? [rows, columns, columns, 1] : [columns, rows, 1, columns]
  let largest = 0
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      let product = 0
      for (let k = 0; k < length; k++) product += matrix[i * step + k * stride]! * matrix[j * step + k * stride]!
      largest = Math.max(largest, Math.abs(product - (i === j ? gain * gain : 0)))
    }
  }
  return largest
}

const sizes = fc.integer({ min: 1, max: 12 })

describe('orthogonalOf', () => {
  it('has a shorter side of orthonormal vectors, to float64', () => {
    fc.assert(
      fc.property(sizes, sizes, fc.noShrink(fc.double()), (rows, columns, seed) => {
        const drawn = drawOrthogonal(randomKey(seed), rows, columns, 1)
        expect(distance(orthogonalOf(drawn, rows, columns), rows, columns)).toBeLessThan(1e-14)
      }),
      { numRuns: runs(50) }
    )
  })

  it('keeps its digits where the vectors are nearly parallel', () => {
    // Hilbert's matrix: of condition 1.5e10.
    const n = 8
    const hilbert = Float64Array.from({ length: n * n }, (_, i) => 1 / (Math.floor(i / n) + (i % n) + 1))
    expect(distance(orthogonalOf(hilbert, n, n), n, n)).toBeLessThan(1e-14)
  })

  it('leaves an orthogonal matrix as it is, and turns each vector to the side of the given one', () => {
    const turned = Float64Array.of(0, -2, 3, 0)
    expect([...orthogonalOf(turned, 2, 2)]).toEqual([0, -1, 1, 0])
  })
})

describe('orthogonal', () => {
  it.each([
    { shape: [64, 64], layout: 'outFirst', rows: 64, columns: 64 },
    { shape: [16, 64], layout: 'outFirst', rows: 16, columns: 64 },
    { shape: [64, 16], layout: 'outFirst', rows: 64, columns: 16 },
    { shape: [8, 3, 5, 5], layout: 'outFirst', rows: 8, columns: 75 },
    { shape: [5, 5, 3, 8], layout: 'outLast', rows: 75, columns: 8 },
    { shape: [2, 1, 2, 6], layout: 'outLast', rows: 4, columns: 6 }
  ] as const)('of $shape, $layout, is one of $rows by $columns', ({ shape, layout, rows, columns }) => {
    for (const gain of [1, 1.5]) {
      const initializer = withGain(orthogonal, gain)
      const values = initialValues(initializer, randomKey(3), shape, fansOf(shape, layout))
      expect(values).toHaveLength(rows * columns)
      expect(values.every((value) => Math.fround(value) === value)).toBe(true)
      expect(distance(values, rows, columns, gain)).toBeLessThan(1e-6)
    }
  })

  it('is drawn evenly: the angles of the plane are', () => {
    const n = 4000
    const keys = Array.from({ length: n }, (_, i) => childKey(randomKey(5), i))
    const turns = keys.map((key) => {
      const [x, , y] = drawOrthogonal(key, 2, 2, 1)
      return Math.atan2(y!, x!) / (2 * Math.PI) + 0.5
    })
    expect(kolmogorovDistance(turns, (x) => x)).toBeLessThan(kolmogorovLimit(n))
    const reflections = keys.filter((key) => {
      const [a, b, c, d] = drawOrthogonal(key, 2, 2, 1)
      return a! * d! - b! * c! < 0
    })
    expect(Math.abs(reflections.length / n - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / n))
  })

  it('is empty where a side is', () => {
    expect(drawOrthogonal(randomKey(1), 0, 3, 1)).toHaveLength(0)
    expect(drawOrthogonal(randomKey(1), 3, 0, 1)).toHaveLength(0)
  })
})
