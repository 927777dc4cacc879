/**
 * Random calls of every operation: from this table operations.spec.ts is generated. A row that is missing is a compile
 * error.
 */
import type { Operations } from '../../src/kernels/operations'
import type { Tensor } from '../../src/kernels/tensor'
import { anyDtype, binaryCase, type Case, numeric, type Precision, real, unaryCase } from './operationCase'
import {
  concatCase,
  labelledCase,
  gatherCase,
  matmulCase,
  oneHotCase,
  scatterAddCase,
  selectCase
} from './operationCasesOfMany'
import {
  broadcastCase,
  castCase,
  fillCase,
  padCase,
  reductionCase,
  reluGradientCase,
  reshapeCase,
  rowCase,
  sliceCase,
  transposeCase
} from './operationCasesOfOne'

/** 16 units in the last place. */
const transcendental: Precision = { kind: 'relative', factor: 2 ** -20 }

/** But batch norm, whose error no bound of these kinds holds: spec/kernels/batchNorm.spec.ts has it. */
type Cased = Exclude<keyof Operations<Tensor>, 'batchNorm' | 'batchNormGradient'>

export const operationCases: { readonly [K in Cased]: Case } = {
  // The two that answer no tensor are seen through one.
  shapeOf: unaryCase(anyDtype, (k, x) => k.fill(k.shapeOf(x), 1, 'int32')),
  dtypeOf: unaryCase(anyDtype, (k, x) => k.fill([], 1, k.dtypeOf(x))),

  fill: fillCase,
  cast: castCase,

  add: binaryCase(numeric, (k, x, y) => k.add(x, y)),
  sub: binaryCase(numeric, (k, x, y) => k.sub(x, y)),
  mul: binaryCase(numeric, (k, x, y) => k.mul(x, y)),
  div: binaryCase(real, (k, x, y) => k.div(x, y)),
  maximum: binaryCase(numeric, (k, x, y) => k.maximum(x, y)),
  minimum: binaryCase(numeric, (k, x, y) => k.minimum(x, y)),

  neg: unaryCase(numeric, (k, x) => k.neg(x)),
  exp: unaryCase(real, (k, x) => k.exp(x), transcendental),
  expm1: unaryCase(real, (k, x) => k.expm1(x), transcendental),
  log: unaryCase(real, (k, x) => k.log(x), transcendental),
  sqrt: unaryCase(real, (k, x) => k.sqrt(x)),
  square: unaryCase(numeric, (k, x) => k.square(x)),
  abs: unaryCase(numeric, (k, x) => k.abs(x)),
  sign: unaryCase(numeric, (k, x) => k.sign(x)),
  relu: unaryCase(numeric, (k, x) => k.relu(x)),
  reluGradient: reluGradientCase,
  sigmoid: unaryCase(real, (k, x) => k.sigmoid(x), transcendental),
  tanh: unaryCase(real, (k, x) => k.tanh(x), transcendental),
  softplus: unaryCase(real, (k, x) => k.softplus(x), transcendental),
  erf: unaryCase(real, (k, x) => k.erf(x), transcendental),

  equal: binaryCase(anyDtype, (k, x, y) => k.equal(x, y)),
  notEqual: binaryCase(anyDtype, (k, x, y) => k.notEqual(x, y)),
  less: binaryCase(anyDtype, (k, x, y) => k.less(x, y)),
  lessEqual: binaryCase(anyDtype, (k, x, y) => k.lessEqual(x, y)),
  greater: binaryCase(anyDtype, (k, x, y) => k.greater(x, y)),
  greaterEqual: binaryCase(anyDtype, (k, x, y) => k.greaterEqual(x, y)),
  select: selectCase,

  sum: reductionCase(numeric, (k, x, axes, keepDims) => k.sum(x, axes, keepDims)),
  mean: reductionCase(real, (k, x, axes, keepDims) => k.mean(x, axes, keepDims)),
  max: reductionCase(numeric, (k, x, axes, keepDims) => k.max(x, axes, keepDims), 'exact'),

  matmul: matmulCase,
  transpose: transposeCase,
  reshape: reshapeCase,
  broadcast: broadcastCase,
  slice: sliceCase,
  pad: padCase,
  concat: concatCase,
  gather: gatherCase,
  scatterAdd: scatterAddCase,
  oneHot: oneHotCase,

  // exp(x - max) carries the rounding of x - max: up to 88 * 2^-24 where the result is not 0.
  softmax: rowCase((k, x) => k.softmax(x), { kind: 'relative', factor: 1e-5 }),
  softmaxCrossEntropy: labelledCase((k, scores, labels) => k.softmaxCrossEntropy(scores, labels)),
  softmaxMinusOneHot: labelledCase((k, scores, labels) => k.softmaxMinusOneHot(scores, labels)),
  logSoftmax: rowCase((k, x) => k.logSoftmax(x), { kind: 'shifted', factor: 2 ** -20 })
}
