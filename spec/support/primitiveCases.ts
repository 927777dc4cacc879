/**
 * Random programs for every primitive: from this table the specs of derivatives are generated. A row that is missing is a
 * compile error; primitives.spec.ts compares the names with the files of src/operation.
 */
import fc from 'fast-check'
import {
  abs,
  add,
  broadcast,
  cast,
  detach,
  div,
  equal,
  erf,
  exp,
  expm1,
  fill,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  logSoftmax,
  max,
  maximum,
  mean,
  minimum,
  mul,
  neg,
  normal,
  notEqual,
  type Operations,
  pad,
  permutation,
  relu,
  reshape,
  type Shape,
  sigmoid,
  sign,
  slice,
  softmax,
  softplus,
  sqrt,
  square,
  sub,
  sum,
  tanh,
  type Tensor,
  transpose,
  truncatedNormal,
  uniform
} from 'gradfold'
import { broadcastShapes, reducedShape, sizeOf } from '../../src/kernels/shape'
import { broadcastingShapes } from '../../src/testing/generators/broadcastingShapes'
import { shapes } from '../../src/testing/generators/shapes'
import { shapeOfSameSize, someAxes } from './arbitraryShapes'
import { anyDtype, at, numeric, real } from './operationCase'
import { applied, binary, drawn, one, type PrimitiveCase, shaped, small, trial, unary } from './primitiveCase'
import {
  batchNormCase,
  concatCase,
  crossEntropyCase,
  gatherCase,
  matmulCase,
  oneHotCase,
  reluGradientCase,
  runningMomentCase,
  scatterAddCase,
  selectCase
} from './primitiveCasesOfMany'

/** All that can be the primitive of an entry, leaves excepted. */
export type PrimitiveName =
  | Exclude<keyof Operations<Tensor>, 'shapeOf' | 'dtypeOf' | 'softmaxMinusOneHot' | 'batchNormGradient'>
  | 'runningMoment'
  | 'detach'
  | 'normal'
  | 'permutation'
  | 'truncatedNormal'
  | 'uniform'

const reduction = (shape: Shape): fc.Arbitrary<{ axis: ReadonlyArray<number>; keepDims: boolean }> =>
  fc.record({ axis: someAxes(shape), keepDims: fc.boolean() })

/** None that asks for the largest of nothing. */
const nonEmptyReduction = (shape: Shape): ReturnType<typeof reduction> =>
  reduction(shape).filter(({ axis }) => sizeOf(shape) > 0 || sizeOf(reducedShape(shape, axis, true)) === 0)

const counts = (shape: Shape): fc.Arbitrary<number[]> =>
  fc.array(fc.nat({ max: 2 }), { minLength: shape.length, maxLength: shape.length })

const drawnShape = shapes(small).map((shape) => ({ shape }))

