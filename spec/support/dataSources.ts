/** Sources of examples that tell what was done with them. */
import { collectData, type Data, dataFrom, type Result } from 'gradfold'
import { rightOf } from './results'

/** What a source was asked for. */
export interface Watched {
  readonly data: Data<number>
  /** How many examples it has given. */
  readonly given: () => number
  readonly opened: () => number
  readonly closed: () => number
}

/** 0 ... count - 1 from an async generator function, which throws at `failing`. */
export const watched = (count: number, failing?: number): Watched => {
  const seen = { given: 0, opened: 0, closed: 0 }
  const data = dataFrom(async function* () {
    seen.opened++
    try {
      for (let i = 0; i < count; i++) {
        await Promise.resolve()
        if (i === failing) throw new Error('the disk is gone')
        seen.given++
        yield i
      }
    } finally {
      seen.closed++
    }
  })
  return { data, given: () => seen.given, opened: () => seen.opened, closed: () => seen.closed }
}

/** The four kinds of sources, of the same examples. */
export const kindsOf = <A>(examples: ReadonlyArray<A>): ReadonlyArray<Data<A>> => [
  dataFrom(examples),
  dataFrom({ [Symbol.iterator]: () => examples[Symbol.iterator]() }),
  dataFrom(function* () {
    yield* examples
  }),
  dataFrom(async function* () {
    for (const example of examples) yield await Promise.resolve(example)
  })
]

export const collected = async <A>(data: Data<A>, epoch = 0): Promise<ReadonlyArray<A>> =>
  rightOf(await collectData(data, { epoch }))

/** Every Result that comes, errors too. */
export const allOf = async <A>(results: AsyncIterable<Result<A>>): Promise<ReadonlyArray<Result<A>>> => {
  const all: Result<A>[] = []
  for await (const result of results) all.push(result)
  return all
}

/** Reads so many results, as a loop that is then left. */
export const leaveAfter = async (count: number, results: AsyncIterable<unknown>): Promise<void> => {
  const iterator = results[Symbol.asyncIterator]()
  for (let i = 0; i < count; i++) await iterator.next()
  await iterator.return?.()
}
