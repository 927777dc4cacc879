/** The TensorFlow of this process: started at the first call, the same one ever after. */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { chain, type Either, left, map, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Binding } from './binding'
import { THREADS } from './environment'
import { gpuName, hasGpu } from './gpu'
import { ADDON, findPackage, PACKAGE, readSetup } from './installation'
import { openAddon } from './openAddon'
import { Session } from './session'

/** The addon is one object for a process; its session keeps its ids apart, so there is one for it. */
const sessions = new WeakMap<Binding, Session>()

/** The session, or why there is none. `threads` has an effect at the start only. */
export const startTensorflow = (threads: number | undefined): Either<string, Session> => {
  const folder = findPackage()
  if (folder === undefined) return left(`${PACKAGE} is not installed`)
  return pipe(
    readSetup(folder),
    chain(() => {
      if (threads !== undefined) process.env[THREADS] ??= String(threads)
      return openAddon(join(folder, ADDON))
    }),
    map(sessionOf),
    chain((session) =>
      threads === undefined || threads === session.threads
        ? right(session)
        : left(`TensorFlow has started with ${session.threads} threads, and does not take ${threads} afterwards`)
    )
  )
}

const sessionOf = (binding: Binding): Session => {
  const known = sessions.get(binding)
  if (known !== undefined) return known
  const threads = Number(process.env[THREADS] ?? 0) || availableParallelism()
  const session = new Session(binding, threads, deviceOf(binding, threads))
  sessions.set(binding, session)
  return session
}

const deviceOf = (binding: Binding, threads: number): string => {
  const library = `TensorFlow ${binding.TF_Version}`
  if (binding.isUsingGpuDevice()) return `${gpuName()}, ${library}`
  const unused = hasGpu() ? ', which does not use the GPU here (`gradfold doctor` says why)' : ''
  return `CPU, ${library}, ${threads} thread${threads === 1 ? '' : 's'}${unused}`
}
