/** Kernels that tell of every call, or fail at one of them: what a program does when its memory is full can be tried. */
import { fromNullable, type Option } from 'fp-ts/Option'
import { KernelFailure, type Kernels } from '../kernels/kernels'
import { fillBits, openUnit } from '../random/bits'
import { randomKey } from '../random/key'

/** What asks for no memory and computes nothing. */
const quiet: ReadonlySet<string> = new Set([
  'shapeOf',
  'dtypeOf',
  'read',
  'release',
  'memory',
  'reserved',
  'failure'
] satisfies ReadonlyArray<keyof Kernels>)

/**
 * The same kernels, which hand the name of each computation to `before` first (an upload is one; reading and releasing are
 * not). Those of a scope do, too. What `before` throws takes the place of the computation.
 * @example
 * import { constant, referenceKernels, square, startTape, trace } from 'gradfold'
 * import { watchedKernels } from 'gradfold/testing'
 * const calls: string[] = []
 * const kernels = watchedKernels(referenceKernels(), (operation) => calls.push(operation))
 * trace(startTape(kernels), function* (run) {
 *   return yield* run(square, yield* run(constant, [1, 2]))
 * })
 * console.log(calls) // => ['upload', 'square']
 */
export const watchedKernels = (kernels: Kernels, before: (operation: string) => void): Kernels =>
  new Proxy(kernels, {
    get: (target, key): unknown => {
      if (key === 'withOwnAllocations') return () => watchedKernels(target.withOwnAllocations(), before)
      const member: unknown = Reflect.get(target, key, target)
      if (typeof member !== 'function' || typeof key !== 'string' || quiet.has(key)) return member
      return (...values: ReadonlyArray<unknown>): unknown => {
        before(key)
        return Reflect.apply(member, target, values)
      }
    }
  })

/** Where it failed. */
export interface Fault {
  /** The computation that was asked for: one of `Operations`, upload, adam, ... */
  readonly operation: string
  /** How many calls had succeeded before. */
  readonly call: number
}

/** How kernels fail. */
export interface FaultSettings {
  /** What the KernelError says; outOfMemory by default. */
  readonly reason?: KernelFailure['reason']
  /** Whether all calls after it fail, too, as on a device that was lost. By default they succeed. */
  readonly lasting?: boolean
}

/** Kernels, and the say in when they fail. */
export interface FaultyKernels {
  readonly kernels: Kernels
  /** From here on: so many calls succeed, and the next fails. Infinity: none does. */
  readonly failAfter: (calls: number) => void
  /** From here on: one of the next `calls` fails, the same one for the same seed. */
  readonly failWithin: (calls: number, seed: number) => void
  /** The failure, if it has come to one since. */
  readonly fault: () => Option<Fault>
  /** How many calls there were since, the one that failed included. */
  readonly calls: () => number
}

/**
 * The same kernels, which fail when they are told to: a `KernelError` in all that uses them. What a program leaves behind
 * then, and whether it can go on, is seen by trying each call in turn.
 * @example
 * import { isLeft } from 'fp-ts/Either'
 * import { constant, memory, referenceKernels, relu, scope, show, square, startTape, trace } from 'gradfold'
 * import type { Tape } from 'gradfold'
 * import { faultyKernels } from 'gradfold/testing'
 * const program = (tape: Tape) =>
 *   scope(tape, (inner) =>
 *     trace(inner, function* (run) {
 *       return yield* run(relu, yield* run(square, yield* run(constant, [1, 2])))
 *     })
 *   )
 * const { kernels, failAfter } = faultyKernels(referenceKernels())
 * const outcomes = [0, 1, 2, 3].map((calls) => {
 *   failAfter(calls)
 *   const result = program(startTape(kernels))
 *   return isLeft(result) ? result.left.operation : show(result)
 * })
 * console.log(outcomes, memory(kernels).tensors) // => ['constant', 'square', 'relu', '[1, 4]'] 1
 */
export const faultyKernels = (kernels: Kernels, settings: FaultSettings = {}): FaultyKernels => {
  const { reason = 'outOfMemory', lasting = false } = settings
  let due = Infinity
  let made = 0
  let found: Fault | undefined
  const failAfter = (calls: number): void => {
    due = calls
    made = 0
    found = undefined
  }
  const before = (operation: string): void => {
    const call = made++
    if (call < due || (call > due && !lasting)) return
    found ??= { operation, call }
    throw new KernelFailure(
      reason,
      `A failure planted by faultyKernels: call ${call} since it was asked for, ${operation}, fails with ${reason}.`
    )
  }
  return {
    kernels: watchedKernels(kernels, before),
    failAfter,
    failWithin: (calls, seed) => failAfter(Math.floor(calls * openUnit(fillBits(randomKey(seed), 1)[0]!))),
    fault: () => fromNullable(found),
    calls: () => made
  }
}
