import { isUtf8 } from 'node:buffer'
import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import type { HostTensor } from '../kernels/tensor'
import { complaint, type Complaint, fileErrorOf, quoted } from './complaint'
import { type HeaderEntry, parseHeader } from './parseHeader'

/** What a safetensors file holds. */
export interface Safetensors {
  /** By name, in the order of the file. */
  readonly tensors: ReadonlyMap<string, HostTensor>
  /** Texts by name; empty where the file has none. */
  readonly metadata: ReadonlyMap<string, string>
}

/** Where bytes come from. */
export interface Source {
  readonly size: number
  /** A copy of `length` bytes from `from` on, both within the size. */
  readonly read: (from: number, length: number) => Result<ArrayBuffer>
}

/** The largest header, as in the format's own reader. */
export const maxHeaderBytes = 100_000_000

/**
 * The tensors and the metadata of the bytes of a safetensors file. F64, F32, F16 and BF16 become float32 tensors (F64
 * with its float64 numbers), whole numbers int32 if they fit, BOOL bool. Each tensor has its own copy.
 *
 * Trusts nothing: before a number is copied the header is compared with itself and with the size.
 * FileError, with a `reason`: notSafetensors, truncated, damaged, unsupported, or failed where memory has no room for it.
 *
 * Source of the format: https://github.com/huggingface/safetensors#format
 * @example
 * import { isRight } from 'fp-ts/Either'
 * import { decodeSafetensors, encodeSafetensors } from 'gradfold'
 * const bytes = encodeSafetensors([
 *   { name: 'weight', tensor: { shape: [2], dtype: 'float32', values: Float32Array.of(1, 2) } }
 * ])
 * const file = isRight(bytes) ? decodeSafetensors(bytes.right) : bytes
 * if (isRight(file)) console.log(file.right.tensors.get('weight')?.shape) // => [2]
 */
export const decodeSafetensors = (bytes: Uint8Array): Result<Safetensors> =>
  decodeFrom('decodeSafetensors', '', {
    size: bytes.length,
    // A Buffer's slice shares, a Uint8Array's copies.
    read: (from, length) => right(new Uint8Array(bytes.subarray(from, from + length)).buffer)
  })

/** decodeSafetensors of any source: the header first, then tensor by tensor. */
export const decodeFrom = (operation: string, file: string, source: Source): Result<Safetensors> => {
  const length = headerLength(operation, file, source)
  if (isLeft(length)) return length
  const text = source.read(8, length.right)
  if (isLeft(text)) return text
  const bytes = Buffer.from(text.right)
  if (!isUtf8(bytes)) return left(fileErrorOf(operation, file, complaint('damaged', 'its header is not UTF-8')))
  const start = 8 + length.right
  const header = parseHeader(bytes.toString('utf8'), source.size - start)
  if (isLeft(header)) return left(fileErrorOf(operation, file, header.left))
  const tensors = new Map<string, HostTensor>()
  for (const entry of header.right.entries) {
    const { name, shape, begin, end, dtype } = entry
    try {
      const numbers = source.read(start + begin, end - begin)
      if (isLeft(numbers)) return numbers
      const values = dtype.values(numbers.right)
      if (values === undefined) return left(fileErrorOf(operation, file, outside(entry)))
      tensors.set(name, { shape, dtype: dtype.dtype, values })
    } catch (thrown) {
      if (!isNoRoom(thrown)) throw thrown
      return left(fileErrorOf(operation, file, tooLarge(entry)))
    }
  }
  return right({ tensors, metadata: header.right.metadata })
}

/** What JavaScript throws where there is no room for an array; not by `instanceof`, it may be of another realm. */
const isNoRoom = (thrown: unknown): boolean =>
  typeof thrown === 'object' && thrown !== null && 'name' in thrown && thrown.name === 'RangeError'

const tooLarge = ({ name, begin, end }: HeaderEntry): Complaint =>
  complaint('failed', `there is no room in memory for the ${end - begin} bytes of ${quoted(name)}`)

const outside = ({ name, dtypeName }: HeaderEntry): Complaint =>
  dtypeName === 'BOOL'
    ? complaint('damaged', `${quoted(name)} is BOOL, but has a byte that is neither 0 nor 1`)
    : complaint('unsupported', `${quoted(name)} is ${dtypeName}, and has a number that int32 does not hold`)

/** The first eight bytes say how long the header is; the ninth begins it. */
const headerLength = (operation: string, file: string, { size, read }: Source): Result<number> => {
  const refuse = (reason: 'notSafetensors' | 'truncated', what: string): Result<number> =>
    left(fileErrorOf(operation, file, complaint(reason, what)))
  if (size < 9) return refuse('truncated', size === 0 ? 'it is empty' : `it ends after ${size} bytes`)
  const start = read(0, 9)
  if (isLeft(start)) return start
  const view = new DataView(start.right)
  const length = view.getBigUint64(0, true)
  if (view.getUint8(8) !== 0x7b) return refuse('notSafetensors', 'it does not begin as a safetensors file does')
  if (length < 2n || length > maxHeaderBytes) {
    return refuse('notSafetensors', `its header would have ${length} bytes, of at most ${maxHeaderBytes}`)
  }
  return length > size - 8
    ? refuse('truncated', `it ends after ${size} bytes, within its header of ${length}`)
    : right(Number(length))
}
