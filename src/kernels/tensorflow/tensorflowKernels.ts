/**
 * TensorFlow's own kernels, on a GPU or the CPU, float32. Where they give wrong numbers, the comment says which and what
 * takes their place.
 */
import { bimap, left } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../../error/result'
import { invalidArgument, kernelError } from '../../error/tensorError'
import type { Kernels } from '../kernels'
import { concatShape, gatherShape, matmulShape, reducedShape, scatterShape, sizeOf } from '../shape'
import type { Shape, Tensor } from '../tensor'
import * as attributes from './attributes'
import type { Session } from './session'
import { startTensorflow } from './startTensorflow'
import { BROADCAST_RANK } from './tensorflowElementwise'
import { TensorflowNorm } from './tensorflowNorm'
import { own, TensorflowTensor } from './tensorflowTensor'

/**
 * TensorFlow adds up in float32 one after the other along all but the last axes, in thin products and in segments: of
 * 1e6 equal numbers the sum is 1 % off, of 1e7 8 %. Beyond this many terms such sums are taken in float64.
 */
const LONGEST_SUM = 4096
/** BiasAddGrad, several times faster than Sum, rounds worse: for a matrix of so many rows, a batch, it takes Sum's place. */
const BATCH = 256
/** The most axes that TensorFlow pads. */
const PAD_RANK = 6
/** A product with fewer rows or columns is added up one by one; larger ones in blocks. */
const THIN = 16

/** Settings of tensorflowKernels. */
export interface TensorflowSettings {
  /**
   * Threads inside one operation on the CPU; all cores by default. One is faster for small networks. TensorFlow reads it
   * once in the life of a process, from TF_NUM_INTRAOP_THREADS, which wins if it is set.
   */
  readonly threads?: number
}

/**
 * TensorFlow's kernels, where `gradfold setup-tensorflow` has been run; else a Left with what is missing. The library
 * starts at the first call, in about 0.3 s, and is one for the process.
 * @example
 * import { isRight } from 'fp-ts/Either'
 * import { tensorflowKernels, wasmKernels } from 'gradfold'
 * const native = tensorflowKernels()
 * const kernels = isRight(native) ? native.right : wasmKernels()
 * console.log(kernels.precision) // => float32
 */
export const tensorflowKernels = (settings: TensorflowSettings = {}): Result<Kernels> => {
  const { threads } = settings
  const operation = 'tensorflowKernels'
  if (threads !== undefined && !(Number.isSafeInteger(threads) && threads > 0)) {
    const text = `tensorflowKernels needs threads to be a whole number from 1 up, not ${threads}: leave it out for all cores.`
    return left(invalidArgument(operation, 'threads', threads, text))
  }
  return pipe(
    startTensorflow(threads),
    bimap((reason) => kernelError(operation, 'tensorflow', 'unavailable', unavailable(reason)), kernelsOf)
  )
}

/** A kernel set with nothing allocated, on TensorFlow as it has started. */
export const kernelsOf = (session: Session): Kernels => new TensorflowKernels(session, { tensors: 0, bytes: 0 })

const unavailable = (reason: string): string =>
  `There are no TensorFlow kernels: ${reason}. \`npx gradfold setup-tensorflow\` sets them up; \`npx gradfold doctor\` ` +
  'says more; wasmKernels() need nothing.'

class TensorflowKernels extends TensorflowNorm implements Kernels {
  withOwnAllocations(): Kernels {
    return new TensorflowKernels(this.session, this.counters)
  }

  protected self(): Kernels {
    return this
  }

  protected operations(): Kernels {
    return this
  }

  sum(x: Tensor, axes: ReadonlyArray<number>, keepDims: boolean): Tensor {
    const isBatch = x.shape.length === 2 && axes.length === 1 && axes[0] === 0 && x.shape[0]! <= BATCH
    return isBatch && !keepDims && x.dtype === 'float32'
      ? this.made([x.shape[1]!], 'float32', this.session.execute('BiasAddGrad', [own(x).id]))
      : this.reduce('Sum', x, axes, keepDims, true)
  }
  mean(x: Tensor, axes: ReadonlyArray<number>, keepDims: boolean): Tensor {
    return this.reduce('Mean', x, axes, keepDims, true)
  }
  max(x: Tensor, axes: ReadonlyArray<number>, keepDims: boolean): Tensor {
    return this.reduce('Max', x, axes, keepDims, false)
  }

