import type { Either } from 'fp-ts/Either'
import { complete, type GradientCheckSettings, inspected, trialOf } from './checkGradients'
import { check, type GradientReport, insist } from './gradients/check'
import type { Misuse } from './gradients/misuse'
import type { RandomProgram } from './programs'

/**
 * `checkGradients` of a random program on its inputs.
 * @example
 * import { assert, property } from 'fast-check'
 * import { checkProgram, programs } from 'gradfold/testing'
 * assert(property(programs(), (program) => checkProgram(program)), { numRuns: 10 })
 */
export const checkProgram = ({ run, inputs }: RandomProgram, settings: GradientCheckSettings = {}): void =>
  insist(check(trialOf(run, inputs), complete(settings)))

/** The same check as a report; what cannot be checked is a Left. */
export const inspectProgram = (
  { run, inputs }: RandomProgram,
  settings: GradientCheckSettings = {}
): Either<Misuse, GradientReport> => inspected(() => check(trialOf(run, inputs), complete(settings)))
