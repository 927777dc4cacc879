/** What all TensorFlow kernels stand on: tensors by their numbers, made, read, released. */
import { Allocations } from '../allocations'
import type { Kernels, KernelFailure, MemoryUse } from '../kernels'
import { sizeOf } from '../shape'
import type { Dtype, Shape, Tensor, Values } from '../tensor'
import * as attributes from './attributes'
import { arrays, type Block } from './binding'
import type { Session } from './session'
import type { Normed } from './tensorflowNorm'
import { own, TensorflowTensor } from './tensorflowTensor'

/** Up to so many numbers, filling an array costs less than TensorFlow's Fill. */
const SMALL = 256

/** What instances that differ in their allocation list share. */
export interface Counters {
  tensors: number
  bytes: number
}

export abstract class TensorflowMemory {
  readonly name = 'tensorflow'
  readonly device: string
  readonly precision = 'float32'
  readonly dtypes: ReadonlyArray<Dtype> = ['float32', 'int32', 'bool']
  readonly maxRank = 8
  /** The largest typed array that Node makes. */
  readonly maxBytes = 2 ** 33
  readonly allocations: Allocations

  constructor(
    protected readonly session: Session,
    protected readonly counters: Counters
  ) {
    this.device = session.device
    this.allocations = new Allocations(this.self())
  }

  /** These kernels, complete. */
  protected abstract self(): Kernels

  memory(): MemoryUse {
    return { tensors: this.counters.tensors, bytes: this.counters.bytes }
  }

  failure(thrown: unknown): KernelFailure | undefined {
    return this.session.failure(thrown)
  }

  upload(shape: Shape, dtype: Dtype, values: () => Values): Tensor {
    const { session } = this
    // Before the block is asked for: what the values are computed by may upload, too.
    const given = values()
    const block = session.block(dtype, sizeOf(shape))
    block.set(given)
    return this.made(shape, dtype, session.create(shape, dtype, block))
  }

  read(tensor: Tensor): Values {
    // Already a copy; under jest it is an array of another realm, which the view hides.
    const { buffer, byteOffset, length } = this.session.read(own(tensor).id)
    return new arrays[tensor.dtype](buffer, byteOffset, length)
  }

  release(tensor: Tensor): void {
    const x = own(tensor)
    x.owner?.disown(x)
    this.session.delete(x.id)
    if (x.slopes !== undefined) this.session.delete(x.slopes.id)
    if (x.normed !== undefined) this.forget(x.normed)
    this.counters.tensors--
    if (x.sharers !== undefined && --x.sharers.count > 0) return
    this.counters.bytes -= x.bytes
  }

  /** Deletes what was kept beside a tensor. */
  protected forget({ image, reserves, mean, variance }: Normed): void {
    for (const id of [image, ...reserves, mean, variance]) if (id !== undefined) this.session.delete(id)
  }

  firstOutOfRange(indices: Tensor, size: number): { readonly position: number; readonly value: number } | undefined {
    const values = this.read(indices)
    for (let position = 0; position < values.length; position++) {
      const value = values[position]!
      if (value < 0 || value >= size) return { position, value }
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
    const { session } = this
    const size = sizeOf(shape)
    const filled = (length: number): Block => session.block(dtype, length).fill(value)
    if (size <= SMALL) return this.made(shape, dtype, session.create(shape, dtype, filled(size)))
    return this.with(session.create([], dtype, filled(1)), (one) =>
      this.made(shape, dtype, session.execute('Fill', [session.ints(shape), one]))
    )
  }

  /** Takes the result of a call in. */
  protected made(shape: Shape, dtype: Dtype, id: number): TensorflowTensor {
    const output = new TensorflowTensor(shape, dtype, sizeOf(shape), id)
    this.counters.tensors++
    this.counters.bytes += output.bytes
    this.allocations.adopt(output)
    return output
  }

  /** Does something with an intermediate result, which is deleted. */
  protected with<A>(id: number, body: (id: number) => A): A {
    try {
      return body(id)
    } finally {
      this.session.delete(id)
    }
  }

  /** A float32 result computed in float64, from float32 inputs. */
  protected inDouble(x: number, compute: (x: number) => number): number {
    return this.with(this.session.execute('Cast', [x], attributes.widening), (wide) =>
      this.with(compute(wide), (result) => this.session.execute('Cast', [result], attributes.narrowing))
    )
  }
}
