/** `gradfold setup-tensorflow`: downloads or links TensorFlow, compiles the addon, checks it, and puts it in place. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isLeft, isRight, left, right } from 'fp-ts/Either'
import { ADDON, readSetup, RECORD } from '../../kernels/tensorflow/installation'
import { ensurePackage } from './ensurePackage'
import { type Failure, failureOf, type Outcome } from './failure'
import { withLock } from './lock'
import { describeBuild, makePlan, type Plan, type Request } from './plan'
import { seconds, size } from './report'
import { checkMachine } from './requirements'
import { describeProbed, explainDevice, runStages } from './stages'
import { discardStaging, isChecked, openStaging, putInPlace, stagingIn, tidyStaging } from './staging'
import type { World } from './world'

/** The exit status: 0 when TensorFlow is there and has computed. */
export const setupTensorflow = async (request: Request, world: World): Promise<number> => {
  const outcome = await setUp(request, world)
  if (isRight(outcome)) return 0
  const { message, notes = [] } = outcome.left
  const happened = world.stop.aborted ? `Stopped by ${String(world.stop.reason)}.` : message
  world.report.complain([happened, ...notes, 'The WebAssembly kernels work without it.'].join('\n'))
  return 1
}

const setUp = async (request: Request, world: World): Promise<Outcome<undefined>> => {
  const machine = request.build === 'given' ? right(undefined) : checkMachine(world.machine)
  if (isLeft(machine)) return machine
  const folder = await ensurePackage(world)
  if (isLeft(folder)) return folder
  try {
    const plan = await makePlan(request, world)
    if (isLeft(plan)) return plan
    // Without the lock, which a user who may only read could not take.
    if (await stands(folder.right, plan.right, world)) return await leaveAlone(folder.right)
    return await withLock(folder.right, async () => {
      const outcome = await make(folder.right, plan.right, world).catch((thrown: unknown) =>
        failureOf(thrown, folder.right)
      )
      return isLeft(outcome) ? left(await cleanUp(folder.right, outcome.left, world)) : outcome
    })
  } catch (thrown) {
    return failureOf(thrown, folder.right)
  }
}

/** What an earlier run for another build left goes. */
const leaveAlone = async (folder: string): Promise<Outcome<undefined>> =>
  existsSync(stagingIn(folder))
    ? withLock(folder, async () => {
        await discardStaging(folder)
        return right(undefined)
      })
    : right(undefined)

/** Whether what is wanted is there already, and still computes. */
const stands = async (folder: string, plan: Plan, world: World): Promise<boolean> => {
  const setup = readSetup(folder)
  if (isLeft(setup) || setup.right.build !== plan.build || setup.right.source !== plan.source) return false
  if (plan.build === 'cuda' && !existsSync(join(folder, 'deps', 'nvidia'))) return false
  const probed = await world.probe(join(folder, ADDON), plan.build)
  if (world.stop.aborted) return false
  if (isLeft(probed)) {
    world.report.say(`${describeBuild(plan.build)} is set up, but fails: ${probed.left}. Setting it up anew.`)
    return false
  }
  world.report.say(`Already set up: ${describeProbed(probed.right)} (${plan.source}).`)
  explainDevice(world, plan, probed.right)
  return true
}

const make = async (folder: string, plan: Plan, world: World): Promise<Outcome<undefined>> => {
  const begin = performance.now()
  const { report, machine } = world
  report.say(`Setting up ${describeBuild(plan.build)} in ${folder}`)
  if (plan.build === 'cuda' && !machine.gpu)
    report.say('No driver of NVIDIA is seen here: until there is one, it will compute on the CPU.')
  if (plan.build === 'cpu' && machine.gpu) report.say('There is a GPU of NVIDIA: --cuda takes the build that uses it.')
  if (existsSync(join(folder, 'deps')) && !existsSync(join(folder, RECORD))) {
    report.say('It will replace deps/ and lib/ there, which this command did not make.')
  }
  const staging = await openStaging(folder, `${plan.build} ${plan.source}`)
  if (isChecked(folder)) {
    report.say('An earlier run made and checked it; it is only put in place.')
  } else {
    const record = await runStages(world, folder, staging, plan)
    if (isLeft(record)) return record
  }
  await putInPlace(folder)
  report.say(
    `Done in ${seconds(begin)}. gradfold doctor shows what is used; gradfold setup-tensorflow --undo removes it.`
  )
  return right(undefined)
}

/** After a failure nothing unfinished stays, and what stays is told. */
const cleanUp = async (folder: string, failure: Failure, world: World): Promise<Failure> => {
  if (!failure.resumable && !world.stop.aborted) await discardStaging(folder)
  const kept = await tidyStaging(folder)
  const before = readSetup(folder)
  return {
    ...failure,
    notes: [
      ...(kept > 0
        ? [
            `What was finished (${size(kept)}) stays in ${stagingIn(folder)}: the next run goes on from there, and --undo removes it.`
          ]
        : []),
      ...(isRight(before)
        ? [`${describeBuild(before.right.build)} (${before.right.tensorflow}), set up before, is as it was.`]
        : [])
    ]
  }
}
