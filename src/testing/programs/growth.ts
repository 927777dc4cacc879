/** How a program grows by one operation: which nodes it takes, which new leaves it needs, which attributes fit. */
import { broadcastShapes, sizeOf } from '../../kernels/shape'
import type { Shape } from '../../kernels/tensor'
import { absPrimitive } from '../../operation/abs'
import { addPrimitive } from '../../operation/add'
import { broadcastPrimitive } from '../../operation/broadcast'
import { castPrimitive } from '../../operation/cast'
import { concatPrimitive } from '../../operation/concat'
import { divPrimitive } from '../../operation/div'
import { equalPrimitive } from '../../operation/equal'
import { erfPrimitive } from '../../operation/erf'
import { expPrimitive } from '../../operation/exp'
import { expm1Primitive } from '../../operation/expm1'
import { gatherPrimitive } from '../../operation/gather'
import { greaterPrimitive } from '../../operation/greater'
import { greaterEqualPrimitive } from '../../operation/greaterEqual'
import { lessPrimitive } from '../../operation/less'
import { lessEqualPrimitive } from '../../operation/lessEqual'
import { logPrimitive } from '../../operation/log'
import { logSoftmaxPrimitive } from '../../operation/logSoftmax'
import { matmulPrimitive } from '../../operation/matmul'
import { maxPrimitive } from '../../operation/max'
import { maximumPrimitive } from '../../operation/maximum'
import { meanPrimitive } from '../../operation/mean'
import { minimumPrimitive } from '../../operation/minimum'
import { mulPrimitive } from '../../operation/mul'
import { negPrimitive } from '../../operation/neg'
import { notEqualPrimitive } from '../../operation/notEqual'
import { oneHotPrimitive } from '../../operation/oneHot'
import { padPrimitive } from '../../operation/pad'
import { reluPrimitive } from '../../operation/relu'
import { reshapePrimitive } from '../../operation/reshape'
import { scatterAddPrimitive } from '../../operation/scatterAdd'
import { selectPrimitive } from '../../operation/select'
import { sigmoidPrimitive } from '../../operation/sigmoid'
import { signPrimitive } from '../../operation/sign'
import { slicePrimitive } from '../../operation/slice'
import { softmaxPrimitive } from '../../operation/softmax'
import { softplusPrimitive } from '../../operation/softplus'
import { softmaxCrossEntropyPrimitive } from '../../operation/softmaxCrossEntropy'
import { sqrtPrimitive } from '../../operation/sqrt'
import { squarePrimitive } from '../../operation/square'
import { subPrimitive } from '../../operation/sub'
import { sumPrimitive } from '../../operation/sum'
import { tanhPrimitive } from '../../operation/tanh'
import { transposePrimitive } from '../../operation/transpose'
import type { Primitive } from '../../tape/primitive'
import type { Builder } from './builder'

/** Adds one step, and what leaves it needs; may do nothing where the numbers do not allow it. */
export type Growth = (builder: Builder) => void

/** Away from 0, where slopes of log, sqrt and div are steep. */
const NEAR = 0.1
type Fits = (shape: Shape, values: ReadonlyArray<number>) => boolean
const isPositive: Fits = (_shape, values) => values.every((value) => value > NEAR)
const isNonzero: Fits = (_shape, values) => values.every((value) => Math.abs(value) > NEAR)

const firstShapes: ReadonlyArray<Shape> = [[2, 3], [3], [], [2, 1, 3], [3, 2], [1], [2, 3, 2]]

const ofRank = (builder: Builder, rank: number): number => {
  const known = builder.find('float32', (shape) => shape.length >= rank)
  if (known !== undefined) return known
  const fitting = firstShapes.filter((shape) => shape.length >= rank)
  return builder.leaf(fitting[builder.below(fitting.length)]!)
}
const anyFloat = (builder: Builder): number => ofRank(builder, 0)

const unary =
  (primitive: Primitive<object>): Growth =>
  (builder) =>
    builder.step(primitive, [anyFloat(builder)], {})

const ofPositive =
  (primitive: Primitive<object>): Growth =>
  (builder) => {
    const x = builder.find('float32', isPositive) ?? builder.leaf(builder.shapeOf(anyFloat(builder)), 'positive')
    builder.step(primitive, [x], {})
  }

