/**
 * The embedded default: TensorFlow.js' WebAssembly kernels (XNNPACK), one thread, float32. Where its kernels give wrong
 * numbers, a loop over the same memory takes their place (loops.ts, reduce.ts, indexing.ts say why).
 */
import type { BatchNormGradient, Moment, Running } from '../batchNormOf'
import { batchNormGradientLoop, batchNormLoop, momentsLoop, type Rows } from './batchNorm'
import type { Kernels } from '../kernels'
import {
  broadcastStrides,
  concatShape,
  gatherShape,
  matmulShape,
  reducedShape,
  scatterShape,
  sizeOf,
  stridesOf
} from '../shape'
import type { Shape, Tensor } from '../tensor'
import { Heap } from './heap'
import { gatherLoop, scatterAddLoop, slicesOf } from './indexing'
import { copyLoop, type Place } from './loops'
import { matmulInto } from './matmul'
import { type Block, crossEntropyLoop, logSoftmaxLoop, maxLoop, sumLoop } from './reduce'
import { WasmElementwise } from './wasmElementwise'
import { own } from './wasmMemory'
import { WasmTensor } from './wasmTensor'

/** Settings of wasmKernels. */
export interface WasmSettings {
  /** At most this much memory, in bytes, tensors and kernels together; 4 GiB by default. */
  readonly memoryLimit?: number
}

/**
 * WebAssembly kernels with a memory of their own, ready at once.
 * @example
 * import { wasmKernels } from 'gradfold'
 * console.log(wasmKernels({ memoryLimit: 2 ** 28 }).device) // => CPU, WebAssembly SIMD, 1 thread
 */
export const wasmKernels = (settings: WasmSettings = {}): Kernels => new WasmKernels(new Heap(settings.memoryLimit), '')

/** The same in the place of other kernels; `device` says why. */
export const wasmKernelsInstead = (why: string): Kernels => new WasmKernels(new Heap(undefined), why)

class WasmKernels extends WasmElementwise implements Kernels {
  withOwnAllocations(): Kernels {
    return new WasmKernels(this.heap, this.note)
  }

  protected self(): Kernels {
    return this
  }

  sum(x: Tensor, axes: ReadonlyArray<number>, keepDims: boolean): Tensor {
    return this.reduce(x, axes, keepDims, (input, output, block) => sumLoop(input, output, block, 1))
  }
  mean(x: Tensor, axes: ReadonlyArray<number>, keepDims: boolean): Tensor {
    // 1 / 0 times the empty sum is NaN, as the mean of nothing is.
    return this.reduce(x, axes, keepDims, (input, output, block) => sumLoop(input, output, block, 1 / block.reduced))
  }
  max(x: Tensor, axes: ReadonlyArray<number>, keepDims: boolean): Tensor {
    return this.reduce(x, axes, keepDims, maxLoop)
  }

  matmul(x: Tensor, y: Tensor, transposeX: boolean, transposeY: boolean): Tensor {
    const output = this.make(matmulShape(x.shape, y.shape, transposeX, transposeY), 'float32')
    if (output.size === 0) return output
    const left = own(x)
    const right = own(y)
    matmulInto(
      this.heap,
      { id: left.id, address: left.address, shape: left.shape, transposed: transposeX, keeper: left },
      { id: right.id, address: right.address, shape: right.shape, transposed: transposeY, keeper: right },
      output
    )
    return output
  }

  transpose(x: Tensor, permutation: ReadonlyArray<number>): Tensor {
    const input = own(x)
    const shape = permutation.map((axis) => x.shape[axis]!)
    const output = this.make(shape, x.dtype)
    if (output.size === 0) return output
    if (x.shape.length === 2 && x.dtype === 'float32' && permutation[0] === 1) {
      this.heap.call.Transpose(input.id, this.heap.shape(0, x.shape), 2, 0, output.id, this.heap.shape(1, [1, 0]), 2)
      return output
    }
    const strides = stridesOf(x.shape)
    copyLoop(
      this.place(x),
      permutation.map((axis) => strides[axis]!),
      this.place(output),
      stridesOf(shape),
      shape
    )
    return output
  }

