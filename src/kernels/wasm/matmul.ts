/**
 * Matrix products. The binary's BatchMatMul is fast (XNNPACK) for one untransposed product and a scalar loop, twenty
 * times slower, for transposed or batched ones: so transpose first, and go product by product.
 */
import { broadcastStrides, sizeOf } from '../shape'
import type { Shape } from '../tensor'
import type { Heap } from './heap'

/** XNNPACK adds up in float32, one after the other: of 1e6 equal numbers the sum is 1 % off. */
const LONGEST_SUM = 4096
const PART = 1024
/** Of more numbers no transpose is kept: what is kept is in nobody's account. */
const LARGEST_KEPT = 2 ** 18
/** It packs the columns of the second matrix in groups of at most so many, the last one filled up. */
const PACKED_TOGETHER = 16

/** Numbers in the memory, and what the kernels call them. */
export interface Block {
  readonly id: number
  readonly address: number
}

/** Where the transpose of a matrix is kept for the next who wants it. */
export interface Keeper {
  transpose: Block | undefined
}

interface Matrix extends Block {
  readonly shape: Shape
  readonly transposed: boolean
  readonly keeper?: Keeper
}

/** Writes the product into `output`, whose shape is `[...batch, m, n]` and which is not empty. */
export const matmulInto = (heap: Heap, x: Matrix, y: Matrix, output: Block & { readonly shape: Shape }): void => {
  const m = output.shape.at(-2)!
  const n = output.shape.at(-1)!
  const k = x.shape.at(x.transposed ? -2 : -1)!
  const batch = output.shape.slice(0, -2)
  const products = sizeOf(batch)
  if (k === 0) {
    // An empty sum: the kernel would leave the memory as it was.
    heap.f32.fill(0, output.address >>> 2, (output.address >>> 2) + products * m * n)
    return
  }
  if (products === 1) {
    if (isCheaperMirrored(x, y, m, k, n)) mirrored(heap, x, y, output, m, k, n, !x.transposed && y.transposed)
    else {
      withUntransposed(heap, x, (left) => {
        withUntransposed(heap, y, (right) => multiply(heap, left, right, output, m, k, n))
      })
    }
    return
  }
  const xSteps = broadcastStrides(x.shape.slice(0, -2), batch)
  const ySteps = broadcastStrides(y.shape.slice(0, -2), batch)
  for (let p = 0; p < products; p++) {
    let rest = p
    let xIndex = 0
    let yIndex = 0
    for (let axis = batch.length - 1; axis >= 0; axis--) {
      const position = rest % batch[axis]!
      rest = (rest - position) / batch[axis]!
      xIndex += position * xSteps[axis]!
      yIndex += position * ySteps[axis]!
    }
    withPart(heap, x, xIndex, (left) => {
      withPart(heap, y, yIndex, (right) => {
        const address = output.address + 4 * p * m * n
        withId(heap, address, m * n, (product) => {
          multiply(heap, left, right, product, m, k, n)
        })
      })
    })
  }
}

/**
 * Whether (Y^T X^T)^T costs less than X Y around the product itself: packing the second matrix takes 3 ns a number,
 * transposing 0.4 to 0.9. Where nothing is transposed, y may be packed already: a weight, used again.
 */
const isCheaperMirrored = (x: Matrix, y: Matrix, m: number, k: number, n: number): boolean => {
  if (!x.transposed && !y.transposed) return false
  const turn = ({ keeper }: Matrix, size: number): number => (keeper?.transpose === undefined ? size : 0)
  const direct = 4 * k * n + (x.transposed ? turn(x, k * m) : 0) + (y.transposed ? turn(y, k * n) : 0)
  const other = 4 * k * m + (x.transposed ? 0 : turn(x, k * m)) + (y.transposed ? 0 : turn(y, k * n)) + m * n
  // X Y^T is what a layer computes: with X^T kept, the gradient to Y will want one transpose less.
  const keeps = !x.transposed && y.transposed && k * m <= LARGEST_KEPT
  return other < direct + (keeps ? turn(x, k * m) : 0)
}

