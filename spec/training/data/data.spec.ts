import fc from 'fast-check'
import { pipe } from 'fp-ts/function'
import { collectData, type Data, dataFrom, filterData, iterateData, mapData, skipData, takeData } from 'gradfold'
import { allOf, collected, kindsOf, leaveAfter, watched } from '../../support/dataSources'
import { leftOf, rightOf } from '../../support/results'
import { runs } from '../../support/runs'

const lists = fc.array(fc.integer(), { maxLength: 20 })

describe('dataFrom', () => {
  it('gives the examples of every kind of source in each epoch anew', async () => {
    await fc.assert(
      fc.asyncProperty(lists, async (examples) => {
        for (const data of kindsOf(examples)) {
          expect(await collected(data)).toEqual(examples)
          expect(await collected(data, 1)).toEqual(examples)
        }
      }),
      { numRuns: runs(30) }
    )
  })

  it('reads nothing before it is iterated, and no more than is asked for', async () => {
    const { data, given, opened, closed } = watched(100)
    const piped = pipe(
      data,
      mapData((n) => n + 1),
      filterData((n) => n % 2 === 0)
    )
    expect(opened()).toBe(0)
    for await (const example of iterateData(piped)) if (rightOf(example) === 4) break
    expect([given(), opened(), closed()]).toEqual([4, 1, 1])
  })

  it('is not changed by a later change of the array', async () => {
    const examples = [1, 2, 3]
    const data = dataFrom(examples)
    examples.pop()
    expect([await collected(data), data.count]).toEqual([[1, 2, 3], 3])
  })

  it('keeps promises that are examples of a plain iterable', async () => {
    const promise = Promise.resolve(1)
    expect((await collected(dataFrom(new Set([{ promise }]))))[0]?.promise).toBe(promise)
  })

  it('goes once through an iterator, and says so at the second time', async () => {
    for (const data of [dataFrom([1, 2].values()), watchedIterator()]) {
      expect(await collected(data)).toEqual([1, 2])
      expect(leftOf(await collectData(data, { epoch: 1 }))).toMatchObject({
        _tag: 'InvalidArgument',
        operation: 'dataFrom',
        argument: 'source',
        message: expect.stringContaining('hand over the function') as unknown
      })
    }
  })

  it('ends with what the source throws, and where', async () => {
    const { data, closed } = watched(10, 3)
    const results = await allOf(iterateData(data, { epoch: 2 }))
    expect(results.slice(0, 3).map(rightOf)).toEqual([0, 1, 2])
    expect(results).toHaveLength(4)
    expect(leftOf(results[3]!)).toMatchObject({ _tag: 'InvalidArgument', operation: 'dataFrom', argument: 'source' })
    expect(leftOf(results[3]!).message).toMatch(/position 3 of epoch 2: the disk is gone/)
    expect(closed()).toBe(1)
  })

  it('ends with what a function throws that should give an iterable', async () => {
    const data = dataFrom((): ReadonlyArray<number> => {
      throw new TypeError('no such folder')
    })
    expect(leftOf(await collectData(data)).message).toMatch(/position 0 of epoch 0: no such folder/)
  })

  it('lets pass what a source throws while it is closed', async () => {
    const data = dataFrom(function* () {
      try {
        yield 1
      } finally {
        throw new Error('cannot close')
      }
    })
    await expect(leaveAfter(1, iterateData(data))).rejects.toThrow('cannot close')
  })

  it('refuses what is no source, and epochs that are none', async () => {
    const source: unknown = { x: [1, 2] }
    expect(leftOf(await collectData(dataFrom(source as number[])))).toMatchObject({ argument: 'source', value: source })
    for (const epoch of [-1, 0.5, NaN]) {
      expect(leftOf(await collectData(dataFrom([1]), { epoch }))).toMatchObject({ argument: 'epoch', value: epoch })
    }
  })
})

const watchedIterator = (): Data<number> =>
  dataFrom(
    (async function* () {
      yield await Promise.resolve(1)
      yield 2
    })()
  )

