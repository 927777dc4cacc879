/**
 * Composition. Because the tape comes first, an operation of one value is a continuation already: `andThen(relu)`.
 * `trace` reads like a program and does the same.
 */
import { type Either, isLeft, map as mapEither, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import type { TensorError } from '../error/tensorError'
import { contextOf, joinPath, type Tape, type Traced, withPath } from './tape'

/**
 * A value that is on this tape already, or needs none: the unit of andThen.
 * @example
 * import { pipe } from 'fp-ts/function'
 * import { andThen, defaultKernels, of, show, startTape, uniform } from 'gradfold'
 * console.log(show(pipe(of(startTape(defaultKernels()), [0, 3]), andThen(uniform)))) // => []
 */
export const of = <A>(tape: Tape, value: A): Result<Traced<A>> => right({ value, tape })

/**
 * Goes on with the value on the tape that came with it; a Left passes.
 * @example
 * import { andThen, constant, defaultKernels, relu, startTape, sum } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * pipe(constant(startTape(defaultKernels()), [-1, 2]), andThen(relu), andThen(sum))
 */
export const andThen =
  <A, B>(f: (tape: Tape, value: A) => Result<Traced<B>>) =>
  (result: Result<Traced<A>>): Result<Traced<B>> =>
    isLeft(result) ? result : f(result.right.tape, result.right.value)

/**
 * Changes the value alone, with a function that records nothing.
 * @example
 * import { pipe } from 'fp-ts/function'
 * import { constant, defaultKernels, map, show, startTape } from 'gradfold'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [1, 2]), map((x) => x)))) // => [1, 2]
 */
export const map = <A, B>(f: (value: A) => B): ((result: Result<Traced<A>>) => Result<Traced<B>>) =>
  mapEither(({ value, tape }) => ({ value: f(value), tape }))

/**
 * Brings an Either that knows no tape into a trace: `yield* run(lift, read(x))`.
 * @example
 * import { constant, defaultKernels, item, lift, startTape, trace } from 'gradfold'
 * trace(startTape(defaultKernels()), function* (run) {
 *   const x = yield* run(constant, 2)
 *   console.log(yield* run((tape) => lift(tape, item(x)))) // => 2
 * })
 */
export const lift = <A>(tape: Tape, either: Either<TensorError, A>): Result<Traced<A>> =>
  mapEither((value: A) => ({ value, tape }))(either)

/** One step of a traced program: what `run` hands to `trace`. */
type Step = (tape: Tape) => Result<Traced<unknown>>

/** Applies an operation to the tape as it is at this point of the program. */
export interface Run {
  <A extends ReadonlyArray<unknown>, B>(
    operation: (tape: Tape, ...values: A) => Result<Traced<B>>,
    ...values: A
  ): Generator<Step, B>
}

/** What a step computed is what its operation gives: the overload says so where a generator's type cannot. */
function run<A extends ReadonlyArray<unknown>, B>(
  operation: (tape: Tape, ...values: A) => Result<Traced<B>>,
  ...values: A
): Generator<Step, B>
function* run(
  operation: (tape: Tape, ...values: ReadonlyArray<unknown>) => Result<Traced<unknown>>,
  ...values: ReadonlyArray<unknown>
): Generator<Step, unknown> {
  const value: unknown = yield (tape) => operation(tape, ...values)
  return value
}

/**
 * Runs a generator whose every `yield* run(operation, ...values)` records on the tape that the last one left, and stops
 * at the first Left.
 * @example
 * import { constant, defaultKernels, mul, startTape, sum, trace } from 'gradfold'
 * trace(startTape(defaultKernels()), function* (run) {
 *   const x = yield* run(constant, [1, 2, 3])
 *   const doubled = yield* run(mul, x, 2)
 *   return yield* run(sum, doubled)
 * })
 */
export const trace = <B>(tape: Tape, body: (run: Run) => Generator<Step, B>): Result<Traced<B>> => {
  const program = body(run)
  const end: Generator<Step, B | undefined> = program
  try {
    let at = tape
    let next = program.next()
    while (next.done !== true) {
      const result = next.value(at)
      if (isLeft(result)) return result
      at = result.right.tape
      next = program.next(result.right.value)
    }
    return right({ value: next.value, tape: at })
  } finally {
    // A program that was stopped has its `finally` blocks run; one that is done is done.
    end.return(undefined)
  }
}

/**
 * Goes through the items from the first to the last, each on the tape that the one before left.
 * @example
 * import { constant, defaultKernels, fold, mul, show, startTape, trace } from 'gradfold'
 * const product = trace(startTape(defaultKernels()), function* (run) {
 *   const one = yield* run(constant, 1)
 *   return yield* run((tape) => fold(tape, [2, 3, 4], one, mul))
 * })
 * console.log(show(product)) // => 24
 */
export const fold = <A, B>(
  tape: Tape,
  items: Iterable<A>,
  initial: B,
  f: (tape: Tape, accumulated: B, item: A, index: number) => Result<Traced<B>>
): Result<Traced<B>> => {
  let at: Traced<B> = { value: initial, tape }
  let index = 0
  for (const item of items) {
    const result = f(at.tape, at.value, item, index++)
    if (isLeft(result)) return result
    at = result.right
  }
  return right(at)
}

/**
 * Makes a value of each item, one after the other on one tape, and gives all of them.
 * @example
 * import { concat, constant, defaultKernels, show, startTape, trace, traverse } from 'gradfold'
 * const all = trace(startTape(defaultKernels()), function* (run) {
 *   const parts = yield* run((tape) => traverse(tape, [[1], [2, 3]], (at, part) => constant(at, part)))
 *   return yield* run(concat, parts)
 * })
 * console.log(show(all)) // => [1, 2, 3]
 */
export const traverse = <A, B>(
  tape: Tape,
  items: Iterable<A>,
  f: (tape: Tape, item: A, index: number) => Result<Traced<B>>
): Result<Traced<ReadonlyArray<B>>> => {
  const values: B[] = []
  const last = fold<A, unknown>(tape, items, undefined, (at, _, item, index) =>
    map((value: B) => values.push(value))(f(at, item, index))
  )
  return map(() => values)(last)
}

/**
 * Records what `body` records under a name: the layer path of its entries, parameters and errors.
 * `named(tape, 'encoder', (inner) => linear(inner, 4, 2))` makes the parameters encoder.weight and encoder.bias.
 * @example
 * import { isRight } from 'fp-ts/Either'
 * import { defaultKernels, linear, named, startTape } from 'gradfold'
 * const layer = named(startTape(defaultKernels()), 'encoder', (tape) => linear(tape, 4, 2))
 * if (isRight(layer)) console.log(layer.right.value.weight.path) // => encoder.weight
 */
export const named = <A>(tape: Tape, name: string, body: (tape: Tape) => Result<Traced<A>>): Result<Traced<A>> => {
  const { path } = contextOf(tape)
  return mapEither((inner: Traced<A>) => ({ value: inner.value, tape: withPath(inner.tape, path) }))(
    body(withPath(tape, joinPath(path, name)))
  )
}
