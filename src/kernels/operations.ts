/**
 * The primitive operations over any representation T of a tensor: a set that is closed under differentiation. Tensors,
 * shapes without data, and variables on a tape are such representations. Arguments are already checked and normalised:
 * axes are non-negative, ascending and distinct, shapes fit, dtypes match.
 */
import type { Running } from './batchNormOf'
import type { Dtype, Shape } from './tensor'

/** The primitive operations over any representation T of a tensor. */
export interface Operations<T> {
  shapeOf(x: T): Shape
  dtypeOf(x: T): Dtype

  /** A tensor of this shape with the same value everywhere. */
  fill(shape: Shape, value: number, dtype: Dtype): T
  /** float32 to int32 truncates towards zero; to bool is `x !== 0`, NaN being true. */
  cast(x: T, dtype: Dtype): T

  add(x: T, y: T): T
  sub(x: T, y: T): T
  mul(x: T, y: T): T
  /** float32 only. */
  div(x: T, y: T): T
  /** NaN where either is NaN. */
  maximum(x: T, y: T): T
  /** NaN where either is NaN. */
  minimum(x: T, y: T): T

  neg(x: T): T
  /** All from exp to log, sqrt, and all from sigmoid to erf: float32 only. */
  exp(x: T): T
  /** exp(x) - 1, with all digits near 0. */
  expm1(x: T): T
  log(x: T): T
  sqrt(x: T): T
  square(x: T): T
  abs(x: T): T
  /** -1, 0 or 1; NaN of NaN. */
  sign(x: T): T
  /** max(x, 0); NaN of NaN. */
  relu(x: T): T
  /** `upstream` where `output` > 0 (output = relu(x)), 0 where it is 0, NaN where it is NaN. Both of one shape, float32. */
  reluGradient(upstream: T, output: T): T
  sigmoid(x: T): T
  tanh(x: T): T
  /** ln(1 + exp(x)), without overflow, and with all digits where it is small. */
  softplus(x: T): T
  /** The error function; exactly -1 and 1 where it rounds to that. */
  erf(x: T): T

  /** Comparisons of two tensors of one dtype, broadcast; the result is bool. Any comparison with NaN is false but notEqual. */
  equal(x: T, y: T): T
  notEqual(x: T, y: T): T
  less(x: T, y: T): T
  lessEqual(x: T, y: T): T
  greater(x: T, y: T): T
  greaterEqual(x: T, y: T): T
  /** `x` where the bool `condition` is true, else `y`; all three broadcast, `x` and `y` of one dtype. */
  select(condition: T, x: T, y: T): T

  /** Sum over the axes; kept with size 1 if `keepDims`. float32 or int32. An empty sum is 0. */
  sum(x: T, axes: ReadonlyArray<number>, keepDims: boolean): T
  /** Mean over the axes, float32 only; the mean of nothing is NaN. */
  mean(x: T, axes: ReadonlyArray<number>, keepDims: boolean): T
  /** Largest over the axes, NaN where any is NaN. float32 or int32. No reduced axis is empty unless the result is. */
  max(x: T, axes: ReadonlyArray<number>, keepDims: boolean): T

  /** `[..., m, k]` by `[..., k, n]`, float32, leading axes broadcast; a flag says that the last two axes are swapped. */
  matmul(x: T, y: T, transposeX: boolean, transposeY: boolean): T
  /** Axis i of the result is axis `permutation[i]` of x. */
  transpose(x: T, permutation: ReadonlyArray<number>): T
  /** The same numbers in another shape of the same size. */
  reshape(x: T, shape: Shape): T
  /** x repeated to `shape` as NumPy's broadcast_to does. */
  broadcast(x: T, shape: Shape): T
  /** The block of this size that begins there. */
  slice(x: T, begin: ReadonlyArray<number>, size: Shape): T
  /** Zeros around x: `before[i]` and `after[i]` of them along axis i. The adjoint of slice. */
  pad(x: T, before: ReadonlyArray<number>, after: ReadonlyArray<number>): T
  /** One after the other along the axis; at least one tensor. */
  concat(xs: ReadonlyArray<T>, axis: number): T
  /** x's slices along the axis that the int32 indices name; the axis is replaced by the shape of `indices`. */
  gather(x: T, indices: T, axis: number): T
  /** The adjoint of gather: zeros with `size` along the axis, each slice of `updates` added where its index says. */
  scatterAdd(updates: T, indices: T, axis: number, size: number): T
  /** float32 of shape `[...indices, depth]`: 1 where the last index equals the int32 index, else 0. */
  oneHot(indices: T, depth: number): T

  /** Along the last axis, float32. */
  softmax(x: T): T
  /** Along the last axis, float32, without overflow. */
  logSoftmax(x: T): T
  /** -logSoftmax(scores) of `[..., classes]` at the int32 label of each row, `[...]`; labels are in range. */
  softmaxCrossEntropy(scores: T, labels: T): T
  /** softmax(scores) - oneHot(labels): the slope of the former. */
  softmaxMinusOneHot(scores: T, labels: T): T
  /**
   * (x - mean) / sqrt(variance + eps) * scale + offset, float32, with x's moments over all axes but the last (the variance
   * divided by n); scale and offset are vectors of the last axis. At least two axes. `running` is what kernels may have a
   * use for when they are asked for a `batchMoment` afterwards; the result does not depend on it.
   */
  batchNorm(x: T, scale: T, offset: T, running: Running<T>, eps: number): T
  /** The adjoint of the former at y = batchNorm(x, ...): the gradients to x, to the scale and to the offset. */
  batchNormGradient(upstream: T, x: T, scale: T, y: T, eps: number): readonly [x: T, scale: T, offset: T]
}
