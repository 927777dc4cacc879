/** Rows of primitiveCases.ts for operations on several tensors that are not of one kind. */
import fc from 'fast-check'
import { concat, type Dtype, gather, type HostTensor, matmul, oneHot, scatterAdd, select, type Shape } from 'gradfold'
import { NONE } from '../../src/operation/operand'
import { batchNormPrimitive, runningMomentPrimitive } from '../../src/operation/batchNorm'
import { reluGradientPrimitive } from '../../src/operation/reluGradient'
import { softmaxCrossEntropyPrimitive } from '../../src/operation/softmaxCrossEntropy'
import { record } from '../../src/tape/record'
import { broadcastingShapes } from '../../src/testing/generators/broadcastingShapes'
import { shapes } from '../../src/testing/generators/shapes'
import { absolute, hostTensor } from './hostTensors'
import { anyDtype, at, numeric, real } from './operationCase'
import { applied, appliedToTwo, distinct, one, type PrimitiveCase, small, trial } from './primitiveCase'

export const reluGradientCase: PrimitiveCase = {
  dtypes: real,
  trials: (dtype) =>
    shapes(small)
      .chain((shape) => distinct([shape, shape], dtype))
      .map((inputs) =>
        trial(
          // What relu gave is not negative.
          [at(inputs, 0), absolute(at(inputs, 1))],
          appliedToTwo((tape, g, y) => record(tape, reluGradientPrimitive, [g, y], NONE))
        )
      )
}

/** x of two to four axes with two rows or more, and vectors of its features. */
const batches = (dtype: Dtype, vectors: number): fc.Arbitrary<ReadonlyArray<HostTensor>> =>
  fc
    .tuple(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }), fc.integer({ min: 1, max: 3 }))
    .chain(([others, features]) =>
      distinct([[3, ...others, features], ...Array.from({ length: vectors }, () => [features])], dtype)
    )

export const batchNormCase: PrimitiveCase = {
  dtypes: real,
  trials: (dtype) =>
    batches(dtype, 4).map((inputs) =>
      trial(inputs, (tape, all) => record(tape, batchNormPrimitive, all, { eps: 0.5, momentum: 0.25 }))
    )
}

export const runningMomentCase: PrimitiveCase = {
  dtypes: real,
  trials: (dtype) =>
    fc
      .tuple(batches(dtype, 3), fc.constantFrom('mean' as const, 'variance' as const))
      .map(([[x, ...vectors], moment]) =>
        trial(
          [...vectors, x!, x!],
          (tape, all) => record(tape, runningMomentPrimitive, all, { moment, momentum: 0.25 }),
          {
            moment
          }
        )
      )
}

export const selectCase: PrimitiveCase = {
  dtypes: anyDtype,
  trials: (dtype) =>
    broadcastingShapes(3, small)
      .chain((all) => fc.tuple(one(at(all, 0), 'bool'), distinct(all.slice(1), dtype)))
      .map(([condition, xs]) =>
        trial([condition, ...xs], (tape, inputs) => select(tape, at(inputs, 0), at(inputs, 1), at(inputs, 2)))
      )
}

const length = fc.nat({ max: 3 })

export const matmulCase: PrimitiveCase = {
  dtypes: real,
  trials: (dtype) =>
    fc
      .record({
        batches: broadcastingShapes(2, { maxRank: 2, maxElements: 4 }),
        rows: length,
        inner: length,
        columns: length,
        settings: fc.record({ transposeX: fc.boolean(), transposeY: fc.boolean() })
      })
      .chain(({ batches, rows, inner, columns, settings }) => {
        const x = [...at(batches, 0), ...(settings.transposeX ? [inner, rows] : [rows, inner])]
        const y = [...at(batches, 1), ...(settings.transposeY ? [columns, inner] : [inner, columns])]
        return distinct([x, y], dtype).map((inputs) =>
          trial(
            inputs,
            appliedToTwo((tape, a, b) => matmul(tape, a, b, settings)),
            settings
          )
        )
      })
}