  reshape(x: Tensor, shape: Shape): Tensor {
    const input = own(x)
    input.sharers ??= { count: 1 }
    const { sharers } = input
    const output = new WasmTensor(
      shape,
      x.dtype,
      input.size,
      this.heap.register(input.address, input.size),
      input.address
    )
    output.sharers = sharers
    sharers.count++
    this.heap.tensors++
    this.allocations.adopt(output)
    return output
  }

  broadcast(x: Tensor, shape: Shape): Tensor {
    const output = this.make(shape, x.dtype)
    if (output.size === 0) return output
    copyLoop(this.place(x), broadcastStrides(x.shape, shape), this.place(output), stridesOf(shape), shape)
    return output
  }

  slice(x: Tensor, begin: ReadonlyArray<number>, size: Shape): Tensor {
    const output = this.make(size, x.dtype)
    if (output.size === 0) return output
    const strides = stridesOf(x.shape)
    const { view, at } = this.place(x)
    copyLoop({ view, at: at + offsetOf(begin, strides) }, strides, this.place(output), stridesOf(size), size)
    return output
  }

  pad(x: Tensor, before: ReadonlyArray<number>, after: ReadonlyArray<number>): Tensor {
    const shape = x.shape.map((n, axis) => before[axis]! + n + after[axis]!)
    const output = this.fill(shape, 0, x.dtype)
    if (own(x).size === 0) return output
    const strides = stridesOf(shape)
    const { view, at } = this.place(output)
    copyLoop(this.place(x), stridesOf(x.shape), { view, at: at + offsetOf(before, strides) }, strides, x.shape)
    return output
  }

  concat(xs: ReadonlyArray<Tensor>, axis: number): Tensor {
    const shape = concatShape(
      xs.map((x) => x.shape),
      axis
    )
    const output = this.make(shape, xs[0]!.dtype)
    const strides = stridesOf(shape)
    const { view, at } = this.place(output)
    let offset = 0
    for (const x of xs) {
      const to = { view, at: at + offset * strides[axis]! }
      if (own(x).size > 0) copyLoop(this.place(x), stridesOf(x.shape), to, strides, x.shape)
      offset += x.shape[axis]!
    }
    return output
  }

  gather(x: Tensor, indices: Tensor, axis: number): Tensor {
    const output = this.make(gatherShape(x.shape, indices.shape, axis), x.dtype)
    if (output.size === 0) return output
    gatherLoop(this.place(x), this.place(indices), this.place(output), slicesOf(x.shape, axis), own(indices).size)
    return output
  }

  scatterAdd(updates: Tensor, indices: Tensor, axis: number, size: number): Tensor {
    const shape = scatterShape(updates.shape, indices.shape, axis, size)
    const output = this.make(shape, updates.dtype)
    const slices = slicesOf(shape, axis)
    scatterAddLoop(this.place(updates), this.place(indices), this.place(output), slices, own(indices).size)
    return output
  }

  oneHot(indices: Tensor, depth: number): Tensor {
    const output = this.fill([...indices.shape, depth], 0, 'float32')
    const { view, at } = this.place(indices)
    const to = this.place(output)
    const { size } = own(indices)
    for (let i = 0; i < size; i++) {
      const index = view[at + i]!
      if (index >= 0 && index < depth) to.view[to.at + i * depth + index] = 1
    }
    return output
  }

  softmax(x: Tensor): Tensor {
    const { output, size, id } = this.likeInput(x)
    const channels = x.shape.at(-1)!
    if (size > 0) this.heap.call.Softmax(id, output.id, channels, size / channels)
    return output
  }

  logSoftmax(x: Tensor): Tensor {
    const { output, size } = this.likeInput(x)
    const channels = x.shape.at(-1)!
    if (size > 0) logSoftmaxLoop(this.place(x), this.place(output), size / channels, channels)
    return output
  }