describe('mapData', () => {
  it('is map, for functions that wait and such that do not, for any concurrency', async () => {
    await fc.assert(
      fc.asyncProperty(lists, fc.integer({ min: 1, max: 5 }), async (examples, concurrency) => {
        const expected = examples.map((n, i) => [n * 2, i, 3])
        for (const data of kindsOf(examples)) {
          const plain = mapData((n: number, { position, epoch }) => [n * 2, position, epoch], { concurrency })
          const later = mapData(
            async (n: number, { position, epoch }) => {
              for (let turn = n & 3; turn > 0; turn--) await Promise.resolve()
              return [n * 2, position, epoch]
            },
            { concurrency }
          )
          expect(await collected(plain(data), 3)).toEqual(expected)
          expect(await collected(later(data), 3)).toEqual(expected)
          expect(await collected(mapData(([n]: number[]) => n)(later(data)), 3)).toEqual(examples.map((n) => n * 2))
        }
      }),
      { numRuns: runs(30) }
    )
  })

  it('has so many calls under way, and no more', async () => {
    let now = 0
    let most = 0
    const work = async (n: number): Promise<number> => {
      most = Math.max(most, ++now)
      await new Promise((resolve) => setImmediate(resolve))
      now--
      return n
    }
    const examples = Array.from({ length: 20 }, (_, i) => i)
    expect(await collected(pipe(dataFrom(examples), mapData(work, { concurrency: 4 })))).toEqual(examples)
    expect([most, now]).toEqual([4, 0])
  })

  it.each([1, 3])('ends with what the function throws, at once or later; concurrency %d', async (concurrency) => {
    for (const data of kindsOf([1, 2, 3, 4])) {
      for (const f of [
        (n: number): number => {
          if (n === 3) throw new RangeError('no three')
          return n
        },
        (n: number): Promise<number> => (n === 3 ? Promise.reject(new RangeError('no three')) : Promise.resolve(n))
      ]) {
        const results = await allOf(iterateData(mapData(f, { concurrency })(data)))
        expect(results.slice(0, -1).map(rightOf)).toEqual([1, 2])
        const error = leftOf(results[2]!)
        expect(error).toMatchObject({ _tag: 'InvalidArgument', operation: 'mapData', argument: 'f' })
        expect(error.message).toMatch(/position 2 of epoch 0: no three/)
      }
    }
  })

  it('hands errors on, and closes the source', async () => {
    const { data, closed } = watched(9, 2)
    const identity = (n: number): number => n
    const piped = pipe(data, mapData(identity, { concurrency: 4 }), mapData(identity), filterData(Boolean))
    expect(leftOf(await collectData(piped))).toMatchObject({ operation: 'dataFrom' })
    const early = watched(9)
    await leaveAfter(1, iterateData(pipe(early.data, mapData(identity, { concurrency: 4 }))))
    expect([closed(), early.closed(), early.given()]).toEqual([1, 1, 4])
  })

  it('refuses a concurrency below 1', async () => {
    for (const concurrency of [0, -1, 1.5, NaN]) {
      const error = leftOf(await collectData(mapData((n: number) => n, { concurrency })(dataFrom([1]))))
      expect(error).toMatchObject({ _tag: 'InvalidArgument', argument: 'concurrency', value: concurrency })
    }
  })
})

describe('filterData', () => {
  it('is filter', async () => {
    await fc.assert(
      fc.asyncProperty(lists, async (examples) => {
        const expected = examples.filter((n, i) => (n + i) % 3 > 0)
        for (const data of kindsOf(examples)) {
          expect(await collected(filterData((n: number, { position }) => (n + position) % 3 > 0)(data))).toEqual(
            expected
          )
          const later = filterData((n: number, { position }) => Promise.resolve((n + position) % 3 > 0))
          expect(await collected(later(data))).toEqual(expected)
        }
      }),
      { numRuns: runs(20) }
    )
  })

  it('ends with what the function throws', async () => {
    const keep = (): boolean => {
      throw new Error('undecided')
    }
    expect(leftOf(await collectData(filterData(keep)(dataFrom([1])))).message).toMatch(/^filterData: keep .*undecided/)
  })
})

describe('takeData and skipData', () => {
  it('are the two parts of the data', async () => {
    await fc.assert(
      fc.asyncProperty(lists, fc.nat({ max: 25 }), async (examples, count) => {
        for (const data of kindsOf(examples)) {
          const [taken, rest] = [takeData(count)(data), skipData(count)(data)]
          expect([...(await collected(taken)), ...(await collected(rest))]).toEqual(examples)
          expect((await collected(taken)).length).toBe(Math.min(count, examples.length))
          if (taken.count !== undefined) expect(taken.count + (rest.count ?? NaN)).toBe(examples.length)
        }
      }),
      { numRuns: runs(30) }
    )
  })

  it('takes no more than it gives, and closes the source', async () => {
    const { data, given, closed, opened } = watched(9)
    expect(await collected(takeData(2)(data))).toEqual([0, 1])
    expect([given(), closed()]).toEqual([2, 1])
    expect(await collected(takeData(0)(data))).toEqual([])
    expect(opened()).toBe(1)
  })

  it('do not skip an error', async () => {
    expect(leftOf(await collectData(skipData(5)(watched(9, 2).data)))).toMatchObject({ operation: 'dataFrom' })
  })

  it.each([-1, 0.5, NaN])('refuse %d', async (count) => {
    for (const part of [takeData(count), skipData(count)]) {
      expect(leftOf(await collectData(part(dataFrom([1]))))).toMatchObject({ argument: 'count', value: count })
    }
  })
})
