import fc from 'fast-check'
import { pipe } from 'fp-ts/function'
import {
  batchData,
  collectData,
  dataFrom,
  type Example,
  type HostTensor,
  iterateData,
  mapData,
  rowData,
  type Shape
} from 'gradfold'
import { shapes } from '../../../src/testing/generators/shapes'
import { anyTensor } from '../../support/arbitraryTensors'
import { allOf, collected, kindsOf, watched } from '../../support/dataSources'
import { leftOf, rightOf } from '../../support/results'
import { runs } from '../../support/runs'

/** A record of arrays with as many examples in each. */
const datasets = fc
  .tuple(fc.integer({ min: 1, max: 12 }), shapes({ maxElements: 12 }), shapes({ maxElements: 3 }))
  .chain(([count, x, y]) =>
    fc.record({
      x: anyTensor([count, ...x], 'float32', 'special'),
      y: anyTensor([count, ...y], 'int32', 'large'),
      flag: anyTensor([count], 'bool', 'plain')
    })
  )

describe('batchData', () => {
  it('gives batches that are the rows again when they are put together', async () => {
    await fc.assert(
      fc.asyncProperty(datasets, fc.integer({ min: 1, max: 14 }), async (dataset, size) => {
        const rows = rightOf(rowData(dataset))
        const whole = await collected(batchData({ size: 100 })(rows))
        expect(whole).toEqual([dataset])
        const kept = pipe(rows, batchData({ size }))
        const batches = await collected(kept)
        const count = dataset.x.shape[0]!
        expect(kept.count).toBe(batches.length)
        expect(batches.length).toBe(Math.ceil(count / size))
        for (const name of ['x', 'y', 'flag'] as const) {
          expect(batches.flatMap((batch) => [...batch[name].values])).toEqual([...dataset[name].values])
          expect(batches.map((batch) => batch[name].shape[0])).toEqual(
            batches.map((_, i) => Math.min(size, count - i * size))
          )
        }
        const dropped = pipe(rows, batchData({ size, last: 'drop' }))
        expect(await collected(dropped)).toEqual(batches.filter(({ x }) => x.shape[0] === size))
        expect(dropped.count).toBe(Math.floor(count / size))
      }),
      { numRuns: runs(40) }
    )
  })

  const stacked = async (example: Example, dtypes = {}): Promise<Readonly<Record<string, HostTensor>>> =>
    (await collected(batchData({ size: 2, dtypes })(dataFrom([example, example]))))[0]!

  it('takes numbers, nested arrays, typed arrays, and values with a shape', async () => {
    const { number, flag, nested, floats, whole, shaped } = await stacked({
      number: 3,
      flag: true,
      nested: [
        [1, 2],
        [3, 4]
      ],
      floats: Float32Array.of(1, 2),
      whole: Uint8Array.of(1, 255),
      shaped: { shape: [], values: [7], dtype: 'int32' }
    })
    expect([number, flag, nested, floats, whole, shaped].map((host) => [host?.shape, host?.dtype])).toEqual([
      [[2], 'float32'],
      [[2], 'bool'],
      [[2, 2, 2], 'float32'],
      [[2, 2], 'float32'],
      [[2, 2], 'int32'],
      [[2], 'int32']
    ])
    expect(floats?.values).toEqual(Float32Array.of(1, 2, 1, 2))
    expect(whole?.values).toEqual(Int32Array.of(1, 255, 1, 255))
  })

  it('gives fields the dtypes that it is told', async () => {
    const { label, x } = await stacked({ label: 3, x: 1.5 }, { label: 'int32' })
    expect([label?.dtype, label?.values, x?.dtype]).toEqual(['int32', Int32Array.of(3, 3), 'float32'])
  })

  const refusal = async (examples: ReadonlyArray<Example>, size = 2) => {
    const results = await allOf(iterateData(batchData({ size })(dataFrom(examples))))
    return { error: leftOf(results.at(-1)!), before: results.length - 1 }
  }

  it('names the field and the example that does not stack', async () => {
    const shape = (...sizes: Shape): Example => ({ image: { shape: sizes, values: new Float32Array(4) }, y: 1 })
    const { error, before } = await refusal([shape(2, 2), shape(2, 2), shape(2, 2), shape(4)])
    expect(error).toMatchObject({
      _tag: 'ShapeMismatch',
      operation: 'batchData',
      shapes: [[2, 2], [4]],
      message: expect.stringMatching(/Field image of example number 3 .*number 2: \[2, 2\] and \[4\]/) as unknown
    })
    expect(before).toBe(1)
    expect((await refusal([{ y: 1 }, { y: true }])).error).toMatchObject({
      _tag: 'DtypeError',
      dtypes: ['float32', 'bool'],
      message: expect.stringContaining("dtypes: { y: 'float32' }") as unknown
    })
    expect((await refusal([{ y: 1 }, { y: [[1], [1, 2]] }])).error).toMatchObject({
      _tag: 'InvalidShape',
      message: expect.stringMatching(/^Field y of example number 1: /) as unknown
    })
  })

  it('refuses other fields in some examples, and none at all', async () => {
    for (const examples of [
      [{ x: 1, y: 2 }, { x: 1 }],
      [{ x: 1 }, { x: 1, y: 2 }]
    ]) {
      const { error } = await refusal(examples)
      expect(error).toMatchObject({ _tag: 'InvalidArgument', argument: 'y', value: 1 })
      expect(error.message).toContain('example number 1')
    }
    expect((await refusal([{}])).error).toMatchObject({ _tag: 'InvalidArgument', argument: 'example' })
  })

  it('hands errors on, and closes the source', async () => {
    const { data, closed } = watched(9, 4)
    const batches = pipe(
      data,
      mapData((x) => ({ x })),
      batchData({ size: 3 })
    )
    expect((await allOf(iterateData(batches))).map(({ _tag }) => _tag)).toEqual(['Right', 'Left'])
    expect(closed()).toBe(1)
  })

  it('gives nothing for nothing', async () => {
    for (const data of kindsOf<Example>([])) expect(await collected(batchData({ size: 2 })(data))).toEqual([])
  })

  it.each([0, -1, 0.5, NaN])('refuses a size of %d', async (size) => {
    const error = leftOf(await collectData(batchData({ size })(dataFrom([{ x: 1 }]))))
    expect(error).toMatchObject({ _tag: 'InvalidArgument', operation: 'batchData', argument: 'size', value: size })
  })
})

describe('rowData', () => {
  it('refuses what fit refuses', () => {
    expect(leftOf(rowData({ x: [1, 2], y: [1] }))).toMatchObject({ _tag: 'ShapeMismatch', operation: 'rowData' })
    expect(leftOf(rowData({ x: [] }))._tag).toBe('InvalidShape')
  })

  it('counts them', () => {
    expect(rightOf(rowData({ x: [1, 2] })).count).toBe(2)
  })
})
