import { constants } from 'node:buffer'
import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { dtypeError, type InvalidArgument, invalidArgument, invalidShape, shapeText } from '../error/tensorError'
import type { HostTensor } from '../kernels/tensor'
import { isAxisSize } from '../tape/input'
import { quoted } from './complaint'
import { maxHeaderBytes } from './decodeSafetensors'
import { countOf, writtenAs, writtenDtypes } from './fileDtypes'
import { isText } from './jsonScanner'
import { metadataName } from './parseHeader'

/** One tensor of a file. */
export interface SafetensorsEntry {
  readonly name: string
  readonly tensor: HostTensor
  /** Writes an int32 tensor with 64 bits, which PyTorch has for its counters and labels. */
  readonly dtype?: 'I64'
}

/**
 * The bytes of a safetensors file: float32 as F32 (as F64 from a Float64Array, so that no digit is lost), int32 as I32, bool as
 * BOOL. Equal content gives equal bytes, whatever its order, and those of the format's own writer.
 *
 * InvalidArgument: two entries of one name, a name that is no text or is `__metadata__`, more bytes than an array has.
 * InvalidShape: values that do not fill their shape. DtypeError: an array that is not one for its dtype.
 * @example
 * import { isRight } from 'fp-ts/Either'
 * import { encodeSafetensors } from 'gradfold'
 * const tensor = { shape: [2], dtype: 'float32', values: Float32Array.of(1, 2) } as const
 * const bytes = encodeSafetensors([{ name: 'weight', tensor }], new Map([['step', '3']]))
 * if (isRight(bytes)) console.log(bytes.right.length) // => 104
 */
export const encodeSafetensors = (
  entries: ReadonlyArray<SafetensorsEntry>,
  metadata: ReadonlyMap<string, string> = new Map()
): Result<Uint8Array> => {
  const parts = safetensorsParts('encodeSafetensors', entries, metadata)
  if (isLeft(parts)) return parts
  const size = parts.right.reduce((total, part) => total + part.length, 0)
  if (size > constants.MAX_LENGTH) {
    const text = `encodeSafetensors would make ${size} bytes, but an array has at most ${constants.MAX_LENGTH}: use writeSafetensors.`
    return left(invalidArgument('encodeSafetensors', 'entries', entries.length, text))
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for (const part of parts.right) {
    bytes.set(part, at)
    at += part.length
  }
  return right(bytes)
}

/** The same bytes in parts; those with numbers are the tensors' own, not copies. */
export const safetensorsParts = (
  operation: string,
  entries: ReadonlyArray<SafetensorsEntry>,
  metadata: ReadonlyMap<string, string>
): Result<ReadonlyArray<Uint8Array>> => {
  const seen = new Set<string>()
  const written: Written[] = []
  for (const entry of entries) {
    const checked = checkEntry(operation, entry, seen)
    if (isLeft(checked)) return checked
    written.push(checked.right)
  }
  for (const text of [...metadata].flat()) {
    if (!isText(text)) return left(notText(operation, 'metadata', text))
  }
  written.sort(byPlace)
  const header = headerOf(written, metadata)
  // With spaces after it, the numbers begin at a multiple of 8.
  const length = Math.ceil(header.length / 8) * 8
  if (length > maxHeaderBytes) {
    const text =
      `${operation} would write a header of ${length} bytes, but readers take at most ${maxHeaderBytes}: ` +
      'keep long texts out of the metadata, or write two files.'
    return left(invalidArgument(operation, 'metadata', metadata.size, text))
  }
  const start = Buffer.alloc(8 + length, ' ')
  start.writeBigUInt64LE(BigInt(length))
  header.copy(start, 8)
  return right([start, ...written.map(({ bytes }) => bytes)])
}

interface Written {
  readonly name: string
  /** The name in UTF-8, by which the format's own writer sorts. */
  readonly key: Buffer
  readonly dtype: (typeof writtenDtypes)[number]
  readonly shape: ReadonlyArray<number>
  readonly bytes: Uint8Array
}

const byPlace = (a: Written, b: Written): number =>
  writtenDtypes.indexOf(a.dtype) - writtenDtypes.indexOf(b.dtype) || Buffer.compare(a.key, b.key)

const headerOf = (written: ReadonlyArray<Written>, metadata: ReadonlyMap<string, string>): Buffer => {
  const fields: string[] = []
  if (metadata.size > 0) {
    const texts = [...metadata].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    fields.push(
      `"${metadataName}":{${texts.map((pair) => pair.map((text) => JSON.stringify(text)).join(':')).join(',')}}`
    )
  }
  let at = 0
  for (const { name, dtype, shape, bytes } of written) {
    const end = at + bytes.length
    fields.push(
      `${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${shape.join(',')}],"data_offsets":[${at},${end}]}`
    )
    at = end
  }
  return Buffer.from(`{${fields.join(',')}}`)
}

const checkEntry = (operation: string, entry: SafetensorsEntry, seen: Set<string>): Result<Written> => {
  const { name, tensor } = entry
  const { shape, dtype, values } = tensor
  if (!isText(name)) return left(notText(operation, 'name', name))
  if (name === metadataName || seen.has(name)) {
    const why = seen.has(name) ? 'was given to two entries' : 'is what the format calls its metadata'
    return left(invalidArgument(operation, 'name', name, `${operation}: the name ${quoted(name)} ${why}: use another.`))
  }
  seen.add(name)
  if (!shape.every(isAxisSize) || countOf(shape) !== values.length) {
    const text = `${operation}: ${quoted(name)} has ${values.length} values, which do not fill its shape ${shapeText(shape)}.`
    return left(invalidShape(operation, shape, text))
  }
  const own = writtenAs(tensor)
  if (own === undefined || (entry.dtype === 'I64' && own !== 'I32')) {
    const text =
      `${operation}: ${quoted(name)} is ${dtype}, but its values are not an array for ${entry.dtype ?? dtype}: float32 takes a ` +
      'Float32Array or a Float64Array, int32 (and I64) an Int32Array, bool a Uint8Array of 0 and 1.'
    return left(dtypeError(operation, [dtype], text))
  }
  const wide = entry.dtype === 'I64' ? BigInt64Array.from(values, BigInt) : values
  const bytes = new Uint8Array(wide.buffer, wide.byteOffset, wide.byteLength)
  return right({ name, key: Buffer.from(name), dtype: entry.dtype ?? own, shape, bytes })
}

const notText = (operation: string, argument: string, value: string): InvalidArgument =>
  invalidArgument(
    operation,
    argument,
    value,
    `${operation} cannot write ${JSON.stringify(value)} as UTF-8: it has half of a surrogate pair. Was it cut off within a character?`
  )
