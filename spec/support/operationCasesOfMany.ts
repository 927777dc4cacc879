/** Rows of operationCases.ts for operations on several tensors that are not of one kind. */
import fc from 'fast-check'
import type { Operations } from '../../src/kernels/operations'
import type { Dtype, HostTensor, Shape, Tensor } from '../../src/kernels/tensor'
import { broadcastingShapes } from '../../src/testing/generators/broadcastingShapes'
import { shapes } from '../../src/testing/generators/shapes'
import { highestRank, kernelLimits } from './arbitraryShapes'
import { anyNumber, anyTensor, anyTensors, type Flavour, tensorOf } from './arbitraryTensors'
import { anyDtype, at, call, type Case, numeric } from './operationCase'

const oneOf = (dtypes: ReadonlyArray<Dtype>): fc.Arbitrary<Dtype> => fc.constantFrom(...dtypes)

export const selectCase: Case = (flavour) =>
  fc
    .tuple(broadcastingShapes(3, kernelLimits), oneOf(anyDtype))
    .chain(([all, dtype]) => fc.tuple(anyTensor(at(all, 0), 'bool', flavour), anyTensors(all.slice(1), dtype, flavour)))
    .map(([condition, xs]) =>
      call([condition, ...xs], {}, (k, load) => k.select(load(condition), load(at(xs, 0)), load(at(xs, 1))))
    )

/**
 * Few are not plain, or NaN would be all that a large matrix has. No product of two overflows float32: what cancels in
 * float64 would else be NaN.
 */
const factor = (flavour: Flavour): fc.Arbitrary<number> =>
  fc
    .oneof(
      { weight: 9, arbitrary: anyNumber('float32', 'plain') },
      { weight: 1, arbitrary: anyNumber('float32', flavour) }
    )
    .map((x) => (Math.abs(x) > 1e15 && Math.abs(x) < Infinity ? Math.sign(x) * 2 ** 50 : x))

/** Small matrices, and some that are large enough for kernels to treat them in tiles. */
const matrixLength = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 5 }) },
  { weight: 5, arbitrary: fc.integer({ min: 6, max: 40 }) },
  { weight: 1, arbitrary: fc.constant(0) }
)

export const matmulCase: Case = (flavour) =>
  fc
    .record({
      batches: broadcastingShapes(2, { maxRank: highestRank - 2, maxElements: 6 }),
      rows: matrixLength,
      inner: matrixLength,
      columns: matrixLength,
      transposeX: fc.boolean(),
      transposeY: fc.boolean()
    })
    .chain(({ batches, rows, inner, columns, transposeX, transposeY }) => {
      const xShape = [...at(batches, 0), ...(transposeX ? [inner, rows] : [rows, inner])]
      const yShape = [...at(batches, 1), ...(transposeY ? [columns, inner] : [inner, columns])]
      return fc
        .tuple(tensorOf(xShape, 'float32', factor(flavour)), tensorOf(yShape, 'float32', factor(flavour)))
        .map(([x, y]) =>
          call([x, y], { transposeX, transposeY }, (k, load) => k.matmul(load(x), load(y), transposeX, transposeY), {
            kind: 'summed',
            count: inner
          })
        )
    })

export const concatCase: Case = (flavour) =>
  fc
    .tuple(
      shapes({ minRank: 1, maxRank: highestRank, maxElements: 60 }),
      oneOf(anyDtype),
      fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 5 })
    )
    .chain(([shape, dtype, lengths]) =>
      fc.nat({ max: shape.length - 1 }).chain((axis) => {
        const parts = lengths.map((length) => shape.map((n, i) => (i === axis ? length : n)))
        return anyTensors(parts, dtype, flavour).map((xs) =>
          call(xs, { axis }, (k, load) => k.concat(xs.map(load), axis))
        )
      })
    )

/** Indices into this many places; none where there is no place. */
const indicesInto = (size: number, shape: Shape): fc.Arbitrary<HostTensor> =>
  size === 0 ? tensorOf([...shape, 0], 'int32', fc.constant(0)) : tensorOf(shape, 'int32', fc.nat({ max: size - 1 }))

const indexShape = shapes({ maxRank: 2, maxElements: 12 })

export const gatherCase: Case = (flavour) =>
  fc
    .tuple(shapes({ minRank: 1, maxRank: highestRank - 2, maxElements: 60 }), indexShape, oneOf(anyDtype))
    .chain(([shape, indices, dtype]) =>
      fc
        .nat({ max: shape.length - 1 })
        .chain((axis) =>
          fc.tuple(anyTensor(shape, dtype, flavour), indicesInto(at(shape, axis), indices), fc.constant(axis))
        )
    )
    .map(([x, indices, axis]) => call([x, indices], { axis }, (k, load) => k.gather(load(x), load(indices), axis)))

export const scatterAddCase: Case = (flavour) =>
  fc
    .record({
      around: shapes({ maxRank: highestRank - 3, maxElements: 12 }),
      size: fc.nat({ max: 6 }),
      indices: indexShape,
      dtype: oneOf(numeric)
    })
    .chain(({ around, size, indices, dtype }) =>
      fc.tuple(fc.nat({ max: around.length }), indicesInto(size, indices)).chain(([axis, into]) => {
        const shape = [...around.slice(0, axis), ...into.shape, ...around.slice(axis)]
        return anyTensor(shape, dtype, flavour).map((updates) =>
          call([updates, into], { axis, size }, (k, load) => k.scatterAdd(load(updates), load(into), axis, size), {
            kind: 'summed',
            count: into.values.length
          })
        )
      })
    )

/** One label in range for each row of scores. */
export const labelledCase =
  (run: (operations: Operations<Tensor>, scores: Tensor, labels: Tensor) => Tensor): Case =>
  (flavour) =>
    fc
      .tuple(shapes({ maxRank: highestRank - 1, maxElements: 60 }), fc.integer({ min: 1, max: 7 }))
      .chain(([shape, classes]) =>
        fc
          .tuple(
            anyTensor([...shape, classes], 'float32', flavour),
            tensorOf(shape, 'int32', fc.nat({ max: classes - 1 }))
          )
          .map(([scores, labels]) =>
            call([scores, labels], {}, (k, load) => run(k, load(scores), load(labels)), {
              kind: 'shifted',
              factor: 2 ** -20
            })
          )
      )

/** Indices that are no place have a row of zeros. */
export const oneHotCase: Case = () =>
  fc
    .tuple(shapes({ maxRank: highestRank - 1, maxElements: 60 }), fc.nat({ max: 7 }))
    .chain(([shape, depth]) =>
      tensorOf(shape, 'int32', fc.integer({ min: -2, max: depth + 1 })).map((indices) =>
        call([indices], { depth }, (k, load) => k.oneHot(load(indices), depth))
      )
    )