  softmaxCrossEntropy(scores: Tensor, labels: Tensor): Tensor {
    const output = this.make(scores.shape.slice(0, -1), 'float32')
    const channels = scores.shape.at(-1)!
    crossEntropyLoop(this.place(scores), this.place(labels), this.place(output), output.size, channels)
    return output
  }

  batchNorm(x: Tensor, scale: Tensor, offset: Tensor, _: Running<Tensor>, eps: number): Tensor {
    const output = this.make(x.shape, 'float32')
    const rows = this.rows(x)
    output.moments = momentsLoop(rows)
    batchNormLoop(rows, output.moments, this.word(scale), this.word(offset), eps, this.word(output))
    return output
  }
  batchNormGradient(upstream: Tensor, x: Tensor, scale: Tensor, y: Tensor, eps: number): BatchNormGradient<Tensor> {
    const toX = this.make(x.shape, 'float32')
    const toScale = this.make(scale.shape, 'float32')
    const toOffset = this.make(scale.shape, 'float32')
    const rows = this.rows(x)
    const moments = own(y).moments ?? momentsLoop(rows)
    batchNormGradientLoop(rows, moments, this.word(upstream), this.word(scale), eps, {
      toX: this.word(toX),
      toScale: this.word(toScale),
      toOffset: this.word(toOffset)
    })
    return [toX, toScale, toOffset]
  }
  batchMoment(x: Tensor, y: Tensor, running: Running<Tensor>, moment: Moment): Tensor {
    const before = own(running[moment])
    const output = this.make(before.shape, 'float32')
    const rows = this.rows(x)
    const batch = (own(y).moments ?? momentsLoop(rows))[moment]
    const taken = moment === 'mean' ? running.momentum : (running.momentum * rows.rows) / (rows.rows - 1)
    const [from, to] = [this.word(before), this.word(output)]
    for (let i = 0; i < batch.length; i++) {
      rows.words[to + i] = (1 - running.momentum) * rows.words[from + i]! + taken * batch[i]!
    }
    return output
  }

  /** The index of its first number in the view of float32 numbers. */
  private word(x: Tensor): number {
    return own(x).address >>> 2
  }

  /** All axes but the last as one: take it after the last allocation, which may move the view. */
  private rows(x: Tensor): Rows {
    const features = x.shape.at(-1)!
    return { words: this.heap.f32, at: this.word(x), rows: sizeOf(x.shape.slice(0, -1)), features }
  }

  softmaxMinusOneHot(scores: Tensor, labels: Tensor): Tensor {
    const output = this.softmax(scores)
    const channels = scores.shape.at(-1)!
    const to = this.place(output)
    const { view, at } = this.place(labels)
    for (let row = 0; row < own(labels).size; row++) to.view[to.at + row * channels + view[at + row]!]! -= 1
    return output
  }

  private reduce(
    x: Tensor,
    axes: ReadonlyArray<number>,
    keepDims: boolean,
    loop: (x: Place, output: Place, block: Block) => void
  ): Tensor {
    const output = this.make(reducedShape(x.shape, axes, keepDims), x.dtype)
    if (output.size === 0) return output
    const first = axes[0] ?? x.shape.length
    const contiguous = axes.every((axis, i) => axis === first + i)
    if (contiguous) {
      loop(this.place(x), this.place(output), {
        outer: sizeOf(x.shape.slice(0, first)),
        reduced: sizeOf(axes.map((axis) => x.shape[axis]!)),
        inner: sizeOf(x.shape.slice(first + axes.length))
      })
      return output
    }
    const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis))
    const moved = own(this.transpose(x, [...kept, ...axes]))
    loop(this.place(moved), this.place(output), {
      outer: output.size,
      reduced: output.size === 0 ? 0 : moved.size / output.size,
      inner: 1
    })
    this.release(moved)
    return output
  }
}
const offsetOf = (begin: ReadonlyArray<number>, strides: ReadonlyArray<number>): number =>
  begin.reduce((offset, position, axis) => offset + position * strides[axis]!, 0)
