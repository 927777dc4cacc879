/** Kernels that tell of every call, or fail at one of them. */
import { KernelFailure, type Kernels } from 'gradfold'

/** What asks for no memory and computes nothing. */
const quiet: ReadonlySet<string> = new Set(['shapeOf', 'dtypeOf', 'read', 'release', 'memory', 'failure'])

/** The same kernels, which hand the name of each computation to `before` first; those of a scope inside do, too. */
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

export interface Countdown {
  readonly kernels: Kernels
  /** From here on: how many calls succeed before one fails; the ones after it succeed again. */
  readonly failAfter: (calls: number) => void
  /** Whether it came to that. */
  readonly hasFailed: () => boolean
}

/** Kernels that are out of memory once. */
export const faultyKernels = (kernels: Kernels): Countdown => {
  let left = Infinity
  return {
    kernels: watchedKernels(kernels, (operation) => {
      if (left-- === 0) throw new KernelFailure('outOfMemory', `no room for ${operation}`)
    }),
    failAfter: (calls) => {
      left = calls
    },
    hasFailed: () => left < 0
  }
}
