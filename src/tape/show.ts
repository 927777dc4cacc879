/** A run as something to look at: entries as plain records, tapes and errors as text. */
import { isLeft } from 'fp-ts/Either'
import { shapeText, type TensorError } from '../error/tensorError'
import { sizeOf } from '../kernels/shape'
import { type Dtype, isReleased, type Shape, Tensor } from '../kernels/tensor'
import type { Nested } from './input'
import { nested, type Readable } from './read'
import { inputsOf, previousOf, tensorOf, Variable } from './variable'
import { Tape, topOf } from './tape'

/** One entry of a tape as plain data; inputs are the indexes of earlier entries. */
export interface TapeEntry {
  readonly index: number
  readonly operation: string
  readonly attributes: unknown
  readonly inputs: ReadonlyArray<number>
  readonly shape: Shape
  readonly dtype: Dtype
  readonly path: string
  /** Bytes of its numbers; 0 once released. */
  readonly bytes: number
  /** Whether `backward` goes through it. */
  readonly needsGradient: boolean
}

/**
 * What was recorded, oldest first: plain data that can be compared and written to disk.
 * @example
 * import { isRight } from 'fp-ts/Either'
 * import { constant, defaultKernels, startTape, toArray } from 'gradfold'
 * const x = constant(startTape(defaultKernels()), [1, 2])
 * if (isRight(x)) console.log(toArray(x.right.tape).map(({ operation, bytes }) => `${operation} ${bytes}`)) // => ['constant 8']
 */
export const toArray = (tape: Tape): ReadonlyArray<TapeEntry> => {
  const entries: TapeEntry[] = []
  for (let entry: Variable | undefined = topOf(tape); entry !== undefined; entry = previousOf(entry))
    entries.push(asData(entry))
  return entries.reverse()
}

const asData = (entry: Variable): TapeEntry => {
  const { index, primitive, attributes, shape, dtype, path, needsGradient } = entry
  const tensor = tensorOf(entry)
  return {
    index,
    operation: primitive.name,
    attributes,
    inputs: inputsOf(entry).map((input) => input.index),
    shape,
    dtype,
    path,
    bytes: isReleased(tensor) ? 0 : tensor.bytes,
    needsGradient
  }
}

/** What `show` can show: also inside Either, Option and Traced, so that results can be printed as they are. */
export type Showable =
  | Tape
  | TensorError
  | Readable
  | { readonly _tag: 'Left'; readonly left: TensorError }
  | { readonly _tag: 'Right'; readonly right: Showable }
  | { readonly _tag: 'Some'; readonly value: Showable }
  | { readonly _tag: 'None' }
  | { readonly value: Showable; readonly tape: Tape }

/**
 * Text for people: a tape as a table with a row for each entry, an error as a sentence, a variable or a tensor as nested
 * arrays of at most six significant digits and a thousand numbers.
 * @example
 * import { constant, defaultKernels, relu, show, startTape, trace } from 'gradfold'
 * const traced = trace(startTape(defaultKernels()), function* (run) {
 *   return yield* run(relu, yield* run(constant, [-1, 2 / 3]))
 * })
 * console.log(show(traced)) // => [0, 0.666667]
 */
export const show = (subject: Showable): string => {
  if (subject instanceof Tape) return showTape(subject)
  if (subject instanceof Variable || subject instanceof Tensor) return showNumbers(subject)
  if (!('_tag' in subject)) return show(subject.value)
  if (subject._tag === 'Left') return showError(subject.left)
  if (subject._tag === 'Right') return show(subject.right)
  if (subject._tag === 'Some') return show(subject.value)
  return subject._tag === 'None' ? 'none' : showError(subject)
}

/** Beyond this, numbers are not text that anybody reads. */
const MOST_NUMBERS = 1000

const showNumbers = (x: Readable): string => {
  if (sizeOf(x.shape) > MOST_NUMBERS) return `${x.dtype} ${shapeText(x.shape)}`
  const numbers = nested(x)
  return isLeft(numbers) ? showError(numbers.left) : nestedText(numbers.right)
}

const nestedText = (numbers: Nested): string => {
  if (typeof numbers === 'object') return `[${numbers.map(nestedText).join(', ')}]`
  return typeof numbers === 'number' ? `${Number(numbers.toPrecision(6))}` : `${numbers}`
}

const showError = ({ _tag, operation, path, message }: TensorError): string =>
  `${_tag} in ${operation}${path === '' ? '' : ` at ${path}`}: ${message}`

const showTape = (tape: Tape): string => {
  const header = ['', 'operation', 'inputs', 'shape', 'dtype', 'bytes', 'path']
  const rows = toArray(tape).map((entry) => [
    `${entry.index}`,
    entry.operation + attributesText(entry.attributes),
    entry.inputs.join(' '),
    shapeText(entry.shape),
    entry.dtype,
    `${entry.bytes}`,
    entry.path
  ])
  const widths = header.map((title, i) => rows.reduce((width, row) => Math.max(width, row[i]!.length), title.length))
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd()
    )
    .join('\n')
}

const attributesText = (attributes: unknown): string => {
  // JSON has no NaN and no infinities: it would write null.
  const text = JSON.stringify(attributes, (_, field: unknown) =>
    typeof field === 'number' && !Number.isFinite(field) ? `${field}` : field
  )
  return text === '{}' ? '' : ` ${text.replaceAll('"', '')}`
}
