/** The header of a safetensors file: read strictly, and compared with how many bytes of numbers follow it. */
import { type Either, left, right } from 'fp-ts/Either'
import type { Shape } from '../kernels/tensor'
import { complaint, type Complaint, quoted } from './complaint'
import { countOf, type FileDtype, fileDtypes, unknownHere } from './fileDtypes'
import { type JsonScanner, jsonScanner } from './jsonScanner'

/** Where a tensor is in the bytes after the header, and what it is. */
export interface HeaderEntry {
  readonly name: string
  readonly dtype: FileDtype
  readonly dtypeName: string
  readonly shape: Shape
  readonly begin: number
  readonly end: number
}

export interface Header {
  /** In the order of their bytes. */
  readonly entries: ReadonlyArray<HeaderEntry>
  readonly metadata: ReadonlyMap<string, string>
}

/** What the format calls the field of a header that is no tensor. */
export const metadataName = '__metadata__'

/** Parses a header, and checks that its tensors lie in `bytes` bytes without holes or overlaps, and fill them. */
export const parseHeader = (text: string, bytes: number): Either<Complaint, Header> => {
  const scanner = jsonScanner(text)
  const drafts: Draft[] = []
  const metadata = new Map<string, string>()
  const field = (name: string): boolean => {
    if (name === metadataName) return readMetadata(scanner, metadata)
    const draft = readDraft(scanner, name)
    if (draft === undefined) return false
    drafts.push(draft)
    return true
  }
  if (!scanner.object(field) || !scanner.end()) return left(complaint('damaged', scanner.complaint()))
  drafts.sort((a, b) => a.begin - b.begin || a.end - b.end)
  const misplaced = checkPlaces(drafts, bytes)
  if (misplaced !== undefined) return left(misplaced)
  const entries: HeaderEntry[] = []
  for (const draft of drafts) {
    const dtype = fileDtypes.get(draft.dtypeName)
    if (dtype === undefined) return left(unknownDtype(draft))
    const needed = dtype.bytes * countOf(draft.shape)
    if (needed !== draft.end - draft.begin) {
      const { name, dtypeName, shape, begin, end } = draft
      const what = `${quoted(name)} is ${dtypeName} ${sizes(shape)}, which does not take the ${end - begin} bytes that it has`
      return left(complaint('damaged', what))
    }
    entries.push({ ...draft, dtype })
  }
  return right({ entries, metadata })
}

type Draft = Omit<HeaderEntry, 'dtype'>

const readMetadata = (scanner: JsonScanner, metadata: Map<string, string>): boolean =>
  scanner.object((key) => {
    const value = scanner.string()
    if (value === undefined) return false
    metadata.set(key, value)
    return true
  })

const readDraft = (scanner: JsonScanner, name: string): Draft | undefined => {
  let dtypeName: string | undefined
  let shape: ReadonlyArray<number> | undefined
  let offsets: ReadonlyArray<number> | undefined
  const understood = scanner.object((field) => {
    if (field === 'dtype') return (dtypeName = scanner.string()) !== undefined
    if (field === 'shape') return (shape = readNumbers(scanner)) !== undefined
    if (field === 'data_offsets') return (offsets = readNumbers(scanner)) !== undefined
    return scanner.fail(`${quoted(name)} has a field ${quoted(field)}, which the format does not`)
  })
  if (!understood) return undefined
  if (dtypeName === undefined || shape === undefined || offsets?.length !== 2) {
    scanner.fail(`${quoted(name)} lacks its dtype, its shape or its two data_offsets`)
    return undefined
  }
  return { name, dtypeName, shape, begin: offsets[0]!, end: offsets[1]! }
}

const readNumbers = (scanner: JsonScanner): ReadonlyArray<number> | undefined => {
  const numbers: number[] = []
  const read = scanner.array(() => {
    const number = scanner.whole()
    if (number !== undefined) numbers.push(number)
    return number !== undefined
  })
  return read ? numbers : undefined
}

/** One tensor begins where the other ends, the first at 0, and the last ends with the file. */
const checkPlaces = (drafts: ReadonlyArray<Draft>, bytes: number): Complaint | undefined => {
  let at = 0
  for (const { name, begin, end } of drafts) {
    if (begin !== at || end < begin) {
      const how = end < begin ? 'ends before it begins' : begin < at ? 'overlaps the one before it' : 'leaves a hole'
      return complaint('damaged', `${quoted(name)}, at bytes ${begin} to ${end}, ${how}`)
    }
    at = end
  }
  if (at > bytes) return complaint('truncated', `its header promises ${at} bytes of numbers, but ${bytes} follow it`)
  return at < bytes ? complaint('damaged', `${bytes - at} bytes follow its last tensor`) : undefined
}

const unknownDtype = ({ name, dtypeName }: Draft): Complaint =>
  unknownHere.has(dtypeName)
    ? complaint('unsupported', `${quoted(name)} is ${dtypeName}, which no dtype of gradfold holds`)
    : complaint('damaged', `${quoted(name)} has the dtype ${quoted(dtypeName)}, which the format does not know`)

const sizes = (shape: Shape): string =>
  shape.length > 8 ? `[${shape.slice(0, 8).join(', ')}, ...]` : `[${shape.join(', ')}]`
