import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { complaint, fileErrorOf } from './complaint'
import { decodeFrom, type Safetensors } from './decodeSafetensors'
import { notAFile, withFiles } from './systemError'

/**
 * The tensors and the metadata of a safetensors file: `decodeSafetensors` from disk, tensor by tensor.
 *
 * FileError, with a `reason`: missing, forbidden, notAFile, failed, and those of decodeSafetensors.
 * @example
 * import { isLeft } from 'fp-ts/Either'
 * import { readSafetensors } from 'gradfold'
 * const file = readSafetensors('nowhere/model.safetensors')
 * if (isLeft(file) && file.left._tag === 'FileError') console.log(file.left.reason) // => missing
 */
export const readSafetensors = (file: string): Result<Safetensors> => readFrom('readSafetensors', file)

/** readSafetensors under the name of who reads. */
export const readFrom = (operation: string, file: string): Result<Safetensors> =>
  withFiles(operation, file, 'read', () => {
    // Without O_NONBLOCK (nothing on Windows) opening a pipe waits until somebody writes into it.
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const status = fstatSync(descriptor)
      if (!status.isFile()) return left(notAFile(operation, file, 'read'))
      return decodeFrom(operation, file, {
        size: status.size,
        read: (from, length) => readPart(operation, file, descriptor, from, length)
      })
    } finally {
      closeSync(descriptor)
    }
  })

/** The system reads at most 2 GiB at once. */
const partBytes = 2 ** 26

const readPart = (
  operation: string,
  file: string,
  descriptor: number,
  from: number,
  length: number
): Result<ArrayBuffer> => {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length;) {
    const count = readSync(descriptor, bytes, at, Math.min(partBytes, length - at), from + at)
    if (count === 0) {
      return left(fileErrorOf(operation, file, complaint('truncated', 'it became shorter while it was read')))
    }
    at += count
  }
  return right(bytes.buffer)
}