const mirrored = (
  heap: Heap,
  x: Matrix,
  y: Matrix,
  output: Block,
  m: number,
  k: number,
  n: number,
  keepsX: boolean
): void => {
  withTemporary(heap, m * n, (product) => {
    withUntransposed(heap, { ...y, transposed: !y.transposed }, (left) => {
      const turned = { ...x, transposed: !x.transposed }
      if (keepsX && k * m <= LARGEST_KEPT && x.keeper !== undefined) x.keeper.transpose ??= transposeOf(heap, turned)
      withUntransposed(heap, turned, (right) => {
        multiply(heap, left, right, product, n, k, m)
      })
    })
    heap.call.Transpose(product.id, heap.shape(0, [n, m]), 2, 0, output.id, heap.shape(1, [1, 0]), 2)
  })
}

/** One matrix of a batch, untransposed, under an id of its own. */
const withPart = (heap: Heap, matrix: Matrix, index: number, body: (block: Block) => void): void => {
  const shape = matrix.shape.slice(-2)
  const address = matrix.address + 4 * index * sizeOf(shape)
  withId(heap, address, sizeOf(shape), (block) => {
    withUntransposed(heap, { ...block, shape, transposed: matrix.transposed }, body)
  })
}

/** A part of a tensor under an id of its own, which is given back even where there is no room for the product. */
const withId = (heap: Heap, address: number, size: number, body: (block: Block) => void): void => {
  const id = heap.register(address, size)
  try {
    body({ id, address })
  } finally {
    heap.unregister(id)
  }
}

const withUntransposed = (heap: Heap, matrix: Matrix, body: (block: Block) => void): void => {
  if (!matrix.transposed) {
    body(matrix)
    return
  }
  const kept = matrix.keeper?.transpose
  if (kept !== undefined) {
    // Under an id of its own, so that XNNPACK's packed copy of it goes at once.
    withId(heap, kept.address, sizeOf(matrix.shape), body)
    return
  }
  const block = transposeOf(heap, matrix)
  try {
    body(block)
  } finally {
    dispose(heap, block)
  }
}

const transposeOf = (heap: Heap, { id, shape }: Matrix): Block => {
  const rows = shape.at(-2)!
  const columns = shape.at(-1)!
  const block = temporary(heap, rows * columns)
  heap.call.Transpose(id, heap.shape(0, [rows, columns]), 2, 0, block.id, heap.shape(1, [1, 0]), 2)
  return block
}

const multiply = (heap: Heap, x: Block, y: Block, output: Block, m: number, k: number, n: number): void => {
  if (k > LONGEST_SUM) {
    multiplyInParts(heap, x, y, output, m, k, n)
    return
  }
  // XNNPACK keeps a packed copy of y for as long as its id is known, and computes nothing, without a word, where there is no
  // room for it: so look now, after the last allocation of our own.
  heap.ensure(4 * k * (n + PACKED_TOGETHER) + 4096)
  heap.call.BatchMatMul(x.id, heap.shape(0, [1, m, k]), 3, y.id, heap.shape(1, [1, k, n]), 3, 0, 0, output.id)
}

/** The inner axis in parts, each a product of its own, added up in float64. */
const multiplyInParts = (heap: Heap, x: Block, y: Block, output: Block, m: number, k: number, n: number): void => {
  const sums = new Float64Array(m * n)
  withTemporary(heap, m * PART, (part) => {
    withTemporary(heap, m * n, (product) => {
      for (let from = 0; from < k; from += PART) {
        const length = Math.min(PART, k - from)
        for (let row = 0; row < m; row++) {
          const start = (x.address >>> 2) + row * k + from
          heap.f32.copyWithin((part.address >>> 2) + row * length, start, start + length)
        }
        withId(heap, y.address + 4 * from * n, length * n, (rows) => {
          multiply(heap, part, rows, product, m, length, n)
        })
        const at = product.address >>> 2
        for (let i = 0; i < sums.length; i++) sums[i]! += heap.f32[at + i]!
      }
    })
  })
  heap.f32.set(sums, output.address >>> 2)
}

const withTemporary = (heap: Heap, size: number, body: (block: Block) => void): void => {
  const block = temporary(heap, size)
  try {
    body(block)
  } finally {
    dispose(heap, block)
  }
}

const temporary = (heap: Heap, size: number): Block => {
  const address = heap.allocate(4 * size)
  return { id: heap.register(address, size), address }
}

/** Frees a block that no tensor has. */
export const dispose = (heap: Heap, { id, address }: Block): void => {
  heap.unregister(id)
  heap.free(address)
}
