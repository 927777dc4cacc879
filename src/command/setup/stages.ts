/** The stages of a setup, one after the other; each leaves in the staging folder what spares the next run the work. */
import { existsSync, statSync } from 'node:fs'
import { mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isLeft, right } from 'fp-ts/Either'
import { ADDON, type SetupRecord } from '../../kernels/tensorflow/installation'
import { gpuReason, type Probed } from '../probe'
import { build } from './build'
import { download } from './download'
import { type Outcome, paused, spoiled } from './failure'
import { describeBuild, type Plan } from './plan'
import { size } from './report'
import { checkTools } from './requirements'
import { remove, writeRecord } from './staging'
import { isUnpacked, unpack } from './unpack'
import { FRAMEWORK, type Wheel } from './wheels'
import type { World } from './world'

/** For the copies of what is compiled, and some room. */
const BUILD_BYTES = 50e6

/** Under the purposes of the stages. */
const indent = ' '.repeat(10)

/** From the plan to the record of what was made and checked. */
export const runStages = async (
  world: World,
  folder: string,
  staging: string,
  plan: Plan
): Promise<Outcome<SetupRecord>> => {
  const stages = [
    () => toolStage(world, staging, plan),
    ...plan.wheels.map((wheel) => () => wheelStage(world, staging, wheel)),
    () => linkStage(staging, plan),
    () => buildStage(world, folder, staging)
  ]
  for (const stage of stages) {
    const outcome = await stage()
    if (isLeft(outcome)) return outcome
    if (world.stop.aborted) return stopped
  }
  return checkStage(world, staging, plan)
}

/** The signal is named where the failure is told. */
const stopped = paused('Stopped.')

const toolStage = (world: World, staging: string, plan: Plan): Promise<Outcome<string>> =>
  world.report.stage({
    name: 'tools',
    purpose: '',
    work: () =>
      checkTools(world, {
        folder: dirname(staging),
        download: plan.wheels.length > 0,
        bytes: neededBytes(staging, plan.wheels)
      }),
    result: (versions) => versions
  })

/**
 * Free space that the wheels take at their worst moment. pip holds a download up to three times: as it comes, for its
 * cache, and as its result.
 */
export const neededBytes = (staging: string, wheels: ReadonlyArray<Wheel>): number => {
  let standing = 0
  let most = 0
  for (const wheel of wheels) {
    if (isUnpacked(staging, wheel)) continue
    const own = existsSync(join(staging, 'wheels', wheel.file)) ? 0 : wheel.bytes
    most = Math.max(most, standing + 3 * own, standing + own + wheel.unpacked)
    standing += wheel.unpacked
  }
  return most + BUILD_BYTES
}

const wheelStage = async (world: World, staging: string, wheel: Wheel): Promise<Outcome<undefined>> => {
  if (isUnpacked(staging, wheel)) {
    world.report.say(`${'unpack'.padEnd(9)} ${wheel.name} ${wheel.version}: done by an earlier run`)
    return right(undefined)
  }
  const there = existsSync(join(staging, 'wheels', wheel.file))
  const file = await world.report.stage({
    name: 'download',
    purpose: `${wheel.name} ${wheel.version}, ${size(wheel.bytes)}${there ? ': done by an earlier run' : ''}`,
    work: () => download(world, staging, wheel),
    noisy: world.report.isTerminal && !there
  })
  if (isLeft(file)) return file
  if (world.stop.aborted) return stopped
  return world.report.stage({
    name: 'unpack',
    purpose: `${wheel.products.length > 1 ? 'its libraries and headers' : 'its libraries'}, ${size(wheel.unpacked)}`,
    work: () => unpack(world, staging, wheel, file.right)
  })
}

const linkStage = async (staging: string, { links, library }: Plan): Promise<Outcome<undefined>> => {
  const all = {
    ...links,
    // The linker looks for names without a version.
    'deps/lib/libtensorflow.so': library,
    'deps/lib/libtensorflow_framework.so': FRAMEWORK
  }
  for (const [place, target] of Object.entries(all)) {
    await mkdir(dirname(join(staging, place)), { recursive: true })
    await remove(join(staging, place))
    await symlink(target, join(staging, place))
  }
  return right(undefined)
}

const buildStage = async (world: World, folder: string, staging: string): Promise<Outcome<undefined>> => {
  if (existsSync(join(staging, ADDON))) {
    world.report.say(`${'build'.padEnd(9)} done by an earlier run`)
    return right(undefined)
  }
  return world.report.stage({
    name: 'build',
    purpose: 'the addon, with node-gyp',
    work: () => build(world, folder, staging)
  })
}

const checkStage = async (world: World, staging: string, plan: Plan): Promise<Outcome<SetupRecord>> => {
  const probed = await world.report.stage({
    name: 'check',
    purpose: '',
    work: () => check(world, join(staging, ADDON), plan),
    result: describeProbed
  })
  if (isLeft(probed)) return probed
  explainDevice(world, plan, probed.right)
  const { build: kind, source, library } = plan
  const paths = [`deps/lib/${library}`, `deps/lib/${FRAMEWORK}`, ADDON]
  const files = Object.fromEntries(paths.map((path) => [path, statSync(join(staging, path)).size]))
  const record = { tensorflow: probed.right.version, build: kind, source, files }
  await writeRecord(staging, record)
  return right(record)
}

const check = async (world: World, addon: string, plan: Plan): Promise<Outcome<Probed>> => {
  const probed = await world.probe(addon, plan.build)
  if (!isLeft(probed)) return probed
  const culprit =
    plan.build === 'given'
      ? `The TensorFlow in ${plan.source} does not work with this addon, or is broken`
      : 'The files are as published, so this processor may lack what they use (AVX), or memory or disk are failing'
  return spoiled(
    `${describeBuild(plan.build)} was built and did not pass its check: ${probed.left}. ${culprit}. What was made was thrown away.`
  )
}

/** "TensorFlow 2.21.0 computes on the CPU". */
export const describeProbed = ({ version, gpu }: Probed): string =>
  `TensorFlow ${version} computes on the ${gpu ? 'GPU' : 'CPU'}`

/** A build for CUDA that computes on the CPU is no failure, but wants a reason. */
export const explainDevice = (
  { report }: Pick<World, 'report'>,
  { build: kind }: Pick<Plan, 'build'>,
  { gpu, log }: Probed
): void => {
  const reason = gpuReason(log) ?? (kind === 'cuda' ? 'nothing about it' : undefined)
  if (kind !== 'cpu' && !gpu && reason !== undefined) report.say(`${indent}It uses no GPU. TensorFlow says: ${reason}.`)
}
