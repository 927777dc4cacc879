import { decodeSafetensors, encodeSafetensors, type HostTensor, type Safetensors } from 'gradfold'
import { leftOf, rightOf } from '../support/results'
import { fileOf } from './support/hostileFiles'

/** One tensor "a" of these bytes. */
const single = (dtype: string, shape: ReadonlyArray<number>, bytes: Uint8Array): Uint8Array =>
  fileOf(`{"a":{"dtype":"${dtype}","shape":[${shape.join()}],"data_offsets":[0,${bytes.length}]}}`, bytes)

const bytesOf = (values: NodeJS.TypedArray): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

const tensorIn = (bytes: Uint8Array): HostTensor | undefined => rightOf(decodeSafetensors(bytes)).tensors.get('a')

describe('each dtype', () => {
  it.each<[string, NodeJS.TypedArray, HostTensor['dtype'], ReadonlyArray<number>]>([
    ['BOOL', Uint8Array.of(0, 1), 'bool', [0, 1]],
    ['U8', Uint8Array.of(0, 255), 'int32', [0, 255]],
    ['I8', Int8Array.of(-128, 127), 'int32', [-128, 127]],
    ['U16', Uint16Array.of(0, 65535), 'int32', [0, 65535]],
    ['I16', Int16Array.of(-32768, 32767), 'int32', [-32768, 32767]],
    ['U32', Uint32Array.of(0, 2 ** 31 - 1), 'int32', [0, 2 ** 31 - 1]],
    ['I32', Int32Array.of(-(2 ** 31), 2 ** 31 - 1), 'int32', [-(2 ** 31), 2 ** 31 - 1]],
    ['U64', BigUint64Array.of(0n, 2n ** 31n - 1n), 'int32', [0, 2 ** 31 - 1]],
    ['I64', BigInt64Array.of(-(2n ** 31n), 2n ** 31n - 1n), 'int32', [-(2 ** 31), 2 ** 31 - 1]],
    ['F32', Float32Array.of(-0, Infinity), 'float32', [-0, Infinity]],
    ['F64', Float64Array.of(0.1, NaN), 'float32', [0.1, NaN]],
    // 1, -2 and the smallest: IEEE 754's examples of binary16.
    ['F16', Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x8000), 'float32', [1, -2, 2 ** -24, -0]],
    ['F16', Uint16Array.of(0x7bff, 0x7c00, 0xfc00, 0x7e00), 'float32', [65504, Infinity, -Infinity, NaN]],
    ['F16', Uint16Array.of(0x03ff, 0x0400, 0x3555), 'float32', [1023 * 2 ** -24, 2 ** -14, 1365 / 4096]],
    ['BF16', Uint16Array.of(0x3f80, 0xc000, 0x4049, 0xff80), 'float32', [1, -2, 3.140625, -Infinity]]
  ])('%s %p', (dtype, written, expected, values) => {
    const tensor = tensorIn(single(dtype, [values.length], bytesOf(written)))
    expect(tensor).toMatchObject({ shape: [values.length], dtype: expected })
    expect(Array.from(tensor?.values ?? [])).toEqual(values)
  })

  it.each<[string, NodeJS.TypedArray]>([
    ['I64', BigInt64Array.of(2n ** 31n)],
    ['I64', BigInt64Array.of(-(2n ** 31n) - 1n)],
    ['I64', BigInt64Array.of(2n ** 32n)],
    ['U64', BigUint64Array.of(2n ** 31n)],
    ['U64', BigUint64Array.of(2n ** 64n - 1n)],
    ['U32', Uint32Array.of(2 ** 31)]
  ])('refuses %s of %p, which no int32 holds', (dtype, written) => {
    const error = leftOf(decodeSafetensors(single(dtype, [1], bytesOf(written))))
    expect(error).toMatchObject({ _tag: 'FileError', reason: 'unsupported' })
    expect(error.message).toContain('int32 does not hold')
  })
})

it('keeps the numbers apart from the bytes that it was given, a Buffer among them', () => {
  const bytes = Buffer.from(single('F32', [1], bytesOf(Float32Array.of(1))))
  const tensor = tensorIn(bytes)
  bytes.fill(0)
  expect(tensor?.values[0]).toBe(1)
})

