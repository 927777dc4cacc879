import { left, right } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import { invalidArgument } from '../../error/tensorError'
import { type Data, placeText, refusedData, streamData, thrownError } from './data'

/** Where examples come from; a function is called anew for each epoch. */
export type DataSource<A> = Iterable<A> | AsyncIterable<A> | (() => Iterable<A> | AsyncIterable<A>)

/**
 * A pipeline over an array, an iterable, an async iterable, or a function that gives one, a generator function say.
 * An array is copied (its examples are not), has a known count, and is shuffled as a whole. Nothing is read before the
 * pipeline is iterated. An iterator that can be gone through but once, a generator object say, serves one epoch.
 *
 * Errors, met when it is iterated: InvalidArgument for what the source throws, with the position, for a second epoch of
 * an iterator, and for a source that is none of these.
 * @example
 * import { collectData, dataFrom } from 'gradfold'
 * const squares = dataFrom(function* () {
 *   for (let i = 0; i < 4; i++) yield i * i
 * })
 * console.log(await collectData(squares)) // => { _tag: 'Right', right: [ 0, 1, 4, 9 ] }
 */
export const dataFrom = <A>(source: DataSource<A>): Data<A> => {
  if (typeof source === 'function') {
    return streamData({ count: undefined, batched: false }, (epoch) => walk(() => right(source()), epoch))
  }
  if (isArray(source)) {
    const examples = [...source]
    return {
      _tag: 'IndexedData',
      count: examples.length,
      batched: false,
      open: () => (index) => right(examples[index]!)
    }
  }
  if (isAsync(source) || isSync(source)) {
    const open = anew(source)
    return streamData({ count: undefined, batched: false }, (epoch) => walk(open, epoch))
  }
  const text =
    'dataFrom needs an array, an iterable, an async iterable, or a function that gives one: for a record of arrays, ' +
    'hand it over as it is, or use rowData.'
  return refusedData(invalidArgument('dataFrom', 'source', source, text))
}

const isArray = <A>(source: Iterable<A> | AsyncIterable<A>): source is ReadonlyArray<A> => Array.isArray(source)

const isAsync = <A>(source: Iterable<A> | AsyncIterable<A>): source is AsyncIterable<A> =>
  typeof source === 'object' && Symbol.asyncIterator in source

const isSync = (source: unknown): boolean =>
  typeof source === 'string' || (typeof source === 'object' && source !== null && Symbol.iterator in source)

/** Opens an iterable; an iterator, which is its own, only once: a second epoch of it would be empty and not say so. */
const anew = <A>(source: Iterable<A> | AsyncIterable<A>): (() => Result<Iterable<A> | AsyncIterable<A>>) => {
  let opened = false
  const checked = <I extends object, O>(iterator: I, wrap: (iterator: I) => O): Result<O> => {
    const text =
      'dataFrom was given an iterator that was gone through already: hand over the function that makes it, ' +
      'so that each epoch begins anew.'
    if (opened && Object.is(iterator, source)) return left(invalidArgument('dataFrom', 'source', source, text))
    opened = true
    return right(wrap(iterator))
  }
  return () =>
    isAsync(source)
      ? checked(source[Symbol.asyncIterator](), (iterator) => ({ [Symbol.asyncIterator]: () => iterator }))
      : checked(source[Symbol.iterator](), (iterator) => ({ [Symbol.iterator]: () => iterator }))
}

/** Goes through what was opened. Leaving early closes it, as `for` does. */
async function* walk<A>(
  open: () => Result<Iterable<A> | AsyncIterable<A>>,
  epoch: number
): AsyncGenerator<Result<A>, void, void> {
  let position = 0
  let waiting = true
  try {
    const opened = open()
    if (opened._tag === 'Left') {
      yield opened
      return
    }
    // Not `for await` for both: it would wait for promises that are examples themselves.
    if (isAsync(opened.right)) {
      for await (const example of opened.right) {
        waiting = false
        yield right(example)
        waiting = true
        position++
      }
    } else {
      for (const example of opened.right) {
        waiting = false
        yield right(example)
        waiting = true
        position++
      }
    }
  } catch (thrown) {
    // Thrown while the source was closed, after its reader had left: there is nobody to hand a Left to.
    if (!waiting) throw thrown
    yield left(thrownError('dataFrom', 'source', placeText({ position, epoch }), thrown))
  }
}