  matmul(x: Tensor, y: Tensor, transposeX: boolean, transposeY: boolean): Tensor {
    const { session } = this
    const shape = matmulShape(x.shape, y.shape, transposeX, transposeY)
    const flags = (transposeX ? 2 : 0) + (transposeY ? 1 : 0)
    const batched = x.shape.length > 2 || y.shape.length > 2
    const operation = batched ? 'BatchMatMulV2' : 'MatMul'
    const [m, n, k] = [shape.at(-2)!, shape.at(-1)!, x.shape.at(transposeX ? -2 : -1)!]
    const list = (batched ? attributes.batchedProducts : attributes.products)[flags]!
    const product = (left: number, right: number): number => session.execute(operation, [left, right], list)
    const left = own(x).id
    const right = own(y).id
    if (k <= LONGEST_SUM || Math.min(m, n) > THIN) return this.made(shape, 'float32', product(left, right))
    return this.made(
      shape,
      'float32',
      this.inDouble(left, (a) => this.with(session.execute('Cast', [right], attributes.widening), (b) => product(a, b)))
    )
  }

  transpose(x: Tensor, permutation: ReadonlyArray<number>): Tensor {
    const shape = permutation.map((axis) => x.shape[axis]!)
    return this.made(shape, x.dtype, this.transposed(own(x).id, permutation))
  }

  reshape(x: Tensor, shape: Shape): Tensor {
    const input = own(x)
    const { session } = this
    const id = session.execute('Reshape', [input.id, session.ints(shape)])
    input.sharers ??= { count: 1 }
    const output = new TensorflowTensor(shape, x.dtype, input.size, id)
    output.sharers = input.sharers
    output.sharers.count++
    this.counters.tensors++
    this.allocations.adopt(output)
    return output
  }

  broadcast(x: Tensor, shape: Shape): Tensor {
    const { session } = this
    if (shape.length <= BROADCAST_RANK) {
      return this.made(shape, x.dtype, session.execute('BroadcastTo', [own(x).id, session.ints(shape)]))
    }
    return this.widened(x, shape, (id) => this.made(shape, x.dtype, session.execute('Identity', [id])))
  }

  slice(x: Tensor, begin: ReadonlyArray<number>, size: Shape): Tensor {
    const { session } = this
    const inputs = [own(x).id, session.ints(begin), session.ints(size)]
    return this.made(size, x.dtype, session.execute('Slice', inputs))
  }

  pad(x: Tensor, before: ReadonlyArray<number>, after: ReadonlyArray<number>): Tensor {
    const shape = x.shape.map((n, axis) => before[axis]! + n + after[axis]!)
    const { id } = own(x)
    if (x.shape.length <= PAD_RANK) return this.made(shape, x.dtype, this.padded(id, before, after))
    // Half of the axes at a time: TensorFlow takes neighbours without padding for one.
    const part = (all: ReadonlyArray<number>, wanted: (axis: number) => boolean): ReadonlyArray<number> =>
      all.map((n, axis) => (wanted(axis) ? n : 0))
    const isFirst = (axis: number): boolean => axis < x.shape.length / 2
    const isLast = (axis: number): boolean => !isFirst(axis)
    return this.with(this.padded(id, part(before, isFirst), part(after, isFirst)), (half) =>
      this.made(shape, x.dtype, this.padded(half, part(before, isLast), part(after, isLast)))
    )
  }

  concat(xs: ReadonlyArray<Tensor>, axis: number): Tensor {
    const { session } = this
    const { dtype } = xs[0]!
    const shape = concatShape(
      xs.map((x) => x.shape),
      axis
    )
    const ids = xs.map((x) => own(x).id)
    const id =
      ids.length === 1
        ? session.execute('Identity', ids)
        : session.execute('ConcatV2', [...ids, session.int(axis)], attributes.concatenation(ids.length, dtype))
    return this.made(shape, dtype, id)
  }

  gather(x: Tensor, indices: Tensor, axis: number): Tensor {
    const { session } = this
    const inputs = [own(x).id, own(indices).id, session.int(axis)]
    const shape = gatherShape(x.shape, indices.shape, axis)
    return this.made(shape, x.dtype, session.execute('GatherV2', inputs))
  }

  scatterAdd(updates: Tensor, indices: Tensor, axis: number, size: number): Tensor {
    const shape = scatterShape(updates.shape, indices.shape, axis, size)
    const { id } = own(updates)
    if (axis === 0) return this.made(shape, updates.dtype, this.segmentSum(id, updates, indices, size))
    // TensorFlow's segments lie along the first axes: bring those of the indices there, and the result's axis back.
    const rank = updates.shape.length
    const last = axis + indices.shape.length
    const [outer, middle, inner] = [range(0, axis), range(axis, last), range(last, rank)]
    const back = [...range(1, axis + 1), 0, ...range(axis + 1, shape.length)]
    return this.with(this.transposed(id, [...middle, ...outer, ...inner]), (turned) =>
      this.with(this.segmentSum(turned, updates, indices, size), (sums) =>
        this.made(shape, updates.dtype, this.transposed(sums, back))
      )
    )
  }