it('reads what is not aligned, and a header that names tensors in another order than they lie', () => {
  const header =
    '{"b":{"dtype":"F32","shape":[],"data_offsets":[1,5]},"a":{"shape":[1],"data_offsets":[0,1],"dtype":"U8"} }'
  const { tensors } = rightOf(decodeSafetensors(fileOf(header, Uint8Array.of(7, ...bytesOf(Float32Array.of(1.5))))))
  expect([...tensors.keys()]).toEqual(['a', 'b'])
  expect([tensors.get('a')?.values[0], tensors.get('b')?.values[0]]).toEqual([7, 1.5])
})

it('has names such as __proto__ as any other', () => {
  const header =
    '{"__metadata__":{"__proto__":"x"},"__proto__":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"constructor":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}'
  const { tensors, metadata } = rightOf(decodeSafetensors(fileOf(header)))
  expect([...tensors.keys()]).toEqual(['__proto__', 'constructor'])
  expect([...metadata]).toEqual([['__proto__', 'x']])
})

const one = (begin: string, end: string, name = 'a'): string =>
  `"${name}":{"dtype":"U8","shape":[4],"data_offsets":[${begin},${end}]}`
const nested = '['.repeat(1_000_000)

/** What is wrong, what it must be called, and a word of the text. */
const hostile: ReadonlyArray<[string, Uint8Array, string, string]> = [
  ['nothing', new Uint8Array(), 'truncated', 'it is empty'],
  ['8 bytes', new Uint8Array(8), 'truncated', 'ends after 8 bytes'],
  ['a text', Buffer.from('hello, I am a file'), 'notSafetensors', 'does not begin'],
  ['a zip, which torch.save writes', Buffer.from('PK\u0003\u0004aaaaaaaaaaaa'), 'notSafetensors', 'torch.save'],
  ['a header of 2^63 bytes', fileOf('{}', 0, 2n ** 63n), 'notSafetensors', '9223372036854775808 bytes'],
  ['a header of 2^64 - 1 bytes', fileOf('{}', 0, 2n ** 64n - 1n), 'notSafetensors', 'at most 100000000'],
  ['a header of 100 MB and 1', fileOf('{}', 0, 100_000_001n), 'notSafetensors', '100000001'],
  ['a header longer than the file', fileOf('{}', 0, 3n), 'truncated', 'within its header of 3'],
  ['a header of 1 byte', fileOf('{}', 0, 1n), 'notSafetensors', '1 bytes'],
  ['a list', fileOf('[]'), 'notSafetensors', 'does not begin'],
  ['a space first', fileOf(' {}'), 'notSafetensors', 'does not begin'],
  ['no end', fileOf('{"a":'), 'damaged', 'its end at 5'],
  ['more than an object', fileOf('{}{}'), 'damaged', '"{}" at 2'],
  ['bytes that are no UTF-8', fileOf(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), 'damaged', 'not UTF-8'],
  ['half of a surrogate pair', fileOf(`{${one('0', '4', '\\ud800')}}`, 4), 'damaged', 'a name as JSON writes it'],
  ['a line feed in a name', fileOf(`{${one('0', '4', '\n')}}`, 4), 'damaged', 'a name as JSON writes it'],
  ['a million brackets', fileOf(`{"a":${nested}`), 'damaged', 'not "{"'],
  ['a million brackets as a shape', fileOf(`{"a":{"shape":${nested}`), 'damaged', 'a whole number'],
  ['a million brackets as metadata', fileOf(`{"__metadata__":${nested}`), 'damaged', 'not "{"'],
  ['a million braces', fileOf(`{${'"a":{'.repeat(1_000_000)}`), 'damaged', 'a field "a"'],
  ['two of one name', fileOf(`{${one('0', '4')},${one('4', '8')}}`, 8), 'damaged', 'the name "a" twice'],
  ['two of one name, one escaped', fileOf(`{${one('0', '4')},${one('4', '8', '\\u0061')}}`, 8), 'damaged', 'twice'],
  ['two metadata', fileOf('{"__metadata__":{},"__metadata__":{}}'), 'damaged', 'twice'],
  ['two texts of one name', fileOf('{"__metadata__":{"a":"1","a":"2"}}'), 'damaged', 'twice'],
  ['a number as metadata', fileOf('{"__metadata__":{"a":1}}'), 'damaged', 'a name in quotes'],
  ['two dtypes', fileOf('{"a":{"dtype":"U8","dtype":"F32"}}'), 'damaged', '"dtype" twice'],
  ['no dtype', fileOf('{"a":{"shape":[4],"data_offsets":[0,4]}}', 4), 'damaged', 'lacks its dtype'],
  ['one offset', fileOf('{"a":{"dtype":"U8","shape":[4],"data_offsets":[0]}}', 4), 'damaged', 'lacks'],
  ['a field of another name', fileOf('{"a":{"offsets":[0]}}', 4), 'damaged', 'a field "offsets"'],
  ['no such dtype', fileOf('{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}', 4), 'damaged', 'the dtype "f32"'],
  [
    'a dtype of 8 bits',
    fileOf('{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}', 4),
    'unsupported',
    'F8_E4M3'
  ],
  ['a negative offset', fileOf(`{${one('-4', '0')}}`, 4), 'damaged', 'a whole number from 0 up'],
  ['a fraction', fileOf(`{${one('0.5', '4')}}`, 4), 'damaged', 'a whole number from 0 up'],
  ['an exponent', fileOf(`{${one('0', '4e0')}}`, 4), 'damaged', 'a whole number from 0 up'],
  ['NaN', fileOf(`{${one('NaN', '4')}}`, 4), 'damaged', 'a whole number from 0 up'],
  ['a number above 2^53', fileOf(`{${one('0', '9007199254740993')}}`, 4), 'damaged', 'a whole number from 0 up'],
  ['a zero before a number', fileOf(`{${one('0', '04')}}`, 4), 'damaged', 'a whole number from 0 up'],
  ['an end before its beginning', fileOf(`{${one('4', '0')}}`, 4), 'damaged', 'ends before it begins'],
  ['an overlap', fileOf(`{${one('0', '4')},${one('2', '6', 'b')}}`, 6), 'damaged', 'overlaps'],
  ['the same bytes twice', fileOf(`{${one('0', '4')},${one('0', '4', 'b')}}`, 4), 'damaged', 'overlaps'],
  ['a hole', fileOf(`{${one('0', '4')},${one('5', '9', 'b')}}`, 9), 'damaged', 'leaves a hole'],
  ['a hole at the beginning', fileOf(`{${one('1', '5')}}`, 5), 'damaged', 'leaves a hole'],
  ['a byte too few', fileOf(`{${one('0', '4')}}`, 3), 'truncated', 'promises 4 bytes of numbers, but 3 follow'],
  ['a byte too many', fileOf(`{${one('0', '4')}}`, 5), 'damaged', '1 bytes follow'],
  ['a shape of other size', fileOf('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', 4), 'damaged', 'F32 [2]'],
  ['a promise of 2^53 - 1 bytes', fileOf(`{${one('0', '9007199254740991')}}`, 4), 'truncated', 'promises'],
  [
    'sizes whose product overflows',
    fileOf(
      `{"a":{"dtype":"F32","shape":[${Array(5)
        .fill(2 ** 52)
        .join()}],"data_offsets":[0,4]}}`,
      4
    ),
    'damaged',
    'does not take the 4 bytes'
  ],
  [
    'such sizes beside a 0',
    fileOf(`{"a":{"dtype":"F32","shape":[0,${2 ** 52},${2 ** 52}],"data_offsets":[0,0]}}`),
    'damaged',
    'does not take the 0 bytes'
  ],
  ['a bool of 2', single('BOOL', [2], Uint8Array.of(1, 2)), 'damaged', 'neither 0 nor 1']
]

describe('decodeSafetensors refuses', () => {
  it.each(hostile)('%s', (_, bytes, reason, text) => {
    const error = leftOf(decodeSafetensors(bytes))
    expect(error).toMatchObject({ _tag: 'FileError', operation: 'decodeSafetensors', file: '', reason })
    expect(error.message).toContain(text)
    expect(error.message.length).toBeLessThan(400)
  })
})

it('reads metadata, and gives an empty map where there is none', () => {
  const metadata = new Map([['step', '3']])
  const read = (bytes: Uint8Array): Safetensors => rightOf(decodeSafetensors(bytes))
  expect(read(rightOf(encodeSafetensors([], metadata))).metadata).toEqual(metadata)
  expect(read(rightOf(encodeSafetensors([]))).metadata).toEqual(new Map())
})