/** A shape that broadcasts with this one: its own, or with an axis less, an axis of 1, an axis more. */
const partnerShape = (builder: Builder, shape: Shape): Shape => {
  const axis = builder.below(shape.length)
  const ways: ReadonlyArray<Shape> = [
    shape,
    shape.slice(1),
    shape.map((size, i) => (i === axis ? 1 : size)),
    sizeOf(shape) <= 12 ? [2, ...shape] : [],
    sizeOf(shape) === 1 ? [3] : []
  ]
  return ways[builder.below(ways.length)]!
}

/** Another node that broadcasts with this one, or a new leaf. */
const partner = (builder: Builder, x: number, fits: Fits = () => true): number => {
  const shape = builder.shapeOf(x)
  const found =
    builder.below(3) === 0
      ? builder.find('float32', (other, values) => broadcastShapes(shape, other) !== undefined && fits(other, values))
      : undefined
  return found ?? builder.leaf(partnerShape(builder, shape))
}

const binary =
  (primitive: Primitive<object>, fits?: Fits): Growth =>
  (builder) => {
    const x = anyFloat(builder)
    const y = partner(builder, x, fits)
    builder.step(primitive, fits === undefined && builder.below(2) === 1 ? [y, x] : [x, y], {})
  }

const reduction =
  (primitive: Primitive<{ readonly axes: ReadonlyArray<number>; readonly keepDims: boolean }>): Growth =>
  (builder) => {
    const x = anyFloat(builder)
    const mask = builder.below(2 ** builder.shapeOf(x).length)
    const axes = builder.shapeOf(x).flatMap((_, axis) => ((mask >> axis) % 2 === 0 ? [axis] : []))
    builder.step(primitive, [x], { axes, keepDims: builder.below(2) === 1 })
  }

const labels = (builder: Builder, scores: number): number => {
  const shape = builder.shapeOf(scores)
  return builder.leaf(shape.slice(0, -1), { below: shape.at(-1)! })
}

