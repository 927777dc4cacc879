/**
 * Kernels without data: they follow shapes, dtypes and bytes (as float32 kernels would take them) through a program,
 * at no cost that depends on sizes. What depends on numbers (an index out of range) they cannot see.
 */
import type { BatchNormGradient } from '../batchNormOf'
import { Allocations } from '../allocations'
import { KernelFailure, type Kernels, type MemoryUse } from '../kernels'
import { broadcastShapes, concatShape, gatherShape, matmulShape, reducedShape, scatterShape, sizeOf } from '../shape'
import { bytesOf, type Dtype, type Shape, Tensor, type Values } from '../tensor'

/**
 * A kernel set with nothing counted.
 * @example
 * import { linear, linearForward, shapesKernels, startTape, trace, uniform } from 'gradfold'
 * trace(startTape(shapesKernels()), function* (run) {
 *   const layer = yield* run(linear, 784, 10)
 *   const y = yield* run(linearForward, layer, yield* run(uniform, [64, 784]))
 *   console.log(y.shape) // => [64, 10]
 * })
 */
export const shapesKernels = (): Kernels => new ShapesKernels({ tensors: 0, bytes: 0 })

class ShapeTensor extends Tensor {
  get bytes(): number {
    return sizeOf(this.shape) * bytesOf[this.dtype]
  }
}

/** What instances that differ in their allocation list share. */
interface Backend {
  tensors: number
  bytes: number
}

/** @internal unavailableKernels.ts extends it. */
export class ShapesKernels implements Kernels {
  readonly name: string = 'shapes'
  readonly device: string = 'none: shapes and dtypes only'
  readonly precision = 'none'
  readonly dtypes = ['float32', 'int32', 'bool'] as const
  readonly maxRank = 32
  readonly maxBytes = Number.MAX_SAFE_INTEGER
  readonly allocations: Allocations

  constructor(private readonly backend: Backend) {
    this.allocations = new Allocations(this)
  }

  withOwnAllocations(): Kernels {
    return new ShapesKernels(this.backend)
  }

  memory(): MemoryUse {
    return { tensors: this.backend.tensors, bytes: this.backend.bytes }
  }

  upload(shape: Shape, dtype: Dtype): Tensor {
    return this.made(shape, dtype)
  }

  read(tensor: Tensor): Values {
    throw new KernelFailure(
      'noNumbers',
      `a tensor of shape [${tensor.shape.join(', ')}] has no numbers to read: the kernels "shapes" follow shapes and ` +
        'dtypes only. To compute, run the same program on a tape of other kernels: startTape(defaultKernels())'
    )
  }

  release(tensor: Tensor): void {
    if (tensor.owner === undefined) throw new Error('the kernels "shapes" were given a released tensor')
    tensor.owner.disown(tensor)
    this.backend.tensors--
    this.backend.bytes -= tensor.bytes
  }

  firstOutOfRange(): undefined {
    return undefined
  }

  shapeOf(x: Tensor): Shape {
    return x.shape
  }
  dtypeOf(x: Tensor): Dtype {
    return x.dtype
  }
  fill(shape: Shape, _value: number, dtype: Dtype): Tensor {
    return this.made(shape, dtype)
  }
  cast(x: Tensor, dtype: Dtype): Tensor {
    return this.made(x.shape, dtype)
  }

  readonly add = (x: Tensor, y: Tensor): Tensor => this.broadcasted(x.dtype, x, y)
  readonly sub = this.add
  readonly mul = this.add
  readonly div = this.add
  readonly maximum = this.add
  readonly minimum = this.add
  readonly reluGradient = this.add

  readonly neg = (x: Tensor): Tensor => this.made(x.shape, x.dtype)
  readonly exp = this.neg
  readonly log = this.neg
  readonly sqrt = this.neg
  readonly square = this.neg
  readonly abs = this.neg
  readonly sign = this.neg
  readonly relu = this.neg
  readonly sigmoid = this.neg
  readonly expm1 = this.neg
  readonly softplus = this.neg
  readonly erf = this.neg
  readonly tanh = this.neg
  readonly softmax = this.neg
  readonly logSoftmax = this.neg
  readonly softmaxMinusOneHot = this.neg
  readonly batchNorm = this.neg
  readonly batchNormGradient = (_: Tensor, x: Tensor, scale: Tensor): BatchNormGradient<Tensor> => [
    this.neg(x),
    this.neg(scale),
    this.neg(scale)
  ]
  readonly batchMoment = (x: Tensor): Tensor => this.made(x.shape.slice(-1), x.dtype)
  readonly softmaxCrossEntropy = (scores: Tensor): Tensor => this.made(scores.shape.slice(0, -1), 'float32')

  readonly equal = (x: Tensor, y: Tensor): Tensor => this.broadcasted('bool', x, y)
  readonly notEqual = this.equal
  readonly less = this.equal
  readonly lessEqual = this.equal
  readonly greater = this.equal
  readonly greaterEqual = this.equal
  readonly select = (condition: Tensor, x: Tensor, y: Tensor): Tensor => this.broadcasted(x.dtype, condition, x, y)

  readonly sum = (x: Tensor, axes: ReadonlyArray<number>, keepDims: boolean): Tensor =>
    this.made(reducedShape(x.shape, axes, keepDims), x.dtype)
  readonly mean = this.sum
  readonly max = this.sum

  matmul(x: Tensor, y: Tensor, transposeX: boolean, transposeY: boolean): Tensor {
    return this.made(matmulShape(x.shape, y.shape, transposeX, transposeY), x.dtype)
  }
  transpose(x: Tensor, permutation: ReadonlyArray<number>): Tensor {
    return this.made(
      permutation.map((axis) => x.shape[axis]!),
      x.dtype
    )
  }
  reshape(x: Tensor, shape: Shape): Tensor {
    return this.made(shape, x.dtype)
  }
  broadcast(x: Tensor, shape: Shape): Tensor {
    return this.made(shape, x.dtype)
  }
  slice(x: Tensor, _begin: ReadonlyArray<number>, size: Shape): Tensor {
    return this.made(size, x.dtype)
  }
  pad(x: Tensor, before: ReadonlyArray<number>, after: ReadonlyArray<number>): Tensor {
    return this.made(
      x.shape.map((n, i) => before[i]! + n + after[i]!),
      x.dtype
    )
  }
  concat(xs: ReadonlyArray<Tensor>, axis: number): Tensor {
    const shapes = xs.map((x) => x.shape)
    return this.made(concatShape(shapes, axis), xs[0]!.dtype)
  }
  gather(x: Tensor, indices: Tensor, axis: number): Tensor {
    return this.made(gatherShape(x.shape, indices.shape, axis), x.dtype)
  }
  scatterAdd(updates: Tensor, indices: Tensor, axis: number, size: number): Tensor {
    return this.made(scatterShape(updates.shape, indices.shape, axis, size), updates.dtype)
  }
  oneHot(indices: Tensor, depth: number): Tensor {
    return this.made([...indices.shape, depth], 'float32')
  }

  private broadcasted(dtype: Dtype, ...xs: ReadonlyArray<Tensor>): Tensor {
    let shape: Shape = []
    for (const x of xs) {
      const common = broadcastShapes(shape, x.shape)
      if (common === undefined) throw new Error('the kernels "shapes" were given shapes that do not broadcast')
      shape = common
    }
    return this.made(shape, dtype)
  }

  private made(shape: Shape, dtype: Dtype): Tensor {
    const tensor = new ShapeTensor(shape, dtype)
    this.allocations.adopt(tensor)
    this.backend.tensors++
    this.backend.bytes += tensor.bytes
    return tensor
  }
}