  oneHot(indices: Tensor, depth: number): Tensor {
    return this.made([...indices.shape, depth], 'float32', this.hot(indices, depth))
  }

  softmax(x: Tensor): Tensor {
    return this.made(x.shape, 'float32', this.session.execute('Softmax', [own(x).id]))
  }

  logSoftmax(x: Tensor): Tensor {
    return this.made(x.shape, 'float32', this.session.execute('LogSoftmax', [own(x).id]))
  }

  softmaxCrossEntropy(scores: Tensor, labels: Tensor): Tensor {
    const { session } = this
    const shape = scores.shape.slice(0, -1)
    const both = (x: number, at: number): readonly [number, number] =>
      session.executeForTwo('SparseSoftmaxCrossEntropyWithLogits', [x, at])
    if (shape.length === 1) {
      const [x, at] = [own(scores), own(labels)]
      const [losses, slopes] = both(x.id, at.id)
      if (x.slopes !== undefined) session.delete(x.slopes.id)
      x.slopes = { labels: at.id, id: slopes }
      return this.made(shape, 'float32', losses)
    }
    const losses = (x: number, at: number): number => {
      const [first, second] = both(x, at)
      session.delete(second)
      return first
    }
    const reshaped = (id: number, as: Shape): number => session.execute('Reshape', [id, session.ints(as)])
    const rows = sizeOf(shape)
    return this.with(reshaped(own(scores).id, [rows, scores.shape.at(-1)!]), (x) =>
      this.with(reshaped(own(labels).id, [rows]), (at) =>
        this.with(losses(x, at), (flat) => this.made(shape, 'float32', reshaped(flat, shape)))
      )
    )
  }

  softmaxMinusOneHot(scores: Tensor, labels: Tensor): Tensor {
    const { session } = this
    const x = own(scores)
    if (x.slopes?.labels === own(labels).id) {
      const { id } = x.slopes
      x.slopes = undefined
      return this.made(scores.shape, 'float32', id)
    }
    if (scores.shape.length === 2) {
      // Softmax would cost half as much and round otherwise: what a tape gives must not depend on who has asked before.
      const [losses, slopes] = session.executeForTwo('SparseSoftmaxCrossEntropyWithLogits', [x.id, own(labels).id])
      session.delete(losses)
      return this.made(scores.shape, 'float32', slopes)
    }
    return this.with(session.execute('Softmax', [x.id]), (softmax) =>
      this.with(this.hot(labels, scores.shape.at(-1)!), (hot) =>
        this.made(scores.shape, 'float32', session.execute('Sub', [softmax, hot]))
      )
    )
  }

  private reduce(operation: string, x: Tensor, axes: ReadonlyArray<number>, keepDims: boolean, adds: boolean): Tensor {
    const { session } = this
    const shape = reducedShape(x.shape, axes, keepDims)
    const along = session.ints(axes)
    const list = keepDims ? attributes.keepingAxes : attributes.none
    const reduced = (id: number): number => session.execute(operation, [id, along], list)
    const terms = sizeOf(axes.map((axis) => x.shape[axis]!))
    // Along the last axes TensorFlow adds up in blocks.
    const inBlocks = axes.every((axis, i) => axis === x.shape.length - axes.length + i)
    const isSafe = !adds || x.dtype !== 'float32' || terms <= LONGEST_SUM || inBlocks
    const { id } = own(x)
    return this.made(shape, x.dtype, isSafe ? reduced(id) : this.inDouble(id, reduced))
  }

  private hot(indices: Tensor, depth: number): number {
    const { session } = this
    return session.execute('OneHot', [own(indices).id, session.int(depth), session.float(1), session.float(0)])
  }

  private transposed(id: number, permutation: ReadonlyArray<number>): number {
    const { session } = this
    return session.execute('Transpose', [id, session.ints(permutation)])
  }

  private padded(id: number, before: ReadonlyArray<number>, after: ReadonlyArray<number>): number {
    const { session } = this
    const pairs = session.ints(
      before.flatMap((n, axis) => [n, after[axis]!]),
      [before.length, 2]
    )
    return session.execute('Pad', [id, pairs])
  }

  private segmentSum(id: number, updates: Tensor, indices: Tensor, size: number): number {
    const { session } = this
    const sum = (x: number): number => session.execute('UnsortedSegmentSum', [x, own(indices).id, session.int(size)])
    return updates.dtype === 'float32' && own(indices).size > LONGEST_SUM ? this.inDouble(id, sum) : sum(id)
  }
}

const range = (from: number, to: number): ReadonlyArray<number> => Array.from({ length: to - from }, (_, i) => from + i)
