/**
 * Where everything is made and checked before it replaces anything: a folder inside the package's, on the same disk, whose
 * files get their final names by renaming, so that what has its name is complete. A run that was killed leaves it, and the
 * next one goes on from it.
 *
 *     deps.partial/
 *       plan              what it is for; anything made for another plan is thrown away
 *       wheels/*.whl      downloaded, to be deleted when unpacked
 *       include/          the headers, until the addon is built
 *       deps/ lib/        as they will stand in the package's folder; deps/gradfold.json when they are checked
 *       old/              what stood there, during the exchange
 *       work-*            where something is being made
 */
import { existsSync } from 'node:fs'
import { lstat, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { ADDON, RECORD, type SetupRecord } from '../../kernels/tensorflow/installation'

const STAGING = 'deps.partial'
const WORK = 'work-'

export const stagingIn = (folder: string): string => join(folder, STAGING)

/** A process of a killed run may still write to a folder that is being removed. */
export const remove = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })

/** Keeps what an earlier run finished for the same plan. */
export const openStaging = async (folder: string, plan: string): Promise<string> => {
  const staging = stagingIn(folder)
  const known = await readFile(join(staging, 'plan'), 'utf8').catch(() => undefined)
  if (known === plan) {
    await removeWork(staging)
    return staging
  }
  await discardStaging(folder)
  await mkdir(join(staging, 'wheels'), { recursive: true })
  await mkdir(join(staging, 'deps', 'lib'), { recursive: true })
  await writeFile(join(staging, 'plan'), plan)
  return staging
}

/** A new folder for something unfinished. */
export const workFolder = (staging: string): Promise<string> => mkdtemp(join(staging, WORK))

/** A work folder whose path has only characters that make and the compiler take; what is made in it is copied, not renamed. */
export const plainWorkFolder = async (staging: string): Promise<string> => {
  if (/^[\w./@+,~-]+$/.test(staging)) return workFolder(staging)
  const elsewhere = await realpath(await mkdtemp(join(tmpdir(), 'gradfold-')))
  await symlink(elsewhere, join(staging, `${WORK}${basename(elsewhere)}`))
  return elsewhere
}

/** Removes all that is unfinished. */
export const removeWork = async (staging: string): Promise<void> => {
  for (const name of await readdir(staging).catch(() => [])) {
    if (!name.startsWith(WORK)) continue
    const path = join(staging, name)
    if ((await lstat(path)).isSymbolicLink()) await remove(await realpath(path).catch(() => path))
    await remove(path)
  }
}

export const discardStaging = async (folder: string): Promise<void> => {
  await removeWork(stagingIn(folder))
  await remove(stagingIn(folder))
}

/** Removes what is unfinished. What is finished spares the next run some work: its bytes; if there is nothing, all goes. */
export const tidyStaging = async (folder: string): Promise<number> => {
  const staging = stagingIn(folder)
  await removeWork(staging)
  const bytes = await bytesIn(staging, ['plan'])
  if (bytes === 0) await discardStaging(folder)
  return bytes
}

/** The bytes of a folder's files; links count nothing. */
export const bytesIn = async (folder: string, except: ReadonlyArray<string> = []): Promise<number> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const parts = entries.map(async (entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return bytesIn(path)
    return entry.isFile() && !except.includes(entry.name) ? (await lstat(path)).size : 0
  })
  return (await Promise.all(parts)).reduce((sum, part) => sum + part, 0)
}

/** Gives a finished thing its name. */
export const finish = async (from: string, to: string): Promise<void> => {
  await mkdir(dirname(to), { recursive: true })
  await remove(to)
  await rename(from, to)
}

/** Says that all is made and checked: from now on only the exchange is missing. */
export const writeRecord = async (staging: string, record: SetupRecord): Promise<void> => {
  const work = await workFolder(staging)
  await writeFile(join(work, 'record'), `${JSON.stringify(record, undefined, 2)}\n`)
  await rename(join(work, 'record'), join(staging, RECORD))
}

/** Whether an earlier run came as far as the exchange, perhaps into it. */
export const isChecked = (folder: string): boolean => {
  const staging = stagingIn(folder)
  return existsSync(join(staging, RECORD)) && [staging, folder].some((place) => existsSync(join(place, ADDON)))
}

/**
 * The exchange: three renames, each of which the next run can go on from. The last one brings the record with it, so that
 * where the record is, all is there.
 */
export const putInPlace = async (folder: string): Promise<void> => {
  const staging = stagingIn(folder)
  const old = join(staging, 'old')
  await remove(old)
  await mkdir(old)
  if (existsSync(join(folder, 'deps'))) await rename(join(folder, 'deps'), join(old, 'deps'))
  if (existsSync(join(staging, 'lib'))) {
    if (existsSync(join(folder, 'lib'))) await rename(join(folder, 'lib'), join(old, 'lib'))
    await rename(join(staging, 'lib'), join(folder, 'lib'))
  }
  await rename(join(staging, 'deps'), join(folder, 'deps'))
  await discardStaging(folder)
}
