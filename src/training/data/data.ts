/**
 * Pipelines of examples: plain values that say how each epoch is gone through. Nothing is read before `iterateData`,
 * and each iteration begins anew. An iteration gives Results, and ends with its first Left.
 */
import { isLeft, left } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import { invalidArgument, type TensorError } from '../../error/tensorError'

/** A value now or later. */
export type Awaitable<A> = A | Promise<A>

/** Where an example is: its number in this stage, from 0, and the number of the epoch, from 0. */
export interface Place {
  readonly position: number
  readonly epoch: number
}

/** Examples that can be had by number, in any order. */
export interface IndexedData<A> {
  readonly _tag: 'IndexedData'
  readonly count: number
  /** True after `batchData`: what it holds are whole batches. */
  readonly batched: boolean
  readonly open: (epoch: number) => (index: number) => Awaitable<Result<A>>
}

/** Examples that come one after another. */
export interface StreamData<A> {
  readonly _tag: 'StreamData'
  /** How many, where that is known before. */
  readonly count: number | undefined
  /** True after `batchData`: what it holds are whole batches. */
  readonly batched: boolean
  readonly open: (epoch: number) => AsyncGenerator<Result<A>, void, void>
}

/** A pipeline of examples: what `dataFrom` begins and `mapData`, `shuffleData`, `batchData` and the others go on with. */
export type Data<A> = IndexedData<A> | StreamData<A>

/** A stage whose examples come one after another; `count` and `batched` as in the stage before, unless told. */
export const streamData = <A>(
  before: { readonly count: number | undefined; readonly batched: boolean },
  open: StreamData<A>['open']
): StreamData<A> => ({ _tag: 'StreamData', count: before.count, batched: before.batched, open })

/** A stage that cannot be gone through: the error is the first and only thing that it gives. */
export const refusedData = <A>(error: TensorError): StreamData<A> =>
  streamData({ count: undefined, batched: false }, () => only(left(error)))

async function* only<A>(result: Result<A>): AsyncGenerator<Result<A>, void, void> {
  yield await Promise.resolve(result)
}

/** The examples of one epoch, one after another. */
export const streamOf = <A>(data: Data<A>, epoch: number): AsyncGenerator<Result<A>, void, void> =>
  data._tag === 'StreamData' ? data.open(epoch) : inOrder(data.count, data.open(epoch))

async function* inOrder<A>(
  count: number,
  at: (index: number) => Awaitable<Result<A>>
): AsyncGenerator<Result<A>, void, void> {
  for (let i = 0; i < count; i++) {
    const example = await at(i)
    yield example
    if (isLeft(example)) return
  }
}

/** What a user's function gave, or what it threw as an InvalidArgument; never rejects. */
export const attemptUser = <A>(
  operation: string,
  argument: string,
  place: Place,
  call: () => Awaitable<A>,
  wrap: (value: A) => Result<A>
): Awaitable<Result<A>> => {
  const refuse = (thrown: unknown): Result<A> => left(thrownError(operation, argument, placeText(place), thrown))
  try {
    const value = call()
    return isPromise(value) ? Promise.resolve(value).then(wrap, refuse) : wrap(value)
  } catch (thrown) {
    return refuse(thrown)
  }
}

/** By its `then`: a promise of another realm is no instance of this one's Promise. */
const isPromise = <A>(value: Awaitable<A>): value is Promise<A> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

/** InvalidArgument with the text of what was thrown, and where. */
export const thrownError = (operation: string, argument: string, where: string, thrown: unknown): TensorError =>
  invalidArgument(
    operation,
    argument,
    thrown,
    `${operation}: ${argument} threw at ${where}: ${textOf(thrown)}. It ended there: correct what it met, or catch the ` +
      'error in your function.'
  )

/** `position 7 of epoch 0` */
export const placeText = ({ position, epoch }: Place): string => `position ${position} of epoch ${epoch}`

const textOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

/** True for a whole number from `least` up. */
export const isCount = (count: number, least: number): boolean => Number.isSafeInteger(count) && count >= least

/** InvalidArgument for a number that has to be a whole number from `least` up. */
export const countError = (
  operation: string,
  argument: string,
  value: unknown,
  least: number,
  advice: string
): TensorError =>
  invalidArgument(
    operation,
    argument,
    value,
    `${operation} needs ${argument} to be a whole number from ${least} up, not ${String(value)}: ${advice}.`
  )
