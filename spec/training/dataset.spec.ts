import fc from 'fast-check'
import { type Dataset, referenceKernels } from 'gradfold'
import { batchOf, checkBatchSize, rowsOf } from '../../src/training/dataset'
import { shapes } from '../../src/testing/generators/shapes'
import { anyTensor } from '../support/arbitraryTensors'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'

describe('rowsOf', () => {
  it('takes nested arrays, typed arrays, and values with a shape, and counts the examples', () => {
    const data = {
      nested: [
        [1, 2],
        [3, 4]
      ],
      floats: Float32Array.of(1, 2),
      bytes: Uint8Array.of(1, 2),
      flags: [true, false],
      shaped: { shape: [2, 1, 2], values: [1, 2, 3, 4], dtype: 'int32' }
    } satisfies Dataset
    const { rows, count } = rightOf(rowsOf('fit', data))
    expect(count).toBe(2)
    expect(Object.entries(rows).map(([name, { shape, dtype }]) => [name, shape, dtype])).toEqual([
      ['nested', [2, 2], 'float32'],
      ['floats', [2], 'float32'],
      ['bytes', [2], 'int32'],
      ['flags', [2], 'bool'],
      ['shaped', [2, 1, 2], 'int32']
    ])
    expect(rows.floats.values).toBe(data.floats)
  })

  it('names the function that was called', () => {
    expect(leftOf(rowsOf('evaluate', {}))).toMatchObject({ operation: 'evaluate' })
    expect(leftOf(rowsOf('evaluate', { x: 1 }))).toMatchObject({ operation: 'evaluate', _tag: 'InvalidShape' })
  })
})

describe('batchOf', () => {
  it('records those rows of each field as constants', () => {
    onTape(referenceKernels(), (tape) => {
      const data = {
        x: [
          [1, 2],
          [3, 4],
          [5, 6]
        ],
        labels: Int32Array.of(7, 8, 9)
      } satisfies Dataset
      const { rows } = rightOf(rowsOf('fit', data))
      const { value, tape: next } = rightOf(batchOf<typeof data>(tape, rows, [2, 0]))
      expect([value.x.shape, value.labels.shape, value.labels.dtype]).toEqual([[2, 2], [2], 'int32'])
      expect([numbersOf(value.x), numbersOf(value.labels)]).toEqual([
        [5, 6, 1, 2],
        [9, 7]
      ])
      expect([value.x.needsGradient, next.length]).toEqual([false, 2])
      expect(data.x).toEqual([
        [1, 2],
        [3, 4],
        [5, 6]
      ])
    })
  })

  it('gives all rows in any order, for any shape and dtype', () => {
    const fields = shapes({ minRank: 1, maxElements: 200 })
      .filter(([count]) => count! > 0)
      .chain((shape) =>
        fc.record({
          x: fc.oneof(
            anyTensor(shape, 'float32', 'large'),
            anyTensor(shape, 'int32', 'plain'),
            anyTensor(shape, 'bool', 'plain')
          ),
          order: fc.array(fc.nat({ max: shape[0]! - 1 }), { minLength: 1, maxLength: shape[0]! })
        })
      )
    fc.assert(
      fc.property(fields, ({ x, order }) => {
        onTape(referenceKernels(), (tape) => {
          const { rows } = rightOf(rowsOf('fit', { x }))
          const { value } = rightOf(batchOf<{ readonly x: typeof x }>(tape, rows, order))
          const width = x.values.length / x.shape[0]!
          expect([value.x.shape, value.x.dtype]).toEqual([[order.length, ...x.shape.slice(1)], x.dtype])
          expect(numbersOf(value.x)).toEqual(
            order.flatMap((row) => [...x.values.subarray(row * width, (row + 1) * width)])
          )
        })
      }),
      { numRuns: runs(60) }
    )
  })
})

describe('checkBatchSize', () => {
  it.each([1, 32, 2 ** 40])('takes %d', (batchSize) => {
    expect(checkBatchSize('fit', batchSize)._tag).toBe('Right')
  })

  it.each([0, -3, 0.5, NaN, Infinity, 2 ** 53])('refuses %d', (value) => {
    expect(leftOf(checkBatchSize('fit', value))).toMatchObject({
      _tag: 'InvalidArgument',
      argument: 'batchSize',
      value
    })
  })
})
