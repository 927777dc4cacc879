/** What the WebAssembly kernels take: memory from the system, and ids. */
import { memory, referenceKernels, shapesKernels, type Tensor, wasmKernels } from 'gradfold'
import { own } from '../../../src/kernels/wasm/wasmMemory'

const MEBIBYTE = 1048576

describe('reserved', () => {
  it('grows with the tensors, stays when they go, and is used again', () => {
    const kernels = wasmKernels()
    const before = kernels.reserved?.() ?? NaN
    expect(before % 65536).toBe(0)
    const block = kernels.fill([16 * MEBIBYTE], 1, 'float32')
    const full = kernels.reserved?.() ?? NaN
    expect(full).toBeGreaterThanOrEqual(before + 48 * MEBIBYTE)
    expect(kernels.withOwnAllocations().reserved?.()).toBe(full)
    kernels.release(block)
    expect(kernels.reserved?.()).toBe(full)
    kernels.release(kernels.fill([16 * MEBIBYTE], 1, 'float32'))
    expect(kernels.reserved?.()).toBe(full)
    expect(memory(kernels).tensors).toBe(0)
  })

  it("is not said where JavaScript's own heap holds everything", () => {
    expect([referenceKernels().reserved?.(), shapesKernels().reserved?.()]).toEqual([undefined, undefined])
  })
})

describe('ids', () => {
  // The binary's ids have 32 bits: were they counted up for ever, number 2^32 + 1 would be read as number 1.
  it('are no more than there were tensors at once', () => {
    const kernels = wasmKernels()
    const ids = new Set<number>()
    const kept = kernels.upload([2], 'float32', () => Float32Array.of(1, 2))
    for (let i = 0; i < 1000; i++) {
      const sum = kernels.add(kept, kept)
      ids.add(own(sum).id)
      kernels.release(sum)
    }
    expect(ids.size).toBe(1)
    expect(ids.has(own(kept).id)).toBe(false)
    kernels.release(kept)
    expect(memory(kernels).tensors).toBe(0)
  })

  it('bring nothing along that was cached for the tensor before', () => {
    const kernels = wasmKernels()
    const matrix = (rows: number, columns: number, ...values: ReadonlyArray<number>): Tensor =>
      kernels.upload([rows, columns], 'float32', () => Float32Array.from(values))
    const x = matrix(1, 2, 1, 10)
    const first = matrix(2, 1, 1, 2)
    const { id } = own(first)
    kernels.release(kernels.matmul(x, first, false, false))
    kernels.release(first)
    // One of these two has the id that was given back.
    const others = [matrix(2, 3, 1, 2, 3, 4, 5, 6), matrix(2, 1, 3, 4)]
    expect(others.map((other) => own(other).id)).toContain(id)
    const products = others.map((other) => kernels.matmul(x, other, false, false))
    expect(products.map((product) => Array.from(kernels.read(product)))).toEqual([[41, 52, 63], [43]])
    for (const tensor of [x, ...others, ...products]) kernels.release(tensor)
    expect(memory(kernels).tensors).toBe(0)
  })
})