export const primitiveCases: { readonly [K in PrimitiveName]: PrimitiveCase } = {
  abs: unary(numeric, abs),
  add: binary(numeric, add),
  batchNorm: batchNormCase,
  broadcast: {
    dtypes: anyDtype,
    trials: (dtype) =>
      broadcastingShapes(2, small).chain((all) => {
        const target = broadcastShapes(at(all, 0), at(all, 1)) ?? []
        return one(at(all, 0), dtype).map((x) =>
          trial(
            [x],
            applied((tape, y) => broadcast(tape, y, target)),
            { target }
          )
        )
      })
  },
  cast: {
    dtypes: anyDtype,
    trials: (dtype) =>
      fc
        .tuple(
          one(shapes(small), dtype),
          // From float32 only where a gradient flows.
          fc.constantFrom(...(dtype === 'float32' ? real : anyDtype))
        )
        .map(([x, to]) =>
          trial(
            [x],
            applied((tape, y) => cast(tape, y, to)),
            { to }
          )
        )
  },
  concat: concatCase,
  detach: unary(anyDtype, detach),
  div: binary(real, div),
  equal: binary(anyDtype, equal),
  erf: unary(real, erf),
  exp: unary(real, exp),
  expm1: unary(real, expm1),
  fill: drawn(
    (dtype) => shapes(small).map((shape) => ({ shape, dtype })),
    (tape, { shape, dtype }) => fill(tape, shape, 1, { dtype })
  ),
  gather: gatherCase,
  greater: binary(numeric, greater),
  greaterEqual: binary(numeric, greaterEqual),
  less: binary(numeric, less),
  lessEqual: binary(numeric, lessEqual),
  log: unary(real, log, { domain: 'positive' }),
  softmaxCrossEntropy: crossEntropyCase,
  logSoftmax: unary(real, logSoftmax, { limits: { ...small, minRank: 1 } }),
  matmul: matmulCase,
  max: shaped(numeric, nonEmptyReduction, max),
  maximum: binary(numeric, maximum),
  mean: shaped(real, reduction, mean),
  minimum: binary(numeric, minimum),
  mul: binary(numeric, mul),
  neg: unary(numeric, neg),
  normal: drawn(
    () => drawnShape,
    (tape, { shape }) => normal(tape, shape)
  ),
  notEqual: binary(anyDtype, notEqual),
  oneHot: oneHotCase,
  pad: shaped(
    anyDtype,
    (shape) => fc.record({ before: counts(shape), after: counts(shape) }),
    (tape, x, { before, after }) => pad(tape, x, before, after),
    { maxRank: 3, maxElements: 6 }
  ),
  permutation: drawn(
    () => fc.record({ size: fc.nat({ max: 9 }) }),
    (tape, { size }) => permutation(tape, size)
  ),
  relu: unary(numeric, relu),
  reluGradient: reluGradientCase,
  reshape: shaped(
    anyDtype,
    (shape) => shapeOfSameSize(shape).map((to) => ({ to })),
    (tape, x, { to }) => reshape(tape, x, to)
  ),
  runningMoment: runningMomentCase,
  scatterAdd: scatterAddCase,
  select: selectCase,
  sigmoid: unary(real, sigmoid),
  sign: unary(numeric, sign),
  slice: shaped(
    anyDtype,
    (shape) =>
      fc
        .tuple(...shape.map((n) => fc.nat({ max: n }).chain((b) => fc.tuple(fc.constant(b), fc.nat({ max: n - b })))))
        .map((pairs) => ({ begin: pairs.map(([begin]) => begin), size: pairs.map(([, size]) => size) })),
    (tape, x, { begin, size }) => slice(tape, x, begin, size)
  ),
  softmax: unary(real, softmax, { limits: { ...small, minRank: 1 } }),
  softplus: unary(real, softplus),
  sqrt: unary(real, sqrt, { domain: 'positive' }),
  square: unary(numeric, square),
  sub: binary(numeric, sub),
  sum: shaped(numeric, reduction, sum),
  tanh: unary(real, tanh),
  transpose: shaped(
    anyDtype,
    (shape) =>
      fc
        .shuffledSubarray(
          shape.map((_, axis) => axis),
          { minLength: shape.length }
        )
        .map((permuted) => ({ permutation: permuted })),
    transpose
  ),
  truncatedNormal: drawn(
    () => drawnShape,
    (tape, { shape }) => truncatedNormal(tape, shape)
  ),
  uniform: drawn(
    () => drawnShape,
    (tape, { shape }) => uniform(tape, shape)
  )
}

/** Nothing flows through these, whatever they are given. */
export const withoutDerivative: ReadonlyArray<string> = [
  'runningMoment',
  'detach',
  'equal',
  'fill',
  'greater',
  'greaterEqual',
  'less',
  'lessEqual',
  'normal',
  'notEqual',
  'oneHot',
  'permutation',
  'truncatedNormal',
  'uniform'
] satisfies ReadonlyArray<PrimitiveName>

/** The rows of the others: of float32, each lets a gradient through. */
export const differentiableCases: ReadonlyArray<readonly [string, PrimitiveCase]> = Object.entries(
  primitiveCases
).filter(([name]) => !withoutDerivative.includes(name))
