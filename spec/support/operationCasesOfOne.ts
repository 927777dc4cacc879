/** Rows of operationCases.ts for operations on one tensor with attributes, or on none. */
import { absolute } from './hostTensors'
import fc from 'fast-check'
import type { Operations } from '../../src/kernels/operations'
import { broadcastShapes, reducedShape, sizeOf } from '../../src/kernels/shape'
import type { Dtype, Shape, Tensor } from '../../src/kernels/tensor'
import { broadcastingShapes } from '../../src/testing/generators/broadcastingShapes'
import { shapes } from '../../src/testing/generators/shapes'
import { kernelLimits, shapeOfSameSize, someAxes } from './arbitraryShapes'
import { anyNumber, anyTensor, anyTensors, type Flavour, tensorOf } from './arbitraryTensors'
import { anyDtype, at, type Call, call, type Case, exact, type Precision } from './operationCase'

const oneOf = (dtypes: ReadonlyArray<Dtype>): fc.Arbitrary<Dtype> => fc.constantFrom(...dtypes)

export const fillCase: Case = (flavour) =>
  fc
    .tuple(shapes(kernelLimits), oneOf(anyDtype))
    .chain(([shape, dtype]) =>
      anyNumber(dtype, flavour).map((value) => call([], { shape, value, dtype }, (k) => k.fill(shape, value, dtype)))
    )

/** What a float32 becomes in int32 is defined where it fits. */
export const castCase: Case = (flavour) =>
  fc.tuple(shapes(kernelLimits), oneOf(anyDtype), oneOf(anyDtype)).chain(([shape, from, to]) => {
    const number = anyNumber(from, flavour)
    const fitting = to === 'int32' ? number.filter((x) => x >= -(2 ** 31) && x < 2 ** 31) : number
    return tensorOf(shape, from, fitting).map((x) => call([x], { to }, (k, load) => k.cast(load(x), to)))
  })

/** What relu gave is not negative. */
export const reluGradientCase: Case = (flavour) =>
  shapes(kernelLimits)
    .chain((shape) => anyTensors([shape, shape], 'float32', flavour))
    .map((inputs) => {
      const [upstream, output] = [at(inputs, 0), absolute(at(inputs, 1))]
      return call([upstream, output], {}, (k, load) => k.reluGradient(load(upstream), load(output)))
    })

/** Some arrays are long enough for kernels that add them up in several steps. */
const reducible: fc.Arbitrary<Shape> = fc.oneof(
  { weight: 19, arbitrary: shapes(kernelLimits) },
  { weight: 1, arbitrary: fc.constantFrom([5000], [2, 4100], [4100, 2], [3, 1500, 2]) }
)

/** `count` numbers are added for each of the result, or chosen from if the operation is exact. */
export const reductionCase =
  (
    dtypes: ReadonlyArray<Dtype>,
    run: (operations: Operations<Tensor>, x: Tensor, axes: ReadonlyArray<number>, keepDims: boolean) => Tensor,
    kind: 'summed' | 'exact' = 'summed'
  ): Case =>
  (flavour) =>
    fc
      .tuple(reducible, oneOf(dtypes), fc.boolean())
      .chain(([shape, dtype, keepDims]) =>
        fc.tuple(anyTensor(shape, dtype, flavour), someAxes(shape), fc.constant(keepDims))
      )
      .filter(([{ shape }, axes]) => kind === 'summed' || hasNoEmptyRow(shape, axes))
      .map(([x, axes, keepDims]) => {
        const count = sizeOf(axes.map((axis) => at(x.shape, axis)))
        const precision: Precision = kind === 'exact' ? exact : { kind, count }
        return call([x], { axes, keepDims }, (k, load) => run(k, load(x), axes, keepDims), precision)
      })

const hasNoEmptyRow = (shape: Shape, axes: ReadonlyArray<number>): boolean =>
  sizeOf(shape) > 0 || sizeOf(reducedShape(shape, axes, true)) === 0

/** Operations along the last axis. */
export const rowCase =
  (run: (operations: Operations<Tensor>, x: Tensor) => Tensor, precision: Precision): Case =>
  (flavour) =>
    anyTensor(shapes({ ...kernelLimits, minRank: 1 }), 'float32', flavour).map((x) =>
      call([x], {}, (k, load) => run(k, load(x)), precision)
    )

/** Calls on a tensor of any dtype, with attributes that its shape allows. */
const shapedCase =
  <A extends Call['attributes']>(
    attributesFor: (shape: Shape) => fc.Arbitrary<A>,
    run: (operations: Operations<Tensor>, x: Tensor, attributes: A) => Tensor,
    maxElements = 200
  ): Case =>
  (flavour: Flavour) =>
    fc
      .tuple(shapes({ ...kernelLimits, maxElements }), oneOf(anyDtype))
      .chain(([shape, dtype]) => fc.tuple(anyTensor(shape, dtype, flavour), attributesFor(shape)))
      .map(([x, attributes]) => call([x], attributes, (k, load) => run(k, load(x), attributes)))

export const transposeCase = shapedCase(
  (shape) =>
    fc.record({
      permutation: fc.shuffledSubarray(
        shape.map((_, axis) => axis),
        { minLength: shape.length }
      )
    }),
  (k, x, { permutation }) => k.transpose(x, permutation)
)

export const reshapeCase = shapedCase(
  (shape) => fc.record({ shape: shapeOfSameSize(shape) }),
  (k, x, { shape }) => k.reshape(x, shape)
)

export const broadcastCase: Case = (flavour) =>
  fc.tuple(broadcastingShapes(2, kernelLimits), oneOf(anyDtype)).chain(([all, dtype]) => {
    const shape = broadcastShapes(at(all, 0), at(all, 1)) ?? []
    return anyTensor(at(all, 0), dtype, flavour).map((x) =>
      call([x], { shape }, (k, load) => k.broadcast(load(x), shape))
    )
  })

export const sliceCase = shapedCase(
  (shape) =>
    fc
      .tuple(
        ...shape.map((n) =>
          fc.nat({ max: n }).chain((begin) => fc.tuple(fc.constant(begin), fc.nat({ max: n - begin })))
        )
      )
      .map((pairs) => ({ begin: pairs.map(([begin]) => begin), size: pairs.map(([, size]) => size) })),
  (k, x, { begin, size }) => k.slice(x, begin, size)
)

const padding = (shape: Shape): fc.Arbitrary<number[]> =>
  fc.array(fc.nat({ max: shape.length > 3 ? 1 : 3 }), { minLength: shape.length, maxLength: shape.length })

export const padCase = shapedCase(
  (shape) => fc.record({ before: padding(shape), after: padding(shape) }),
  (k, x, { before, after }) => k.pad(x, before, after),
  64
)
