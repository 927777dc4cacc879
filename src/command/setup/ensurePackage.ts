/** The package whose addon setup compiles: found, or installed without its own download of a TensorFlow. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isLeft, right } from 'fp-ts/Either'
import { PACKAGE, PACKAGE_VERSION } from '../../kernels/tensorflow/installation'
import { type Outcome, paused } from './failure'
import { environmentForNpm } from './npm'
import { passed, runProgram } from './runProgram'
import type { World } from './world'

const wanted = `${PACKAGE}@${PACKAGE_VERSION}`

/** Lock files of other package managers, and how those add the package. */
const others: Readonly<Record<string, string>> = {
  'pnpm-lock.yaml': `pnpm add --ignore-scripts ${wanted}`,
  'yarn.lock': `yarn add --ignore-scripts ${wanted}`,
  'bun.lock': `bun add --ignore-scripts ${wanted}`,
  'bun.lockb': `bun add --ignore-scripts ${wanted}`
}
const lockFiles = [...Object.keys(others), 'package-lock.json', 'npm-shrinkwrap.json']

/** The package's folder. */
export const ensurePackage = async (world: World): Promise<Outcome<string>> => {
  const found = world.findFolder()
  if (found !== undefined) return rightVersion(found)
  const installed = await install(world)
  if (isLeft(installed)) return installed
  world.report.say(
    '          It is not in your package.json: the next npm install or npm ci removes it, TensorFlow included. Run this ' +
      'command again then.'
  )
  const folder = world.findFolder()
  return folder === undefined
    ? paused(
        `npm installed ${wanted}, but not where Node finds it from ${world.home}. Run the command in your application's folder.`
      )
    : rightVersion(folder)
}

const rightVersion = (folder: string): Outcome<string> => {
  const details: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const version = typeof details === 'object' && details !== null && 'version' in details ? details.version : undefined
  return version === PACKAGE_VERSION
    ? right(folder)
    : paused(
        `${folder} has version ${String(version)} of ${PACKAGE}, and gradfold works with ${PACKAGE_VERSION}: put that into your ` +
          'package.json, install, and run the command again.'
      )
}

const install = async ({ environment, stop, report, home }: World): Promise<Outcome<unknown>> => {
  const application = above(home, (folder) => existsSync(join(folder, 'package.json')))
  if (application === undefined) {
    return paused(
      `${PACKAGE} is not installed, and there is no package.json in ${home} or above. Run the command in your application's ` +
        `folder, or install it yourself: npm install --ignore-scripts ${wanted}`
    )
  }
  const locked = above(application, (folder) => lockFiles.some((name) => existsSync(join(folder, name))))
  const other = locked && Object.keys(others).find((name) => existsSync(join(locked, name)))
  if (other !== undefined)
    return paused(`${PACKAGE} is not installed. Add it, then run the command again: ${others[other]!}`)
  return report.stage({
    name: 'install',
    purpose: `${wanted} in ${application}`,
    work: async () => {
      const settings = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund']
      const ended = await runProgram('npm', ['install', ...settings, wanted], {
        environment: environmentForNpm(environment),
        stop,
        folder: application
      })
      if (passed(ended)) return right(undefined)
      const words = ended.errors.split('\n').filter((line) => /^npm (error|ERR!)/.test(line))
      return paused(
        [
          `${wanted} could not be installed (npm ended with status ${ended.status ?? ended.how}). If npm's words do not tell the ` +
            `way out, do it yourself and run the command again: npm install --ignore-scripts ${wanted}`,
          ...words.slice(0, 5).map((line) => `  ${line}`)
        ].join('\n')
      )
    }
  })
}

/** The folder itself or the nearest above it that has what is looked for. */
const above = (folder: string, has: (folder: string) => boolean): string | undefined => {
  for (let place = folder; ; place = dirname(place)) {
    if (has(place)) return place
    if (place === dirname(place)) return undefined
  }
}
