import { left, map, right } from 'fp-ts/Either'
import type { Either } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { referenceKernels } from '../kernels/reference/referenceKernels'
import type { Input } from '../tape/input'
import type { Tape, Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'
import { check, type CheckSettings, type GradientReport, insist } from './gradients/check'
import type { Trial } from './gradients/derivativeOf'
import { Misuse } from './gradients/misuse'
import { hostOf } from './gradients/subject'
import { leafName } from './programs/program'

/** What a function under test records. */
export type Recording = Result<Traced<Variable>>

/** A function of any number of variables that records on a tape. */
export type Recorder = (tape: Tape, ...inputs: ReadonlyArray<Variable>) => Recording

/** Operations with settings of their own, which a check leaves out. */
type OfOne = (tape: Tape, x: Variable) => Recording
type OfTwo = (tape: Tape, x: Variable, y: Variable) => Recording

/** Takes a function under test and gives a function of as many tensors. */
interface Check<A> {
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- a property infers its types from the generators only if the predicate is generic
  (f: Recorder, settings?: GradientCheckSettings): <I extends ReadonlyArray<Input>>(...inputs: I) => A
  (f: OfOne, settings?: GradientCheckSettings): (x: Input) => A
  (f: OfTwo, settings?: GradientCheckSettings): (x: Input, y: Input) => A
}

/** Settings of a gradient check. */
export interface GradientCheckSettings {
  /** 1 for gradients, 2 for gradients of gradients; both by default. */
  readonly orders?: ReadonlyArray<number>
  /** Of the tape's key, the upstream gradients and the directions; 0 by default. */
  readonly seed?: number
  /** Whether the function may draw from the tape's key: it then draws the same numbers each time. */
  readonly random?: boolean
  /** Whether the result has to be one number, as a loss. */
  readonly scalar?: boolean
}

/**
 * A predicate for properties that throws unless the gradients of `f` with respect to all of its float32 inputs are those that
 * central differences in float64 say, and the gradients of these gradients too. A result that is not one number is taken times
 * an upstream gradient that is not constant. The error bound follows from the step and the numbers: no tolerance is set. A place
 * where an operation has a kink, however small the step, is left out.
 *
 * Throws GradientError with the smallest program that shows what is wrong, Misuse where `f` cannot be checked, and, where no
 * place could be compared, what makes a fast-check property take another example.
 * @example
 * import { assert, property } from 'fast-check'
 * import { mul, tanh, trace } from 'gradfold'
 * import { checkGradients, tensors } from 'gradfold/testing'
 * assert(property(tensors(), checkGradients((tape, x) =>
 *   trace(tape, function* (run) {
 *     return yield* run(mul, x, yield* run(tanh, x))
 *   })
 * )), { numRuns: 5 })
 */
export const checkGradients: Check<void> =
  (f: Recorder, settings: GradientCheckSettings = {}) =>
  (...inputs: ReadonlyArray<Input>): void =>
    insist(check(trialOf(f, inputs), complete(settings)))

/**
 * The same check as a report; what cannot be checked is a Left.
 * @example
 * import { isRight } from 'fp-ts/Either'
 * import { relu } from 'gradfold'
 * import { inspectGradients } from 'gradfold/testing'
 * const found = inspectGradients(relu)([-1, 0, 2])
 * if (isRight(found)) console.log(found.right.right, found.right.orders[0]?.excluded.map(({ reason }) => reason)) // => true ['kink']
 */
export const inspectGradients: Check<Either<Misuse, GradientReport>> =
  (f: Recorder, settings: GradientCheckSettings = {}) =>
  (...inputs: ReadonlyArray<Input>): Either<Misuse, GradientReport> =>
    inspected(() => check(trialOf(f, inputs), complete(settings)))

/** A Misuse as a Left. */
export const inspected = <A>(body: () => A): Either<Misuse, A> => {
  try {
    return right(body())
  } catch (thrown) {
    if (thrown instanceof Misuse) return left(thrown)
    throw thrown
  }
}

export const complete = ({
  orders = [1, 2],
  seed = 0,
  random = false,
  scalar = false
}: GradientCheckSettings): CheckSettings => ({ orders, seed, random, scalar, kernels: referenceKernels() })

/** A function and its inputs as something to check. */
export const trialOf = (f: Recorder, inputs: ReadonlyArray<Input>): Trial => ({
  subject: {
    names: inputs.map((_, place) => leafName(place)),
    record: (tape, variables) =>
      pipe(
        f(tape, ...variables),
        map(({ value, tape: next }) => ({ value: [value], tape: next }))
      )
  },
  inputs: inputs.map(hostOf)
})
