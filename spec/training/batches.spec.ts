import fc from 'fast-check'
import { pipe } from 'fp-ts/function'
import { batchData, type Data, type Dataset, dataFrom, mapData, prefetchData, rowData } from 'gradfold'
import { drawPermutation } from '../../src/random/drawPermutation'
import { randomKey } from '../../src/random/key'
import { batches, batchesIn, type BatchesSettings, checkBatches, isDataset } from '../../src/training/batches'
import { allOf, leaveAfter, watched } from '../support/dataSources'
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'

const key = randomKey(5)
const settings = fc.record(
  {
    batchSize: fc.integer({ min: 1, max: 20 }),
    last: fc.constantFrom<'keep' | 'drop'>('keep', 'drop'),
    epoch: fc.nat({ max: 3 })
  },
  { requiredKeys: ['epoch', 'last'] }
)

const through = async <D extends Dataset>(data: D | Data<D>, given: BatchesSettings) =>
  (await allOf(batches('fit', data, given))).map(rightOf)

describe('batches', () => {
  it('of a record of arrays are those of its rows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), settings, async (count, given) => {
        const data = { x: Float32Array.from({ length: count }, (_, i) => i), y: new Int32Array(count) }
        const whole = await through(data, given)
        expect(await through(rightOf(rowData(data)), given)).toEqual(whole)
        expect(batchesIn('fit', data, given)).toBe(whole.length)
        expect(batchesIn('fit', rightOf(rowData(data)), given)).toBe(whole.length)
        const size = given.batchSize ?? 32
        const kept = given.last === 'keep' ? count : count - (count % size)
        const rows = (all: typeof whole) => all.flatMap(({ fields }) => [...fields.x.values])
        expect(rows(whole)).toEqual([...data.x].slice(0, kept))
        expect(rows(await through(data, { ...given, key }))).toEqual([...drawPermutation(key, count)].slice(0, kept))
        expect(whole.reduce((sum, batch) => sum + batch.size, 0)).toBe(kept)
      }),
      { numRuns: runs(40) }
    )
  })

  it('takes a pipeline that is batched as it is, also mapped and prefetched', async () => {
    const data = pipe(
      rightOf(rowData({ x: [1, 2, 3] })),
      batchData({ size: 2 }),
      mapData(({ x }) => ({ x: Array.from(x.values, (value) => value * 10) })),
      prefetchData(2)
    )
    expect((await through(data, { epoch: 0 })).map(({ fields, size }) => [[...fields.x.values], size])).toEqual([
      [[10, 20], 2],
      [[30], 1]
    ])
    expect(batchesIn('fit', data, {})).toBe(2)
  })

  it('hands the epoch on', async () => {
    const data = mapData((x: number, { epoch }) => ({ x: x + epoch }))(dataFrom([0, 1]))
    expect((await through(data, { epoch: 7 })).map(({ fields }) => [...fields.x.values])).toEqual([[7, 8]])
  })

  it('closes the source when it is left', async () => {
    const { data, closed } = watched(100)
    const examples = mapData((x: number) => ({ x }))(data)
    await leaveAfter(1, batches('fit', examples, { batchSize: 2, epoch: 0 }))
    expect(closed()).toBe(1)
    expect(batchesIn('fit', examples, {})).toBeUndefined()
  })

  const refusal = async <D extends Dataset>(data: D | Data<D>, given: Partial<BatchesSettings> = {}) => {
    const all = await allOf(batches('fit', data, { epoch: 0, ...given }))
    expect(all.slice(0, -1).every(({ _tag }) => _tag === 'Right')).toBe(true)
    return leftOf(all.at(-1)!)
  }

  it('refuses what the pipeline says itself', async () => {
    const rows = rightOf(rowData({ x: [1, 2, 3] }))
    const batched = batchData({ size: 2 })(rows)
    expect(await refusal(batched, { batchSize: 2 })).toMatchObject({ _tag: 'InvalidArgument', argument: 'batchSize' })
    expect(await refusal(rows, { key })).toMatchObject({ _tag: 'InvalidArgument', argument: 'shuffle' })
    expect(checkBatches('fit', rows, { batchSize: 2 })._tag).toBe('Right')
    expect(checkBatches('fit', batched, {})._tag).toBe('Right')
  })

  it('names the function that was called, and the batch', async () => {
    const examples = dataFrom([{ x: [1] }, { x: [1, 2] }])
    expect(await refusal(examples)).toMatchObject({ _tag: 'ShapeMismatch', operation: 'fit' })
    expect(await refusal({ x: [1], y: [1, 2] })).toMatchObject({ _tag: 'ShapeMismatch', operation: 'fit' })
    expect(await refusal({ x: [1] }, { batchSize: 0 })).toMatchObject({ argument: 'batchSize', operation: 'fit' })
    const spoiled = pipe(
      dataFrom([{ x: 1 }, { x: 2 }]),
      batchData({ size: 1 }),
      mapData((_, { position }) => (position === 0 ? { x: [1], y: [1] } : { x: [1], y: [1, 2] }))
    )
    const error = await refusal(spoiled)
    expect(error).toMatchObject({ _tag: 'ShapeMismatch', operation: 'fit' })
    expect(error.message).toMatch(/^Batch number 1: /)
  })
})

describe('isDataset', () => {
  it('tells a record of arrays from a pipeline, whatever its fields are called', () => {
    expect([{ x: [1] }, { _tag: [1] }, { open: [1] }].map((data) => isDataset<Dataset>(data))).toEqual([
      true,
      true,
      true
    ])
    expect(isDataset(dataFrom([{ x: 1 }]))).toBe(false)
    expect(isDataset(watched(1).data as Data<never>)).toBe(false)
  })
})
