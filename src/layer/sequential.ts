import { isLeft } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { allOrNothing } from '../tape/allOrNothing'
import type { Tape, Traced } from '../tape/tape'
import { named, of, traverse } from '../tape/trace'
import type { Layer, Maker, Sequential } from './layer'

/** What each element of a sequential becomes. */
type Made<E> = E extends Layer ? E : E extends Maker<infer L> ? L : never

type MadeAll<E extends ReadonlyArray<Layer | Maker>> = { readonly [K in keyof E]: Made<E[K]> }

/**
 * One layer after the other; elements are layers, or functions that make one on the tape they are given. Parameters
 * get the paths "0.weight", "2.bias" and so on.
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
export function sequential<const E extends ReadonlyArray<Layer | Maker>>(
  tape: Tape,
  ...elements: E
): Result<Traced<Sequential<MadeAll<NoInfer<E>>>>>
export function sequential(tape: Tape, ...elements: ReadonlyArray<Layer | Maker>): Result<Traced<Sequential>> {
  const made = allOrNothing(tape, () =>
    traverse<Layer | Maker, Layer>(tape, elements, (at, element, index) =>
      typeof element === 'function' ? named(at, `${index}`, element) : of(at, element)
    )
  )
  return isLeft(made) ? made : of(made.right.tape, { _tag: 'Sequential', layers: made.right.value })
}
