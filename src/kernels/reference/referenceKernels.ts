/**
 * float64 on plain arrays: slow, obvious, the ground truth of the specs and of gradient checks. No two tensors share
 * an array.
 */
import {
  batchMomentOf,
  type BatchNormGradient,
  batchNormGradientOf,
  batchNormOf,
  type Moment,
  type Running
} from '../batchNormOf'
import { Allocations } from '../allocations'
import type { Kernels, MemoryUse } from '../kernels'
import type { Dtype, Shape, Tensor, Values } from '../tensor'
import { erf, multiply, relu, reluGradient, sigmoid, softplus } from './arithmetic'
import { mapOne, mapTwo, select } from './elementwise'
import { firstOutOfRange, gather, oneHot, scatterAdd } from './indexed'
import { matmul } from './matmul'
import { type Block, generate } from './numbers'
import { broadcast, concat, pad, reshape, slice, transpose } from './rearrange'
import { crossEntropy, logSoftmax, max, mean, softmax, softmaxMinusOneHot, sum } from './reduce'
import { blockOf, ReferenceTensor } from './referenceTensor'

/**
 * A kernel set with nothing allocated.
 * @example
 * import { constant, div, referenceKernels, startTape, trace, read, lift } from 'gradfold'
 * trace(startTape(referenceKernels()), function* (run) {
 *   const third = yield* run(div, yield* run(constant, 1), 3)
 *   const { values } = yield* run((tape) => lift(tape, read(third)))
 *   console.log(values[0] === 1 / 3) // => true
 * })
 */
export const referenceKernels = (): Kernels => new ReferenceKernels({ tensors: 0, bytes: 0 })

/** What instances that differ in their allocation list share. */
interface Backend {
  tensors: number
  bytes: number
}

class ReferenceKernels implements Kernels {
  readonly name = 'reference'
  readonly device = 'JavaScript, float64'
  readonly precision = 'float64'
  readonly dtypes = ['float32', 'int32', 'bool'] as const
  readonly maxRank = 32
  readonly maxBytes = 2 ** 33
  readonly allocations: Allocations

  constructor(private readonly backend: Backend) {
    this.allocations = new Allocations(this)
  }

  withOwnAllocations(): Kernels {
    return new ReferenceKernels(this.backend)
  }

  memory(): MemoryUse {
    return { tensors: this.backend.tensors, bytes: this.backend.bytes }
  }

  upload(shape: Shape, dtype: Dtype, values: () => Values): Tensor {
    const given = values()
    return this.made(generate(shape, dtype, (i) => given[i]!))
  }

  read(tensor: Tensor): Values {
    return blockOf(tensor).numbers.slice()
  }

  release(tensor: Tensor): void {
    blockOf(tensor)
    tensor.owner?.disown(tensor)
    if (tensor instanceof ReferenceTensor) tensor.numbers = undefined
    this.backend.tensors--
    this.backend.bytes -= tensor.bytes
  }

  firstOutOfRange(indices: Tensor, size: number): { readonly position: number; readonly value: number } | undefined {
    return firstOutOfRange(blockOf(indices), size)
  }

  shapeOf(x: Tensor): Shape {
    return x.shape
  }

  dtypeOf(x: Tensor): Dtype {
    return x.dtype
  }

  fill(shape: Shape, value: number, dtype: Dtype): Tensor {
    return this.made(generate(shape, dtype, () => value))
  }

  cast(x: Tensor, dtype: Dtype): Tensor {
    return this.made(mapOne(blockOf(x), dtype, (a) => a))
  }

  add(x: Tensor, y: Tensor): Tensor {
    return this.binary(x, y, x.dtype, (a, b) => a + b)
  }
  sub(x: Tensor, y: Tensor): Tensor {
    return this.binary(x, y, x.dtype, (a, b) => a - b)
  }
  mul(x: Tensor, y: Tensor): Tensor {
    return this.binary(x, y, x.dtype, multiply(x.dtype))
  }
  div(x: Tensor, y: Tensor): Tensor {
    return this.binary(x, y, x.dtype, (a, b) => a / b)
  }
  maximum(x: Tensor, y: Tensor): Tensor {
    return this.binary(x, y, x.dtype, Math.max)
  }
  minimum(x: Tensor, y: Tensor): Tensor {
    return this.binary(x, y, x.dtype, Math.min)
  }

  neg(x: Tensor): Tensor {
    return this.unary(x, (a) => -a)
  }
  exp(x: Tensor): Tensor {
    return this.unary(x, Math.exp)
  }
  expm1(x: Tensor): Tensor {
    return this.unary(x, Math.expm1)
  }
  log(x: Tensor): Tensor {
    return this.unary(x, Math.log)
  }
  sqrt(x: Tensor): Tensor {
    return this.unary(x, Math.sqrt)
  }
  square(x: Tensor): Tensor {
    const product = multiply(x.dtype)
    return this.unary(x, (a) => product(a, a))
  }
  abs(x: Tensor): Tensor {
    return this.unary(x, Math.abs)
  }
  sign(x: Tensor): Tensor {
    return this.unary(x, Math.sign)
  }
  relu(x: Tensor): Tensor {
    return this.unary(x, relu)
  }
  reluGradient(upstream: Tensor, output: Tensor): Tensor {
    return this.binary(upstream, output, upstream.dtype, reluGradient)
  }
  sigmoid(x: Tensor): Tensor {
    return this.unary(x, sigmoid)
  }
  tanh(x: Tensor): Tensor {
    return this.unary(x, Math.tanh)
  }
  softplus(x: Tensor): Tensor {
    return this.unary(x, softplus)
  }
  erf(x: Tensor): Tensor {
    return this.unary(x, erf)
  }

