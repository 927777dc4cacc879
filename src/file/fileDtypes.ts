/** The dtypes of safetensors files that become tensors here, and how their bytes become numbers. */
import { sizeOf } from '../kernels/shape'
import type { Dtype, HostTensor, Shape, Values } from '../kernels/tensor'

/** One dtype of a file. */
export interface FileDtype {
  /** Bytes of one number. */
  readonly bytes: number
  /** What it is read as. */
  readonly dtype: Dtype
  /** The numbers of these bytes, which are its own; undefined if one of them is nothing that `dtype` holds. */
  readonly values: (buffer: ArrayBuffer) => Values | undefined
}

/** Whole numbers of 64 bits are read as pairs of 32 bits: those that fit have a high half that says the sign alone. */
const narrowed = (buffer: ArrayBuffer, high: (low: number) => number): Int32Array | undefined => {
  const pairs = new Int32Array(buffer)
  const values = new Int32Array(pairs.length / 2)
  for (let i = 0; i < values.length; i++) {
    const low = pairs[2 * i]!
    if (pairs[2 * i + 1] !== high(low)) return undefined
    values[i] = low
  }
  return values
}

/** Half precision: 1 bit of sign, 5 of exponent, 10 of fraction (IEEE 754 binary16). Each is a float32. */
const halfOf = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

const fromHalf = (buffer: ArrayBuffer): Float32Array => {
  const halves = new Uint16Array(buffer)
  const values = new Float32Array(halves.length)
  for (let i = 0; i < values.length; i++) values[i] = halfOf(halves[i]!)
  return values
}

/** bfloat16 is the upper half of a float32. */
const fromBrain = (buffer: ArrayBuffer): Float32Array => {
  const words = new Uint32Array(new Uint16Array(buffer))
  for (let i = 0; i < words.length; i++) words[i] = words[i]! << 16
  return new Float32Array(words.buffer)
}

const checkedBool = (buffer: ArrayBuffer): Uint8Array | undefined => {
  const values = new Uint8Array(buffer)
  return isBool(values) ? values : undefined
}

/** Whether all numbers are 0 or 1. */
export const isBool = (values: Uint8Array): boolean => values.every((value) => value <= 1)

const nonNegative = (values: Int32Array): Int32Array | undefined =>
  values.every((value) => value >= 0) ? values : undefined

/** By name. Numbers lie in files as they lie in memory, little end first. */
export const fileDtypes: ReadonlyMap<string, FileDtype> = new Map<string, FileDtype>([
  ['BOOL', { bytes: 1, dtype: 'bool', values: checkedBool }],
  ['U8', { bytes: 1, dtype: 'int32', values: (buffer) => new Int32Array(new Uint8Array(buffer)) }],
  ['I8', { bytes: 1, dtype: 'int32', values: (buffer) => new Int32Array(new Int8Array(buffer)) }],
  ['I16', { bytes: 2, dtype: 'int32', values: (buffer) => new Int32Array(new Int16Array(buffer)) }],
  ['U16', { bytes: 2, dtype: 'int32', values: (buffer) => new Int32Array(new Uint16Array(buffer)) }],
  ['F16', { bytes: 2, dtype: 'float32', values: fromHalf }],
  ['BF16', { bytes: 2, dtype: 'float32', values: fromBrain }],
  ['I32', { bytes: 4, dtype: 'int32', values: (buffer) => new Int32Array(buffer) }],
  ['U32', { bytes: 4, dtype: 'int32', values: (buffer) => nonNegative(new Int32Array(buffer)) }],
  ['F32', { bytes: 4, dtype: 'float32', values: (buffer) => new Float32Array(buffer) }],
  ['F64', { bytes: 8, dtype: 'float32', values: (buffer) => new Float64Array(buffer) }],
  ['I64', { bytes: 8, dtype: 'int32', values: (buffer) => narrowed(buffer, (low) => low >> 31) }],
  ['U64', { bytes: 8, dtype: 'int32', values: (buffer) => narrowed(buffer, (low) => (low < 0 ? NaN : 0)) }]
])

/** What the format has and gradfold does not. */
export const unknownHere: ReadonlySet<string> = new Set([
  'F4',
  'F6_E2M3',
  'F6_E3M2',
  'F8_E5M2',
  'F8_E4M3',
  'F8_E8M0',
  'F8_E4M3FNUZ',
  'F8_E5M2FNUZ',
  'C64'
])

/**
 * What is written, in the order in which the format's own writer puts tensors: the widest first, so that every
 * number is aligned.
 */
export const writtenDtypes = ['I64', 'F64', 'F32', 'I32', 'BOOL'] as const

/** The dtype under which a file keeps these numbers whole; undefined if the array is none for its dtype. */
export const writtenAs = ({ dtype, values }: HostTensor): (typeof writtenDtypes)[number] | undefined => {
  if (dtype === 'float32') {
    if (values instanceof Float64Array) return 'F64'
    return values instanceof Float32Array ? 'F32' : undefined
  }
  if (dtype === 'int32') return values instanceof Int32Array ? 'I32' : undefined
  return values instanceof Uint8Array && isBool(values) ? 'BOOL' : undefined
}

/**
 * How many numbers a tensor of this shape has; Infinity if no whole number says how many bytes. A size of 0 beside such
 * sizes makes it no better: another reader may multiply them first.
 */
export const countOf = (shape: Shape): number =>
  sizeOf(shape.filter((size) => size > 0)) > 2 ** 50 ? Infinity : sizeOf(shape)
