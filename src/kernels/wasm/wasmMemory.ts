/** What all WebAssembly kernels stand on: tensors in the heap, made, read, released. */
import { Allocations } from '../allocations'
import type { Kernels, KernelFailure, MemoryUse } from '../kernels'
import { sizeOf } from '../shape'
import { bytesOf, type Dtype, type Shape, type Tensor, type Values } from '../tensor'
import type { Heap } from './heap'
import { dispose } from './matmul'
import type { Place, View } from './loops'
import { WasmTensor } from './wasmTensor'

export abstract class WasmMemory {
  readonly name = 'wasm'
  readonly device: string
  readonly precision = 'float32'
  readonly dtypes: ReadonlyArray<Dtype> = ['float32', 'int32', 'bool']
  readonly maxRank = 8
  readonly maxBytes = 2 ** 31
  readonly allocations: Allocations

  constructor(
    protected readonly heap: Heap,
    /** Why it is these kernels, where others were looked for first. */
    protected readonly note: string
  ) {
    this.device = `CPU, WebAssembly SIMD, 1 thread${note === '' ? '' : ` (${note})`}`
    this.allocations = new Allocations(this.self())
  }

  /** These kernels, complete. */
  protected abstract self(): Kernels

  memory(): MemoryUse {
    return { tensors: this.heap.tensors, bytes: this.heap.bytes }
  }

  /** WebAssembly's memory grows and never shrinks. */
  reserved(): number {
    return this.heap.u8.length
  }

  failure(thrown: unknown): KernelFailure | undefined {
    return this.heap.failure(thrown)
  }

  upload(shape: Shape, dtype: Dtype, values: () => Values): Tensor {
    const output = this.make(shape, dtype)
    const { view, at } = this.place(output)
    view.set(values(), at)
    return output
  }

  read(tensor: Tensor): Values {
    const x = own(tensor)
    const { view, at } = this.place(x)
    return view.slice(at, at + x.size)
  }

  release(tensor: Tensor): void {
    const x = own(tensor)
    x.owner?.disown(x)
    this.heap.unregister(x.id)
    if (x.transpose !== undefined) dispose(this.heap, x.transpose)
    x.transpose = undefined
    this.heap.tensors--
    if (x.sharers !== undefined && --x.sharers.count > 0) return
    this.heap.bytes -= x.bytes
    this.heap.free(x.address)
  }

  firstOutOfRange(indices: Tensor, size: number): { readonly position: number; readonly value: number } | undefined {
    const x = own(indices)
    const { view, at } = this.place(x)
    for (let i = 0; i < x.size; i++) {
      const value = view[at + i]!
      if (value < 0 || value >= size) return { position: i, value }
    }
    return undefined
  }

  shapeOf(x: Tensor): Shape {
    return x.shape
  }

  dtypeOf(x: Tensor): Dtype {
    return x.dtype
  }

  fill(shape: Shape, value: number, dtype: Dtype): Tensor {
    const output = this.make(shape, dtype)
    const { view, at } = this.place(output)
    view.fill(value, at, at + output.size)
    return output
  }

  protected make(shape: Shape, dtype: Dtype): WasmTensor {
    const { heap } = this
    const size = sizeOf(shape)
    const bytes = size * bytesOf[dtype]
    const address = heap.allocate(bytes)
    const output = new WasmTensor(shape, dtype, size, heap.register(address, size), address)
    heap.tensors++
    heap.bytes += bytes
    this.allocations.adopt(output)
    return output
  }

  /** Where a tensor's numbers lie now: take it after the last allocation, which may move the views. */
  protected place(tensor: Tensor): Place {
    const x = own(tensor)
    return x.dtype === 'bool'
      ? { view: this.heap.u8, at: x.address }
      : { view: this.words(x.dtype), at: x.address >>> 2 }
  }

  protected words(dtype: Dtype): View {
    return dtype === 'float32' ? this.heap.f32 : this.heap.i32
  }

  protected likeInput(x: Tensor): { readonly output: WasmTensor; readonly size: number; readonly id: number } {
    const { id, size } = own(x)
    return { output: this.make(x.shape, x.dtype), size, id }
  }
}

/** These kernels' tensors are WasmTensors: `record` lets no other variable through. */
export const own = (tensor: Tensor): WasmTensor => {
  if (tensor instanceof WasmTensor) return tensor
  throw new Error('gradfold: the WebAssembly kernels were handed a tensor of other kernels')
}