export const concatCase: PrimitiveCase = {
  dtypes: anyDtype,
  trials: (dtype) =>
    fc
      .tuple(
        shapes({ minRank: 1, maxRank: 3, maxElements: 6 }),
        fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 4 })
      )
      .chain(([shape, lengths]) =>
        fc.nat({ max: shape.length - 1 }).chain((axis) =>
          distinct(
            lengths.map((n) => shape.map((other, i) => (i === axis ? n : Math.min(other, 3)))),
            dtype
          ).map((inputs) => trial(inputs, (tape, xs) => concat(tape, xs, { axis }), { axis }))
        )
      )
}

/** Indices into this many places, some of them twice; none where there is no place. */
const indicesInto = (size: number, shape: Shape): fc.Arbitrary<HostTensor> => {
  const own = size === 0 ? [...shape, 0] : shape
  const count = own.reduce((product, n) => product * n, 1)
  return fc
    .array(fc.nat({ max: Math.max(0, size - 1) }), { minLength: count, maxLength: count })
    .map((places) => hostTensor(own, places, 'int32'))
}

const indexShape = shapes({ maxRank: 2, maxElements: 4 })

export const gatherCase: PrimitiveCase = {
  dtypes: anyDtype,
  trials: (dtype) =>
    fc.tuple(shapes({ minRank: 1, maxRank: 3, maxElements: 12 }), indexShape).chain(([shape, indices]) =>
      fc.nat({ max: shape.length - 1 }).chain((axis) =>
        fc.tuple(one(shape, dtype), indicesInto(at(shape, axis), indices)).map((inputs) =>
          trial(
            inputs,
            appliedToTwo((tape, x, places) => gather(tape, x, places, { axis })),
            { axis }
          )
        )
      )
    )
}

export const scatterAddCase: PrimitiveCase = {
  dtypes: numeric,
  trials: (dtype) =>
    fc.tuple(shapes({ maxRank: 2, maxElements: 6 }), fc.nat({ max: 4 }), indexShape).chain(([around, size, indices]) =>
      fc.tuple(fc.nat({ max: around.length }), indicesInto(size, indices)).chain(([axis, places]) =>
        one([...around.slice(0, axis), ...places.shape, ...around.slice(axis)], dtype).map((updates) =>
          trial(
            [updates, places],
            appliedToTwo((tape, x, y) => scatterAdd(tape, x, y, size, { axis })),
            { axis, size }
          )
        )
      )
    )
}

const asIndices = (x: HostTensor, dtype: Dtype): HostTensor =>
  hostTensor(
    x.shape,
    Array.from(x.values, (value) => Math.abs(Math.trunc(value)) % 2),
    dtype
  )

/** One label in range for each row of scores. */
export const crossEntropyCase: PrimitiveCase = {
  dtypes: real,
  trials: (dtype) =>
    fc.tuple(shapes({ maxRank: 2, maxElements: 6 }), fc.integer({ min: 2, max: 4 })).chain(([shape, classes]) =>
      fc.tuple(one([...shape, classes], dtype), one(shape, 'int32'), fc.boolean()).map(([scores, labels, mean]) =>
        trial(
          [scores, asIndices(labels, 'int32')],
          appliedToTwo((tape, x, y) => record(tape, softmaxCrossEntropyPrimitive, [x, y], { mean })),
          { mean }
        )
      )
    )
}

/** What is not int32 it refuses. */
export const oneHotCase: PrimitiveCase = {
  dtypes: ['int32'],
  trials: (dtype) =>
    fc.tuple(shapes(small), fc.integer({ min: 2, max: 5 })).chain(([shape, depth]) =>
      one(shape, dtype).map((x) =>
        trial(
          [asIndices(x, dtype)],
          applied((tape, indices) => oneHot(tape, indices, depth)),
          { depth }
        )
      )
    )
}
