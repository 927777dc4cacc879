import type { Result } from '../error/result'
import { allOrNothing } from '../tape/allOrNothing'
import type { Tape, Traced } from '../tape/tape'
import { fold, map, named } from '../tape/trace'
import type { Variable } from '../tape/variable'
import type { Forward, Layer } from './layer'
import { type Element, type MadeAll, makeAll } from './made'

/** One layer after the other. */
export interface Sequential<L extends ReadonlyArray<Layer> = ReadonlyArray<Layer>> {
  readonly _tag: 'Sequential'
  readonly layers: L
}

/** The elements one by one, or all in one list. */
type Elements = ReadonlyArray<Element> | readonly [ReadonlyArray<Element>]

type Listed<E extends Elements> = E extends readonly [infer L extends ReadonlyArray<Element>] ? L : E

/**
 * One layer after the other; elements are layers, or functions that make one on the tape they are given, one by one or in
 * a list. Parameters get the paths "0.weight", "2.bias" and so on.
 * @example
 * import { activation, defaultKernels, linear, parameters, sequential, startTape } from 'gradfold'
 * import { isRight } from 'fp-ts/Either'
 * const model = sequential(
 *   startTape(defaultKernels()),
 *   (tape) => linear(tape, 784, 128),
 *   activation('relu'),
 *   (tape) => linear(tape, 128, 10)
 * )
 * if (isRight(model)) console.log(parameters(model.right.value).map(({ path }) => path))
 * // => ['0.weight', '0.bias', '2.weight', '2.bias']
 */
// NoInfer: where a layer is expected, as inside another sequential, the elements alone say what they are.
export function sequential<const E extends Elements>(
  tape: Tape,
  ...elements: E
): Result<Traced<Sequential<NoInfer<MadeAll<Listed<E>>>>>>
export function sequential(
  tape: Tape,
  ...elements: ReadonlyArray<Element | ReadonlyArray<Element>>
): Result<Traced<Sequential>> {
  return map((layers: ReadonlyArray<Layer>): Sequential => ({ _tag: 'Sequential', layers }))(
    makeAll(tape, elements.flat())
  )
}

/** Each layer of what the one before it gives, recorded under its place: "2" of the third. */
export const sequentialForward = (
  tape: Tape,
  { layers }: Sequential,
  x: Variable,
  forward: Forward
): Result<Traced<Variable>> =>
  allOrNothing(tape, () =>
    fold(tape, layers, x, (at, value, inner, index) => named(at, `${index}`, (below) => forward(below, inner, value)))
  )
