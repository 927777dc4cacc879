/** Compiles the package's addon against the staged TensorFlow. */
import { existsSync, realpathSync } from 'node:fs'
import { cp, mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { right } from 'fp-ts/Either'
import { ADDON } from '../../kernels/tensorflow/installation'
import { diskFull, type Outcome, paused } from './failure'
import { environmentForNpm } from './npm'
import { type Ended, passed, runProgram } from './runProgram'
import { finish, plainWorkFolder, removeWork, workFolder } from './staging'
import type { World } from './world'

/** Of the compiler's output, as many lines are shown. */
const LINES = 20
/** What node-gyp reads of the package. */
const sources = ['package.json', 'binding.gyp', 'binding']

/** node-gyp builds in a copy of the sources, beside links to the staged headers and libraries; so nothing else is touched. */
export const build = async (
  { environment, stop }: Pick<World, 'environment' | 'stop'>,
  folder: string,
  staging: string
): Promise<Outcome<undefined>> => {
  const work = await plainWorkFolder(staging)
  for (const name of sources) await cp(join(folder, name), join(work, name), { recursive: true })
  await mkdir(join(work, 'deps'))
  await symlink(join(staging, 'include'), join(work, 'deps', 'include'))
  await symlink(join(staging, 'deps', 'lib'), join(work, 'deps', 'lib'))
  await linkPrograms(folder, join(work, 'node_modules', '.bin'))

  const headers = nodeHeaders()
  const ended = await runProgram('npm', ['run', 'build-addon-from-source'], {
    environment: {
      ...environmentForNpm(environment),
      // Node's headers lie beside it, or else node-gyp downloads them.
      ...(headers !== undefined && { npm_config_nodedir: headers })
    },
    stop,
    folder: work
  })
  if (!passed(ended) || !existsSync(join(work, ADDON))) return uncompiled(ended, staging)
  const finished = await workFolder(staging)
  await cp(join(work, ADDON), join(finished, ADDON))
  await finish(join(finished, 'lib'), join(staging, 'lib'))
  await removeWork(staging)
  return right(undefined)
}

/**
 * npm puts node_modules/.bin of the folders above before all other programs. The nearest one decides: node-pre-gyp also
 * where there are no folders above, and this Node, not one that a project has among its packages.
 */
const linkPrograms = async (folder: string, target: string): Promise<void> => {
  await mkdir(target, { recursive: true })
  await symlink(process.execPath, join(target, 'node'))
  try {
    const builder = dirname(require.resolve('@mapbox/node-pre-gyp/package.json', { paths: [folder] }))
    await symlink(join(builder, 'bin', 'node-pre-gyp'), join(target, 'node-pre-gyp'))
  } catch {
    // npm says what is missing.
  }
}

const nodeHeaders = (): string | undefined => {
  const prefix = dirname(dirname(realpathSync(process.execPath)))
  return existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? prefix : undefined
}

const uncompiled = ({ output, errors }: Ended, staging: string): Outcome<never> => {
  const text = `${output}\n${errors}`
  if (/No space left on device|ENOSPC|Disk quota exceeded/.test(text)) return diskFull(staging)
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|getaddrinfo/.test(text)) {
    return paused(
      "Node's headers could not be downloaded, which the addon is compiled with: there is probably no network. Node's own " +
        'archives have them; else say where they are: npm_config_nodedir=PREFIX, with PREFIX/include/node in it.'
    )
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const compiler = lines.filter((line) => !/^(node-pre-)?gyp |^npm |^> |^Failed to execute/.test(line))
  return paused(
    [
      `The addon could not be compiled with Node ${process.versions.node}. A compiler that is too old is the usual cause: g++ 10 ` +
        "or later takes what Node's headers ask for, and CXX=... chooses another one. Its last lines:",
      ...(compiler.length > 0 ? compiler : lines).slice(-LINES).map((line) => `  ${line}`)
    ].join('\n')
  )
}
