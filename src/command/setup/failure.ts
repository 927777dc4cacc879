/** Why setup stopped, in words for people. */
import { type Either, left } from 'fp-ts/Either'
import { messageOf } from '../../kernels/tensorflow/openAddon'

export interface Failure {
  /** What happened, the likely cause, the way out. */
  readonly message: string
  /** Whether what is staged is sound, so that the next run goes on from it. */
  readonly resumable: boolean
  /** What became of the folder. */
  readonly notes?: ReadonlyArray<string>
}

export type Outcome<A> = Either<Failure, A>

/** The way out lies outside; what is staged stays. */
export const paused = (message: string): Outcome<never> => left({ message, resumable: true })

/** What is staged is of no use any more. */
export const spoiled = (message: string): Outcome<never> => left({ message, resumable: false })

export const diskFull = (folder: string): Outcome<never> =>
  spoiled(
    `The disk is full: no space was left while setup wrote to ${folder}. Something else took it meanwhile, or a quota ends ` +
      'earlier than the disk. Free some space and run the command again.'
  )

/** What was thrown by a call of the system; anything else is a defect of gradfold and is thrown on. */
export const failureOf = (thrown: unknown, folder: string): Outcome<never> => {
  const code = codeOf(thrown)
  if (code === undefined) throw thrown
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(folder)
  const message = messageOf(thrown)
  return code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
    ? paused(
        `${folder} cannot be written to (${message}). It probably belongs to another user: run the command as that user, ` +
          'or install the packages as yourself.'
      )
    : spoiled(
        `The system refused what setup needs (${message}). Run the command again, and look at ${folder} if it repeats.`
      )
}

/** The system's name for what went wrong. */
export const codeOf = (thrown: unknown): string | undefined =>
  typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : undefined
