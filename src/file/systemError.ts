/** From what the file system throws to a FileError that says what to do. */
import { left } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { fileError, type FileReason, invalidArgument, type TensorError } from '../error/tensorError'

/** What is done to a file. */
export type Deed = 'read' | 'write'

/** Runs what calls the file system: what that throws becomes a Left, anything else is a defect and passes. */
export const withFiles = <A>(operation: string, file: string, deed: Deed, body: () => Result<A>): Result<A> => {
  try {
    return body()
  } catch (thrown) {
    return left(asFileError(operation, file, deed, thrown))
  }
}

const reasons: Readonly<Record<string, FileReason>> = {
  ENOENT: 'missing',
  EACCES: 'forbidden',
  EPERM: 'forbidden',
  EROFS: 'forbidden',
  EISDIR: 'notAFile',
  ENOTDIR: 'missing',
  ENXIO: 'notAFile'
}

const ways: Readonly<Record<Deed, Readonly<Partial<Record<FileReason, string>>>>> = {
  read: {
    missing: 'there is no such file. Is the path right, seen from the folder in which the program runs?',
    forbidden: 'this user may not read it. Change its permissions, or run as its owner.',
    notAFile: 'it is not a file. Give the path of the file itself.'
  },
  write: {
    missing: 'its folder is not there. Make it first (mkdirSync with recursive), or correct the path.',
    forbidden:
      'this user may not write it, or not in its folder, where the new file is written before it takes its name. Change their permissions, or choose another folder.',
    notAFile: 'there is something of that name that is not a file. Choose another name.'
  }
}

/** What is not a regular file. */
export const notAFile = (operation: string, file: string, deed: Deed): TensorError =>
  said(operation, file, deed, 'notAFile', '')

const said = (operation: string, file: string, deed: Deed, reason: FileReason, what: string): TensorError => {
  const text =
    ways[deed][reason] ?? `the system says ${what}.${deed === 'write' ? ' What was there before is as it was.' : ''}`
  return fileError(
    operation,
    file,
    reason,
    `${operation} cannot ${deed} ${file === '' ? 'a file without a name' : file}: ${text}`
  )
}

/** An Error of Node's own. Not by `instanceof`: in a test runner's context it is another realm's. */
export const isNodeError = (thrown: unknown): thrown is { readonly code: string; readonly message: string } =>
  typeof thrown === 'object' &&
  thrown !== null &&
  'code' in thrown &&
  typeof thrown.code === 'string' &&
  'message' in thrown &&
  typeof thrown.message === 'string'

const asFileError = (operation: string, file: string, deed: Deed, thrown: unknown): TensorError => {
  if (!isNodeError(thrown)) throw thrown
  const { code, message } = thrown
  if (code.startsWith('ERR_INVALID_ARG')) {
    const text = `${operation} takes the path of a file, not ${JSON.stringify(file)}: ${message}`
    return invalidArgument(operation, 'file', file, text)
  }
  return said(operation, file, deed, reasons[code] ?? 'failed', code === 'ENOSPC' ? 'that the disk is full' : message)
}
