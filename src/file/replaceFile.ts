/** Writes a file so that whoever reads it, and whatever kills the writer, finds the old one or the new one whole. */
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  type Stats,
  writeSync
} from 'node:fs'
import { randomUUID } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { isNodeError, notAFile, withFiles } from './systemError'

/**
 * Puts the parts, one after the other, in the place of `file`: into a new file in the same folder, which is synced and then
 * takes the name (rename is all or nothing, and leaves those who have the old one open with the old one), and the folder is
 * synced. If any of that fails the new file is removed; the old one is as it was.
 */
export const replaceFile = (operation: string, file: string, parts: ReadonlyArray<Uint8Array>): Result<undefined> =>
  withFiles(operation, file, 'write', () => {
    const before = statSync(file, { throwIfNoEntry: false })
    if (before !== undefined && !before.isFile()) return left(notAFile(operation, file, 'write'))
    // Renaming asks the folder alone: a file that is write-protected should stay.
    if (before !== undefined) accessSync(file, constants.W_OK)
    // A link keeps pointing to what it points to.
    const target = before === undefined ? file : realpathSync(file)
    const folder = dirname(target)
    const temporary = join(folder, `.${basename(target).slice(0, 100)}.${randomUUID()}.part`)
    try {
      writeSynced(temporary, parts, before)
      renameSync(temporary, target)
    } catch (thrown) {
      rmSync(temporary, { force: true })
      throw thrown
    }
    syncFolder(folder)
    return right(undefined)
  })

const writeSynced = (file: string, parts: ReadonlyArray<Uint8Array>, before: Stats | undefined): void => {
  // From the first byte on no more may read it than may read the old one.
  const descriptor = openSync(file, 'wx', before === undefined ? 0o666 : before.mode & 0o777)
  try {
    for (const part of parts) writeAll(descriptor, part)
    if (before !== undefined) fchmodSync(descriptor, before.mode & 0o7777)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** The system writes at most 2 GiB at once. */
const partBytes = 2 ** 26

const writeAll = (descriptor: number, bytes: Uint8Array): void => {
  for (let at = 0; at < bytes.length;) {
    at += writeSync(descriptor, bytes, at, Math.min(partBytes, bytes.length - at))
  }
}

/** The new name is on the disk only when its folder is. Windows opens no folders, and some file systems sync none. */
const syncFolder = (folder: string): void => {
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } catch (thrown) {
    if (!isNodeError(thrown) || !['EINVAL', 'ENOTSUP'].includes(thrown.code)) throw thrown
  } finally {
    closeSync(descriptor)
  }
}
