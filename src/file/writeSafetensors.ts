import { isLeft } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { type SafetensorsEntry, safetensorsParts } from './encodeSafetensors'
import { replaceFile } from './replaceFile'

/**
 * Writes a safetensors file, in the place of one that is there: into a new file beside it, which is synced to the disk and
 * then takes its name. Whoever reads, and whatever stops the program, finds the old file or the new one whole. (A program
 * that is killed leaves the file beside, `.NAME.UUID.part`; nothing needs it.)
 *
 * Errors: FileError (missing, forbidden, notAFile, failed), and those of encodeSafetensors.
 * @example
 * import { mkdtempSync } from 'node:fs'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { isRight } from 'fp-ts/Either'
 * import { readSafetensors, writeSafetensors } from 'gradfold'
 * const path = join(mkdtempSync(join(tmpdir(), 'gradfold-')), 'weights.safetensors')
 * const tensor = { shape: [2], dtype: 'float32', values: Float32Array.of(1, 2) } as const
 * writeSafetensors(path, [{ name: 'weight', tensor }], new Map([['epoch', '3']]))
 * const file = readSafetensors(path)
 * if (isRight(file)) console.log(file.right.metadata.get('epoch'), file.right.tensors.get('weight')?.shape) // => 3 [2]
 */
export const writeSafetensors = (
  file: string,
  entries: ReadonlyArray<SafetensorsEntry>,
  metadata: ReadonlyMap<string, string> = new Map()
): Result<undefined> => writeTo('writeSafetensors', file, entries, metadata)

/** writeSafetensors under the name of who writes. */
export const writeTo = (
  operation: string,
  file: string,
  entries: ReadonlyArray<SafetensorsEntry>,
  metadata: ReadonlyMap<string, string>
): Result<undefined> => {
  const parts = safetensorsParts(operation, entries, metadata)
  return isLeft(parts) ? parts : replaceFile(operation, file, parts.right)
}
