import fc from 'fast-check'
import { broadcastingTensors } from 'gradfold/testing'
import { broadcastShapes } from '../../../src/kernels/shape'
import { seeds, shrunk } from './shrunk'

describe('broadcastingTensors', () => {
  it('gives as many tensors as asked for, of one dtype, whose shapes broadcast', () => {
    for (const all of fc.sample(broadcastingTensors(3, { dtype: 'int32', limits: { maxElements: 8 } }), 200)) {
      const [x, y, z] = all.map(({ shape }) => shape)
      expect(all.map(({ dtype }) => dtype)).toEqual(['int32', 'int32', 'int32'])
      expect(broadcastShapes(broadcastShapes(x ?? [], y ?? []) ?? [NaN], z ?? [])).toBeDefined()
      for (const { values } of all) expect(values.length).toBeLessThanOrEqual(8)
    }
  })

  it('gives two of float32 in which no number comes twice', () => {
    for (const all of fc.sample(broadcastingTensors(), 200)) {
      const numbers = all.flatMap(({ values }) => Array.from(values))
      expect(all.map(({ dtype }) => dtype)).toEqual(['float32', 'float32'])
      expect(new Set(numbers).size).toBe(numbers.length)
    }
  })

  it('gives tensors of a kind, in which numbers of one are in the other', () => {
    const pairs = fc.sample(broadcastingTensors(2, { kind: 'nearKinks' }), 1000)
    expect(pairs.some(([x, y]) => x?.values.some((n) => n !== 0 && y?.values.includes(n)))).toBe(true)
    const special = fc.sample(broadcastingTensors(2, { kind: 'special' }), 1000)
    expect(special.some(([x, y]) => x?.values.some(Number.isNaN) && y?.values.some(Number.isNaN))).toBe(true)
  })

  it.each(seeds)('shrinks shapes and numbers of all, from seed %i', (seed) => {
    const scalars = '[{ shape: [], values: [1] },{ shape: [], values: [2] }]'
    expect(fc.stringify(shrunk(broadcastingTensors(), () => true, seed))).toBe(scalars)
    const nan = shrunk(
      broadcastingTensors(2, { kind: 'special' }),
      ([, y]) => y?.values.some(Number.isNaN) === true,
      seed
    )
    expect(fc.stringify(nan)).toBe('[{ shape: [], values: [1] },{ shape: [], values: [NaN] }]')
    const stretched = shrunk(
      broadcastingTensors(),
      ([x, y]) =>
        x?.shape.length === y?.shape.length &&
        (x?.values.length ?? 0) > (y?.values.length ?? 0) &&
        y?.values.length === 1,
      seed
    )
    expect(fc.stringify(stretched)).toBe('[{ shape: [2], values: [1, 2] },{ shape: [1], values: [3] }]')
  })
})
