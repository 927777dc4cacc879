import fc from 'fast-check'
import { splitData } from 'gradfold'
import { leftOf, rightOf } from '../../support/results'
import { runs } from '../../support/runs'

const numbers = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, i) => i)
const seeds = fc.option(fc.double(), { nil: undefined })
const withSeed = (seed: number | undefined) => (seed === undefined ? {} : { seed })

/** Shares that make 1, from whole hundredths. */
const allShares = fc
  .tuple(fc.nat({ max: 100 }), fc.nat({ max: 100 }))
  .map(([a, b]) => [Math.min(a, b), Math.abs(a - b), 100 - Math.max(a, b)] as const)
  .map(([train, validation, test]) => ({ train: train / 100, validation: validation / 100, test: test / 100 }))

describe('splitData', () => {
  it('puts each example into one part, of the size of its share', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), allShares, seeds, (count, shares, seed) => {
        const parts = rightOf(splitData(numbers(count), { shares, ...withSeed(seed) }))
        const all = [...parts.train, ...parts.validation, ...parts.test]
        expect([...all].sort((a, b) => a - b)).toEqual(numbers(count))
        if (seed === undefined) expect(all).toEqual(numbers(count))
        for (const name of ['train', 'validation', 'test'] as const) {
          expect(Math.abs(parts[name].length - shares[name] * count)).toBeLessThan(1)
        }
        expect(rightOf(splitData(numbers(count), { shares, ...withSeed(seed) }))).toEqual(parts)
      }),
      { numRuns: runs(100) }
    )
  })

  it('splits a record of arrays as an array of its rows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        allShares,
        seeds,
        fc.boolean(),
        (count, shares, seed, stratified) => {
          const labels = numbers(count).map((i) => i % 3)
          const x = { shape: [count, 2], values: Float64Array.from({ length: 2 * count }, (_, i) => i) }
          const settings = { shares, ...withSeed(seed) }
          const parts = rightOf(
            splitData(
              { x, labels: Int32Array.from(labels) },
              stratified ? { ...settings, stratify: 'labels' } : settings
            )
          )
          const expected = rightOf(
            splitData(numbers(count), stratified ? { ...settings, stratify: (i) => labels[i] } : settings)
          )
          for (const name of ['train', 'validation', 'test'] as const) {
            const own = expected[name]
            expect(parts[name].x.shape).toEqual([own.length, 2])
            expect([...parts[name].x.values]).toEqual(own.flatMap((i) => [2 * i, 2 * i + 1]))
            expect([...parts[name].labels.values]).toEqual(own.map((i) => labels[i]))
          }
        }
      ),
      { numRuns: runs(40) }
    )
  })

  it('gives each part its share of every class', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(sizes, allShares, seeds, (classSizes, shares, seed) => {
        const examples = classSizes.flatMap((size, label) => numbers(size).map((i) => ({ label, i })))
        const parts = rightOf(splitData(examples, { shares, stratify: ({ label }) => label, ...withSeed(seed) }))
        for (const name of ['train', 'validation', 'test'] as const) {
          expect(Math.abs(parts[name].length - shares[name] * examples.length)).toBeLessThan(1)
          classSizes.forEach((size, label) => {
            const own = parts[name].filter((example) => example.label === label).length
            expect(Math.abs(own - shares[name] * size)).toBeLessThanOrEqual(3)
          })
        }
      }),
      { numRuns: runs(150) }
    )
  })

  it('spreads rare classes, too', () => {
    const examples = [...numbers(1000).map(() => -1), ...numbers(50)]
    const { train, test } = rightOf(
      splitData(examples, { shares: { train: 0.4, test: 0.6 }, seed: 1, stratify: (n) => n })
    )
    const rare = [train, test].map((part) => part.filter((n) => n >= 0).length)
    expect(Math.abs(rare[0]! - 20)).toBeLessThanOrEqual(2)
    expect(rare[0]! + rare[1]!).toBe(50)
  })

  it('takes counts', () => {
    const parts = rightOf(splitData(numbers(5), { counts: { a: 2, none: 0, b: 3 } }))
    expect(parts).toEqual({ a: [0, 1], none: [], b: [2, 3, 4] })
  })

  it('shuffles by the seed', () => {
    const trains = [1, 2].map((seed) => rightOf(splitData(numbers(50), { shares: { all: 1 }, seed })).all)
    expect(new Set([...trains, numbers(50)].map(String)).size).toBe(3)
  })

  it('does not round a whole share up or down', () => {
    expect(rightOf(splitData(numbers(10), { shares: { a: 0.7, b: 0.1, c: 0.2 } }))).toMatchObject({
      a: { length: 7 },
      b: { length: 1 },
      c: { length: 2 }
    })
  })

  it.each([
    [{ shares: { a: 0.5, b: 0.4 } }, 'shares'],
    [{ shares: { a: 1.5, b: -0.5 } }, 'shares'],
    [{ shares: { a: NaN } }, 'shares'],
    [{}, 'shares'],
    [{ counts: { a: 2, b: 1 } }, 'counts'],
    [{ counts: { a: 2.5, b: 1.5 } }, 'counts'],
    [{ counts: { a: 5, b: -1 } }, 'counts'],
    [{ counts: { a: 4 }, shares: { a: 1 } }, 'counts'],
    [{ shares: { a: 1 }, stratify: 'label' }, 'stratify'],
    [{ shares: { a: 1 }, stratify: 'x' }, 'stratify']
  ])('refuses %j', (settings, argument) => {
    const data = { x: { shape: [4, 2], values: new Float32Array(8) }, labels: [0, 1, 0, 1] }
    const wrong = settings as Parameters<typeof splitData<typeof data, Record<string, number>>>[1]
    expect(leftOf(splitData(data, wrong))).toMatchObject({ _tag: 'InvalidArgument', operation: 'splitData', argument })
  })

  it('refuses no examples, unequal counts, and says what stratify threw', () => {
    expect(leftOf(splitData([], { shares: { a: 1 } }))).toMatchObject({ _tag: 'InvalidShape' })
    expect(leftOf(splitData({ x: [1], y: [1, 2] }, { shares: { a: 1 } }))).toMatchObject({ _tag: 'ShapeMismatch' })
    const stratify = (n: number): number => {
      if (n === 2) throw new Error('no label')
      return n
    }
    const error = leftOf(splitData([1, 2], { shares: { a: 1 }, stratify }))
    expect(error).toMatchObject({ _tag: 'InvalidArgument', argument: 'stratify' })
    expect(error.message).toMatch(/example number 1: no label/)
  })
})
