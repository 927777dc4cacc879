/** What is wrong with a file, before it is known which file, and the FileError that it becomes. */
import { fileError, type FileError, type FileReason } from '../error/tensorError'

/** What is wrong. */
export interface Complaint {
  readonly reason: FileReason
  /** What happened, after the name of the file: "it ends after 5 bytes". */
  readonly what: string
}

export const complaint = (reason: FileReason, what: string): Complaint => ({ reason, what })

/** The way out of what is in a file. */
const wayOut: Readonly<Partial<Record<FileReason, string>>> = {
  notSafetensors:
    'Is it another kind of file? One of torch.save (.pt, .bin) is written anew in Python, with safetensors.torch.save_file.',
  truncated: 'Was it cut off while it was copied or fetched? Get it again, or take the one before it.',
  damaged: 'It was changed after it was written, or a faulty program wrote it: get it again, or write it anew.',
  failed: 'Free some, or take a machine with more.',
  unsupported: 'Convert it where it was written: to float32, say, or int32.'
}

export const fileErrorOf = (operation: string, file: string, { reason, what }: Complaint): FileError =>
  fileError(
    operation,
    file,
    reason,
    `${operation} cannot read ${file === '' ? 'these bytes' : file}: ${what}. ${wayOut[reason] ?? ''}`.trimEnd()
  )

/** A name out of a file, for a message: quoted, and not longer than a line. */
export const quoted = (name: string): string => JSON.stringify(name.length > 60 ? `${name.slice(0, 59)}…` : name)
