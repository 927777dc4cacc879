import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { pipe } from 'fp-ts/function'
import { collectData, dataFrom, iterateData, mapData, prefetchData } from 'gradfold'
import { allOf, collected, kindsOf, leaveAfter, watched } from '../../support/dataSources'
import { leftOf, rightOf } from '../../support/results'
import { runs } from '../../support/runs'

describe('prefetchData', () => {
  it('changes nothing', async () => {
    const failing = fc.option(fc.nat({ max: 12 }), { nil: undefined })
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 12 }), failing, fc.integer({ min: 1, max: 15 }), async (count, fails, size) => {
        const plain = await allOf(iterateData(watched(count, fails).data))
        const { data, closed } = watched(count, fails)
        const ahead = await allOf(iterateData(prefetchData(size)(data)))
        expect(ahead.map(({ _tag }) => _tag)).toEqual(plain.map(({ _tag }) => _tag))
        expect(ahead.filter(({ _tag }) => _tag === 'Right')).toEqual(plain.filter(({ _tag }) => _tag === 'Right'))
        expect(closed()).toBe(1)
        for (const source of kindsOf([...Array(count).keys()])) {
          expect(await collected(prefetchData(size)(source))).toEqual([...Array(count).keys()])
        }
      }),
      { numRuns: runs(40) }
    )
  })

  it.each([1, 2, 5])('makes %d while one is worked on, and no more', async (size) => {
    const { data, given } = watched(20)
    let taken = 0
    for await (const example of iterateData(prefetchData(size)(data))) {
      expect(rightOf(example)).toBe(taken++)
      await setImmediate()
      // Ready while the reader was busy: this is what prefetching is for.
      expect(given()).toBe(Math.min(20, taken + size))
    }
    expect(taken).toBe(20)
  })

  it('makes one after another', async () => {
    let now = 0
    const alone = async (n: number): Promise<number> => {
      expect(++now).toBe(1)
      await setImmediate()
      now--
      return n
    }
    expect(await collected(pipe(dataFrom([1, 2, 3, 4]), mapData(alone), prefetchData(3)))).toEqual([1, 2, 3, 4])
  })

  it('closes the source when it is left, and asks it for nothing more', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), async (size, leaveAt) => {
        const { data, given, closed } = watched(100)
        await leaveAfter(leaveAt, iterateData(prefetchData(size)(data)))
        const then = given()
        expect(then).toBeLessThanOrEqual(leaveAt + size)
        await setImmediate()
        expect([given(), closed()]).toEqual([then, 1])
      }),
      { numRuns: runs(30) }
    )
  })

  it('opens nothing for a reader that never asks', async () => {
    const { data, opened } = watched(9)
    await iterateData(prefetchData(2)(data)).return()
    expect(opened()).toBe(0)
  })

  it.each([0, -1, 0.5, NaN])('refuses a size of %d', async (size) => {
    expect(leftOf(await collectData(prefetchData(size)(dataFrom([1]))))).toMatchObject({
      argument: 'size',
      value: size
    })
  })
})
