/**
 * Tensors that are reshaped, released and used again between matrix products: kernels that share memory between
 * tensors, or keep a prepared copy of an operand, must notice. Small integers, so that every product is exact.
 */
import fc from 'fast-check'
import { type Kernels, memory } from '../../src/kernels/kernels'
import { referenceKernels } from '../../src/kernels/reference/referenceKernels'
import type { Tensor } from '../../src/kernels/tensor'
import { kernelSets } from '../support/kernelSets'
import { at } from '../support/operationCase'
import { runs } from '../support/runs'

const SIZE = 24
const POOL = 3

const place = fc.nat({ max: POOL - 1 })
const numbers = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: SIZE, maxLength: SIZE })
const divisor = fc.constantFrom(1, 2, 3, 4, 6, 8, 12, 24)

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('product' as const),
      x: place,
      y: place,
      inner: divisor,
      transposeX: fc.boolean(),
      transposeY: fc.boolean()
    })
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('replace' as const), at: place, numbers }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reshape' as const), at: place, rows: divisor }) }
)

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** A view as a matrix: a tensor of the right shape is taken as it is, so that it is an operand more than once. */
const asMatrix = (kernels: Kernels, x: Tensor, rows: number, columns: number): Tensor =>
  x.shape[0] === rows && x.shape[1] === columns ? x : kernels.reshape(x, [rows, columns])

/** The numbers of every product, 0 for -0. */
const play = (shared: Kernels, start: ReadonlyArray<ReadonlyArray<number>>, steps: ReadonlyArray<Step>) => {
  const kernels = shared.withOwnAllocations()
  const upload = (given: ReadonlyArray<number>): Tensor =>
    kernels.upload([4, 6], 'float32', () => Float32Array.from(given))
  const pool = start.map(upload)
  const products: number[][] = []
  for (const next of steps) {
    if (next.kind === 'product') {
      const { x, y, inner, transposeX, transposeY } = next
      const outer = SIZE / inner
      const left = asMatrix(kernels, at(pool, x), ...order(outer, inner, transposeX))
      const right = asMatrix(kernels, at(pool, y), ...order(inner, outer, transposeY))
      const product = kernels.matmul(left, right, transposeX, transposeY)
      products.push(Array.from(kernels.read(product), (number) => number + 0))
      for (const made of new Set([left, right, product])) if (!pool.includes(made)) kernels.release(made)
    } else {
      const old = at(pool, next.at)
      if (next.kind === 'reshape') pool[next.at] = kernels.reshape(old, [next.rows, SIZE / next.rows])
      kernels.release(old)
      if (next.kind === 'replace') pool[next.at] = upload(next.numbers)
    }
  }
  kernels.allocations.releaseAll()
  return products
}

const order = (a: number, b: number, swapped: boolean): readonly [number, number] => (swapped ? [b, a] : [a, b])

describe.each(kernelSets)('$name kernels', ({ create }) => {
  it('multiply what a tensor holds now, whatever it or its memory was before', () => {
    const kernels = create()
    const reference = referenceKernels()
    const start = fc.array(numbers, { minLength: POOL, maxLength: POOL })
    fc.assert(
      fc.property(start, fc.array(step, { maxLength: 20 }), (given, steps) => {
        expect(play(kernels, given, steps)).toEqual(play(reference, given, steps))
      }),
      { numRuns: runs(100) }
    )
    expect([memory(kernels), memory(reference)]).toEqual([
      { tensors: 0, bytes: 0 },
      { tensors: 0, bytes: 0 }
    ])
  })
})