const shaped: ReadonlyArray<readonly [string, Growth]> = [
  [
    'matmul',
    (builder) => {
      const x = ofRank(builder, 2)
      const [transposeX, transposeY] = [builder.below(2) === 1, builder.below(2) === 1]
      const inner = builder.shapeOf(x).at(transposeX ? -2 : -1)!
      const columns = 1 + builder.below(3)
      const sides = transposeY ? [columns, inner] : [inner, columns]
      const leading = [[], [], [2], [1]][builder.below(4)]!
      const y = builder.leaf([...leading, ...sides])
      // The product of (y' x') is that of (x y) transposed, so that a leaf may come first.
      if (builder.below(2) === 0) builder.step(matmulPrimitive, [x, y], { transposeX, transposeY })
      else builder.step(matmulPrimitive, [y, x], { transposeX: !transposeY, transposeY: !transposeX })
    }
  ],
  [
    'transpose',
    (builder) => {
      const x = ofRank(builder, 2)
      const rank = builder.shapeOf(x).length
      const turn = 1 + builder.below(rank - 1)
      const rotated = Array.from({ length: rank }, (_, axis) => (axis + turn) % rank)
      builder.step(transposePrimitive, [x], { permutation: builder.below(2) === 0 ? rotated : rotated.reverse() })
    }
  ],
  [
    'reshape',
    (builder) => {
      const x = anyFloat(builder)
      const shape = builder.shapeOf(x)
      const ways = [[sizeOf(shape)], [1, ...shape], [...shape].reverse(), [...shape, 1]]
      builder.step(reshapePrimitive, [x], { shape: ways[builder.below(ways.length)]! })
    }
  ],
  [
    'broadcast',
    (builder) => {
      const x = anyFloat(builder)
      const shape = builder.shapeOf(x)
      const stretched = shape.map((size) => (size === 1 ? 3 : size))
      builder.step(broadcastPrimitive, [x], { shape: [[2, ...stretched], [1, ...shape], stretched][builder.below(3)]! })
    }
  ],
  [
    'slice',
    (builder) => {
      const x = ofRank(builder, 1)
      const shape = builder.shapeOf(x)
      const begin = shape.map((size) => builder.below(size))
      builder.step(slicePrimitive, [x], { begin, size: shape.map((size, i) => 1 + builder.below(size - begin[i]!)) })
    }
  ],
  [
    'pad',
    (builder) => {
      const x = ofRank(builder, 1)
      const counts = (): ReadonlyArray<number> => builder.shapeOf(x).map(() => builder.below(2))
      builder.step(padPrimitive, [x], { before: counts(), after: counts() })
    }
  ],
  [
    'concat',
    (builder) => {
      const x = ofRank(builder, 1)
      const shape = builder.shapeOf(x)
      const axis = builder.below(shape.length)
      const other = builder.leaf(shape.map((size, i) => (i === axis ? 1 + builder.below(2) : size)))
      builder.step(concatPrimitive, builder.below(2) === 0 ? [x, other] : [other, x, x], { axis })
    }
  ],
  [
    'gather',
    (builder) => {
      const x = ofRank(builder, 1)
      const axis = builder.below(builder.shapeOf(x).length)
      const shape = [[3], [], [2, 2]][builder.below(3)]!
      builder.step(gatherPrimitive, [x, builder.leaf(shape, { below: builder.shapeOf(x)[axis]! })], { axis })
    }
  ],
  [
    'scatterAdd',
    (builder) => {
      const updates = ofRank(builder, 1)
      const shape = builder.shapeOf(updates)
      const axis = builder.below(shape.length)
      const size = 1 + builder.below(4)
      builder.step(scatterAddPrimitive, [updates, builder.leaf([shape[axis]!], { below: size })], { axis, size })
    }
  ],
  [
    'oneHot',
    (builder) => {
      const depth = 1 + builder.below(3)
      builder.step(oneHotPrimitive, [builder.leaf([1 + builder.below(3)], { below: depth })], { depth })
    }
  ],
  [
    'select',
    (builder) => {
      const x = anyFloat(builder)
      const shape = builder.shapeOf(x)
      const known = builder.find('bool', (other) => broadcastShapes(shape, other) !== undefined)
      const condition = known ?? builder.leaf(partnerShape(builder, shape), 'condition')
      const y = partner(builder, x)
      builder.step(selectPrimitive, builder.below(2) === 0 ? [condition, x, y] : [condition, y, x], {})
    }
  ],
  [
    'cast',
    (builder) => {
      const known = builder.find('bool')
      builder.step(castPrimitive, [known ?? anyFloat(builder)], { dtype: 'float32' })
    }
  ],
  ['softmax', (builder) => builder.step(softmaxPrimitive, [ofRank(builder, 1)], {})],
  ['logSoftmax', (builder) => builder.step(logSoftmaxPrimitive, [ofRank(builder, 1)], {})],
  [
    'softmaxCrossEntropy',
    (builder) => {
      const scores = ofRank(builder, 1)
      const mean = builder.below(2) === 0
      builder.step(softmaxCrossEntropyPrimitive, [scores, labels(builder, scores)], { mean })
    }
  ]
]

const elementwise: ReadonlyArray<readonly [string, Growth]> = [
  ...[negPrimitive, expPrimitive, sigmoidPrimitive, tanhPrimitive, squarePrimitive].map(ofAnything),
  ...[expm1Primitive, softplusPrimitive, erfPrimitive].map(ofAnything),
  ...[reluPrimitive, absPrimitive, signPrimitive].map(ofAnything),
  ...[logPrimitive, sqrtPrimitive].map((primitive) => [primitive.name, ofPositive(primitive)] as const),
  ...[addPrimitive, subPrimitive, mulPrimitive, maximumPrimitive, minimumPrimitive].map(ofTwo),
  ...[equalPrimitive, notEqualPrimitive, lessPrimitive, lessEqualPrimitive].map(ofTwo),
  ...[greaterPrimitive, greaterEqualPrimitive].map(ofTwo),
  ['div', binary(divPrimitive, isNonzero)],
  ...[sumPrimitive, meanPrimitive, maxPrimitive].map((primitive) => [primitive.name, reduction(primitive)] as const)
]

function ofAnything(primitive: Primitive<object>): readonly [string, Growth] {
  return [primitive.name, unary(primitive)]
}
function ofTwo(primitive: Primitive<object>): readonly [string, Growth] {
  return [primitive.name, binary(primitive)]
}

/** By the names of the operations. */
export const growths: ReadonlyMap<string, Growth> = new Map([...elementwise, ...shaped])
