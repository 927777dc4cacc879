import type { Kernels } from './kernels'
import type { Listener } from './observation'

/**
 * The same kernels, which tell `listener` of every operation recorded with them, of every derivative and of every
 * `backward`; those of scopes do, too. `gradient` records what it computes, and so is told of as operations; uploads,
 * reads and an optimiser's arithmetic are not told of. What is computed is the same to the last bit. Kernels that nobody
 * observes pay one comparison for each operation.
 *
 * A failed operation is not told of. An exception in a listener does not reach the computation: the first is shown as a
 * warning of the process, and the listener is told of what comes next all the same. What a listener itself computes on
 * these kernels is not told of. Observed twice, both listeners are told, the inner one first.
 * @example
 * import { defaultKernels, observe, relu, startTape, sum, trace, uniform } from 'gradfold'
 * const seen: string[] = []
 * const kernels = observe(defaultKernels(), ({ kind, path, ...rest }) => seen.push('name' in rest ? rest.name : kind))
 * trace(startTape(kernels), function* (run) {
 *   return yield* run(sum, yield* run(relu, yield* run(uniform, [8, 4])))
 * })
 * console.log(seen) // => ['uniform', 'relu', 'sum']
 */
export const observe = (kernels: Kernels, listener: Listener): Kernels => {
  const inner = kernels.observer
  const outer = guarded(listener)
  if (inner === undefined) return withObserver(kernels, outer)
  const both = guarded((observation) => {
    inner(observation)
    outer(observation)
  })
  return withObserver(kernels, both)
}

/** Methods run on the kernels themselves, not on the proxy, and are bound once. */
const withObserver = (kernels: Kernels, observer: Listener): Kernels => {
  const methods = new Map<PropertyKey, unknown>()
  return new Proxy(kernels, {
    get: (target, key): unknown => {
      if (key === 'observer') return observer
      if (key === 'withOwnAllocations') return () => withObserver(target.withOwnAllocations(), observer)
      const known = methods.get(key)
      if (known !== undefined) return known
      const member: unknown = Reflect.get(target, key, target)
      if (typeof member !== 'function') return member
      const method = (...values: ReadonlyArray<unknown>): unknown => Reflect.apply(member, target, values)
      methods.set(key, method)
      return method
    }
  })
}

/** A listener that cannot throw, nor be told of what it does itself. */
const guarded = (listener: Listener): Listener => {
  let listening = false
  let warned = false
  return (observation) => {
    if (listening) return
    listening = true
    try {
      listener(observation)
    } catch (thrown) {
      if (!warned) process.emitWarning(warning(thrown))
      warned = true
    } finally {
      listening = false
    }
  }
}

const warning = (thrown: unknown): string =>
  `A listener given to gradfold's observe threw: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}. ` +
  'The computation goes on; no further exception of this listener is shown.'
