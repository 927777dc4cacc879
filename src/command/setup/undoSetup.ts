/** `gradfold setup-tensorflow --undo`: removes what setup made, and nothing else. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isLeft, right } from 'fp-ts/Either'
import { PACKAGE, RECORD } from '../../kernels/tensorflow/installation'
import { failureOf, type Outcome } from './failure'
import { withLock } from './lock'
import { size } from './report'
import { bytesIn, discardStaging, remove, stagingIn } from './staging'
import type { World } from './world'

/** The exit status. */
export const undoSetup = async (world: World): Promise<number> => {
  const folder = world.findFolder()
  if (folder === undefined) {
    world.report.say(`There is nothing to remove: ${PACKAGE} is not installed.`)
    return 0
  }
  const outcome = await withLock(folder, () => undo(folder, world)).catch((thrown: unknown) =>
    failureOf(thrown, folder)
  )
  if (isLeft(outcome)) world.report.complain(outcome.left.message)
  return isLeft(outcome) ? 1 : 0
}

const undo = async (folder: string, { report }: World): Promise<Outcome<undefined>> => {
  const staging = stagingIn(folder)
  const [deps, lib] = [join(folder, 'deps'), join(folder, 'lib')]
  // Setup's deps/ never stands there without its record; during the exchange it does not stand there at all.
  const own = existsSync(join(folder, RECORD)) || (existsSync(staging) && !existsSync(deps))
  const targets = [...(own ? [deps, lib] : []), staging].filter((path) => existsSync(path))
  const bytes = await Promise.all(targets.map((path) => bytesIn(path)))
  // The record first: half of a removal must not pass for a setup.
  await remove(join(folder, RECORD))
  for (const target of targets.filter((path) => path !== staging)) await remove(target)
  await discardStaging(folder)
  const total = bytes.reduce((sum, part) => sum + part, 0)
  report.say(
    targets.length === 0 ? `There is nothing to remove in ${folder}.` : `Removed ${targets.join(', ')}: ${size(total)}.`
  )
  if (!own && existsSync(deps)) report.say(`${deps} was not made by this command, and stays.`)
  return right(undefined)
}
