/** The WebAssembly memory: full, growing, shared, lost. */
import { isRight } from 'fp-ts/Either'
import { fill, type Kernels, memory, read, scope, startTape, type Tensor, wasmKernels } from 'gradfold'
import { asKernelError } from '../../../src/error/result'
import { leftOf, rightOf } from '../../support/results'

/** A global of Node that its types lack. */
declare const WebAssembly: { readonly RuntimeError: new (message: string) => Error }

const MEBIBYTE = 1048576
const ones = (kernels: Kernels, mebibytes: number): Tensor => kernels.fill([(mebibytes * MEBIBYTE) / 4], 1, 'float32')

describe('a memory that is full', () => {
  it('refuses the tensor and keeps those that are there', () => {
    const kernels = wasmKernels({ memoryLimit: 128 * MEBIBYTE })
    const kept = kernels.upload([3], 'float32', () => Float32Array.of(1, 2, 3))
    const blocks: Tensor[] = []
    expect(() => {
      for (;;) blocks.push(ones(kernels, 8))
    }).toThrow(/No room for 8.0 MiB/)
    expect(blocks.length).toBeGreaterThan(5)
    expect(Array.from(kernels.read(kept))).toEqual([1, 2, 3])
    for (const block of blocks) expect(kernels.read(block).every((value) => value === 1)).toBe(true)
    expect(memory(kernels).tensors).toBe(blocks.length + 1)
    for (const block of blocks) kernels.release(block)
    kernels.release(ones(kernels, 8))
    kernels.release(kept)
    expect(memory(kernels)).toMatchObject({ tensors: 0, bytes: 0 })
  })

  it('is a KernelError on a tape, with a way out, and the tape goes on', () => {
    const kernels = wasmKernels({ memoryLimit: 64 * MEBIBYTE })
    const start = startTape(kernels)
    const error = leftOf(fill(start, [64 * MEBIBYTE], 1))
    expect(error).toMatchObject({ _tag: 'KernelError', operation: 'fill', reason: 'outOfMemory', kernels: 'wasm' })
    expect(error.message).toContain('scope')
    expect(isRight(scope(start, (tape) => fill(tape, [2], 1)))).toBe(true)
    kernels.allocations.releaseAll()
    expect(memory(kernels)).toMatchObject({ tensors: 0, bytes: 0 })
  })

  it('refuses a product whose packed copy would not fit, before it starts', () => {
    const kernels = wasmKernels({ memoryLimit: 80 * MEBIBYTE })
    const x = kernels.fill([1, 2048], 1, 'float32')
    const y = kernels.fill([2048, 3072], 1, 'float32')
    expect(() => kernels.matmul(x, y, false, false)).toThrow(/No room/)
    expect(kernels.read(x)[2047]).toBe(1)
    kernels.release(y)
    const small = kernels.fill([2048, 1], 1, 'float32')
    expect(Array.from(kernels.read(kernels.matmul(x, small, false, false)))).toEqual([2048])
    kernels.allocations.releaseAll()
    expect(memory(kernels)).toMatchObject({ tensors: 0, bytes: 0 })
  })

  // XNNPACK computes nothing where it has no room for its copy, and does not say so: what was in the memory was the result.
  it.each([
    [true, false],
    [false, true],
    [true, true]
  ])('refuses a product whose packed copy does not fit beside a transpose (%p, %p)', (transposeX, transposeY) => {
    const kernels = wasmKernels({ memoryLimit: 512 * MEBIBYTE })
    const [x, y] = [kernels.fill([4000, 4000], 1, 'float32'), kernels.fill([4000, 4000], 1, 'float32')]
    ones(kernels, 220)
    expect(() => kernels.matmul(x, y, transposeX, transposeY)).toThrow(/No room/)
    kernels.allocations.releaseAll()
    expect(memory(kernels)).toMatchObject({ tensors: 0, bytes: 0 })
  })

  it('has lost nothing to a product of long rows that was refused', () => {
    const kernels = wasmKernels({ memoryLimit: 128 * MEBIBYTE })
    const x = kernels.fill([1000, 5000], 1, 'float32')
    const y = kernels.fill([5000, 1000], 1, 'float32')
    const rest = ones(kernels, 42)
    for (let i = 0; i < 10; i++) expect(() => kernels.matmul(x, y, false, false)).toThrow(/No room/)
    for (const spent of kernels.allocations.toArray()) if (![x, y, rest].includes(spent)) kernels.release(spent)
    kernels.release(rest)
    kernels.release(ones(kernels, 42))
    expect(kernels.read(kernels.matmul(x, y, false, false))[0]).toBe(5000)
  })
})

describe('a memory that grows', () => {
  it('keeps what was there, and views of it are made anew', () => {
    const kernels = wasmKernels()
    const first = kernels.upload([2], 'int32', () => Int32Array.of(7, 8))
    const many = Array.from({ length: 8 }, () => ones(kernels, 16))
    const sum = many.reduce((total, next) => kernels.add(total, next))
    expect(kernels.read(sum)[123]).toBe(8)
    expect(Array.from(kernels.read(first))).toEqual([7, 8])
    kernels.allocations.releaseAll()
  })

  it('gives freed room away again', () => {
    const kernels = wasmKernels({ memoryLimit: 128 * MEBIBYTE })
    for (let i = 0; i < 200; i++) kernels.release(ones(kernels, 16))
    expect(memory(kernels)).toMatchObject({ tensors: 0, bytes: 0 })
  })
})

describe('shared numbers', () => {
  it('are freed with the last tensor that has them, in any order', () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2]
    ]) {
      const kernels = wasmKernels()
      const x = kernels.upload([4], 'float32', () => Float32Array.of(1, 2, 3, 4))
      const y = kernels.reshape(x, [2, 2])
      const tensors = [x, y, kernels.reshape(y, [4, 1])]
      expect(memory(kernels)).toMatchObject({ tensors: 3, bytes: 16 })
      order.forEach((which, i) => {
        kernels.release(tensors[which]!)
        const others = order.slice(i + 1).map((other) => tensors[other]!)
        for (const other of others) expect(Array.from(kernels.read(other))).toEqual([1, 2, 3, 4])
      })
      expect(memory(kernels)).toMatchObject({ tensors: 0, bytes: 0 })
    }
  })
})

describe('kernels that trapped', () => {
  it('are lost: everything after is a KernelError that says so', () => {
    const kernels = wasmKernels()
    const tape = startTape(kernels)
    const before = rightOf(fill(tape, [2], 1))
    // What the binary throws at an integer division by zero or an address outside of its memory.
    const trap = new WebAssembly.RuntimeError('unreachable')
    expect(asKernelError('div', kernels, trap)).toMatchObject({ _tag: 'KernelError', reason: 'lost' })
    expect(leftOf(fill(before.tape, [2], 1))).toMatchObject({ _tag: 'KernelError', reason: 'lost' })
    expect(leftOf(fill(before.tape, [2], 1)).message).toContain('wasmKernels()')
    expect(rightOf(read(before.value)).values).toHaveLength(2)
  })

  it('are another thing than a defect, which passes', () => {
    const defect = new TypeError('a defect')
    expect(() => asKernelError('div', wasmKernels(), defect)).toThrow(defect)
  })
})
