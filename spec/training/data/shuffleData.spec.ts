import fc from 'fast-check'
import { pipe } from 'fp-ts/function'
import { collectData, dataFrom, iterateData, mapData, shuffleData } from 'gradfold'
import { collected, kindsOf, leaveAfter, watched } from '../../support/dataSources'
import { leftOf } from '../../support/results'
import { runs } from '../../support/runs'

const settings = fc.record({
  seed: fc.double(),
  bufferSize: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined })
})
const shuffle = ({ seed, bufferSize }: { readonly seed: number; readonly bufferSize: number | undefined }) =>
  shuffleData(bufferSize === undefined ? { seed } : { seed, bufferSize })
const numbers = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, i) => i)

describe('shuffleData', () => {
  it('is a permutation, the same for the same seed and epoch', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 40 }), settings, fc.nat({ max: 5 }), async (count, given, epoch) => {
        for (const data of kindsOf(numbers(count))) {
          const shuffled = await collected(shuffle(given)(data), epoch)
          expect([...shuffled].sort((a, b) => a - b)).toEqual(numbers(count))
          expect(await collected(shuffle(given)(data), epoch)).toEqual(shuffled)
        }
      }),
      { numRuns: runs(40) }
    )
  })

  it('has another order in each epoch, and for each seed', async () => {
    for (const data of kindsOf(numbers(50))) {
      for (const bufferSize of [undefined, 20]) {
        const orders = [
          await collected(shuffle({ seed: 1, bufferSize })(data), 0),
          await collected(shuffle({ seed: 1, bufferSize })(data), 1),
          await collected(shuffle({ seed: 2, bufferSize })(data), 0),
          numbers(50)
        ]
        expect(new Set(orders.map(String)).size).toBe(4)
      }
    }
  })

  it('brings an example forward by the buffer at most', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 60 }),
        fc.integer({ min: 1, max: 10 }),
        fc.double(),
        async (count, bufferSize, seed) => {
          const shuffled = await collected(shuffleData({ seed, bufferSize })(dataFrom(numbers(count))))
          shuffled.forEach((example, place) => expect(example - place).toBeLessThanOrEqual(bufferSize))
        }
      ),
      { numRuns: runs(40) }
    )
  })

  it('draws each example first about equally often', async () => {
    const firsts = new Float64Array(5)
    for (let seed = 0; seed < 2000; seed++) {
      const [whole] = await collected(shuffleData({ seed })(dataFrom(numbers(5))))
      firsts[whole!]!++
    }
    // 400 each, with a standard deviation of 18.
    for (const count of firsts) expect(Math.abs(count - 400)).toBeLessThan(90)
  })

  it('maps only what is reached of a shuffled array, whichever comes first', async () => {
    for (const place of ['before', 'after'] as const) {
      const seen: number[] = []
      const look = mapData((n: number) => {
        seen.push(n)
        return n
      })
      const mix = shuffleData({ seed: 3 })
      const data = dataFrom(numbers(100))
      const results: unknown[] = []
      for await (const example of iterateData(place === 'before' ? pipe(data, look, mix) : pipe(data, mix, look))) {
        results.push(example)
        if (results.length === 5) break
      }
      expect(seen).toHaveLength(5)
    }
  })

  it('ends with an error of the source, and closes it when left', async () => {
    const { data, closed } = watched(9, 2)
    expect(leftOf(await collectData(shuffleData({ seed: 1 })(data)))).toMatchObject({ operation: 'dataFrom' })
    const early = watched(9)
    await leaveAfter(1, iterateData(shuffleData({ seed: 1, bufferSize: 2 })(early.data)))
    expect([closed(), early.closed(), early.given()]).toEqual([1, 1, 3])
  })

  it.each([0, -1, 0.5, NaN])('refuses a buffer of %d', async (bufferSize) => {
    const error = leftOf(await collectData(shuffleData({ seed: 1, bufferSize })(dataFrom([1]))))
    expect(error).toMatchObject({ _tag: 'InvalidArgument', argument: 'bufferSize', value: bufferSize })
  })
})