  equal(x: Tensor, y: Tensor): Tensor {
    return this.binary(x, y, 'bool', (a, b) => Number(a === b))
  }
  notEqual(x: Tensor, y: Tensor): Tensor {
    return this.binary(x, y, 'bool', (a, b) => Number(a !== b))
  }
  less(x: Tensor, y: Tensor): Tensor {
    return this.binary(x, y, 'bool', (a, b) => Number(a < b))
  }
  lessEqual(x: Tensor, y: Tensor): Tensor {
    return this.binary(x, y, 'bool', (a, b) => Number(a <= b))
  }
  greater(x: Tensor, y: Tensor): Tensor {
    return this.binary(x, y, 'bool', (a, b) => Number(a > b))
  }
  greaterEqual(x: Tensor, y: Tensor): Tensor {
    return this.binary(x, y, 'bool', (a, b) => Number(a >= b))
  }
  select(condition: Tensor, x: Tensor, y: Tensor): Tensor {
    return this.made(select(blockOf(condition), blockOf(x), blockOf(y)))
  }

  sum(x: Tensor, axes: ReadonlyArray<number>, keepDims: boolean): Tensor {
    return this.made(sum(blockOf(x), axes, keepDims))
  }
  mean(x: Tensor, axes: ReadonlyArray<number>, keepDims: boolean): Tensor {
    return this.made(mean(blockOf(x), axes, keepDims))
  }
  max(x: Tensor, axes: ReadonlyArray<number>, keepDims: boolean): Tensor {
    return this.made(max(blockOf(x), axes, keepDims))
  }

  matmul(x: Tensor, y: Tensor, transposeX: boolean, transposeY: boolean): Tensor {
    return this.made(matmul(blockOf(x), blockOf(y), transposeX, transposeY))
  }
  transpose(x: Tensor, permutation: ReadonlyArray<number>): Tensor {
    return this.made(transpose(blockOf(x), permutation))
  }
  reshape(x: Tensor, shape: Shape): Tensor {
    return this.made(reshape(blockOf(x), shape))
  }
  broadcast(x: Tensor, shape: Shape): Tensor {
    return this.made(broadcast(blockOf(x), shape))
  }
  slice(x: Tensor, begin: ReadonlyArray<number>, size: Shape): Tensor {
    return this.made(slice(blockOf(x), begin, size))
  }
  pad(x: Tensor, before: ReadonlyArray<number>, after: ReadonlyArray<number>): Tensor {
    return this.made(pad(blockOf(x), before, after))
  }
  concat(xs: ReadonlyArray<Tensor>, axis: number): Tensor {
    return this.made(concat(xs.map(blockOf), axis))
  }
  gather(x: Tensor, indices: Tensor, axis: number): Tensor {
    return this.made(gather(blockOf(x), blockOf(indices), axis))
  }
  scatterAdd(updates: Tensor, indices: Tensor, axis: number, size: number): Tensor {
    return this.made(scatterAdd(blockOf(updates), blockOf(indices), axis, size))
  }
  oneHot(indices: Tensor, depth: number): Tensor {
    return this.made(oneHot(blockOf(indices), depth))
  }

  softmax(x: Tensor): Tensor {
    return this.made(softmax(blockOf(x)))
  }
  logSoftmax(x: Tensor): Tensor {
    return this.made(logSoftmax(blockOf(x)))
  }

  softmaxCrossEntropy(scores: Tensor, labels: Tensor): Tensor {
    return this.made(crossEntropy(blockOf(scores), blockOf(labels)))
  }
  softmaxMinusOneHot(scores: Tensor, labels: Tensor): Tensor {
    return this.made(softmaxMinusOneHot(blockOf(scores), blockOf(labels)))
  }
  batchNorm(x: Tensor, scale: Tensor, offset: Tensor, _: Running<Tensor>, eps: number): Tensor {
    return batchNormOf<Tensor>(this, x, scale, offset, eps, (spent) => this.release(spent))
  }
  batchNormGradient(upstream: Tensor, x: Tensor, scale: Tensor, _: Tensor, eps: number): BatchNormGradient<Tensor> {
    return batchNormGradientOf<Tensor>(this, upstream, x, scale, eps, (spent) => this.release(spent))
  }
  batchMoment(x: Tensor, _: Tensor, running: Running<Tensor>, moment: Moment): Tensor {
    return batchMomentOf<Tensor>(this, x, running, moment, (spent) => this.release(spent))
  }

  private unary(x: Tensor, f: (a: number) => number): Tensor {
    return this.made(mapOne(blockOf(x), x.dtype, f))
  }

  private binary(x: Tensor, y: Tensor, dtype: Dtype, f: (a: number, b: number) => number): Tensor {
    return this.made(mapTwo(blockOf(x), blockOf(y), dtype, f))
  }

  private made(block: Block): Tensor {
    const tensor = new ReferenceTensor(block)
    this.allocations.adopt(tensor)
    this.backend.tensors++
    this.backend.bytes += tensor.bytes
    return tensor
  }
}
