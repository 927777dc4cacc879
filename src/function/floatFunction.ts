/** What functions of one float32 tensor share: their checks, and that a failed call leaves nothing. */
import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { atPath, invalidArgument } from '../error/tensorError'
import { unaryRule } from '../operation/rules'
import { fitsFloat32 } from '../random/float32'
import { allOrNothing } from '../tape/allOrNothing'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { type Run, trace } from '../tape/trace'
import type { Variable } from '../tape/variable'

/** A number that a function is called with, and which it takes. */
export interface Argument {
  readonly name: string
  readonly value: number
  /** `finite` by default. */
  readonly kind?: 'finite' | 'above 0'
}

/** Runs `body` for a float32 x and arguments that are numbers it takes; errors before that name the function. */
export const floatFunction = <B>(
  tape: Tape,
  operation: string,
  x: Variable,
  body: (run: Run) => Generator<(tape: Tape) => Result<Traced<unknown>>, B>,
  ...given: ReadonlyArray<Argument>
): Result<Traced<B>> => {
  const at = atPath(contextOf(tape).path)
  for (const argument of given) {
    const checked = checkArgument(operation, argument)
    if (isLeft(checked)) return left(at(checked.left))
  }
  const typed = unaryRule(operation, 'float32')([x])
  return isLeft(typed) ? left(at(typed.left)) : allOrNothing(tape, () => trace(tape, body))
}

/** Refuses NaN, what is infinite in float32, and what is not above 0 where it has to be. */
export const checkArgument = (operation: string, { name, value, kind = 'finite' }: Argument): Result<unknown> => {
  // What is divided by has to have a reciprocal in float32, too: with an infinite one, 0 becomes NaN.
  const fits = fitsFloat32(value) && (kind === 'finite' || (value > 0 && fitsFloat32(1 / value)))
  const wanted = `a finite number${kind === 'finite' ? '' : ' above 0'} in the range of float32`
  const text = `${operation} needs ${name} to be ${wanted}, not ${value}: was it computed from something that is not finite, or is its sign wrong?`
  return fits ? right(undefined) : left(invalidArgument(operation, name, value, text))
}
