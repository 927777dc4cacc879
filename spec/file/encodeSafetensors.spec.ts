import fc from 'fast-check'
import { decodeSafetensors, encodeSafetensors, type HostTensor, type SafetensorsEntry } from 'gradfold'
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'
import { hostTensors } from './support/hostileFiles'

const tensor: HostTensor = { shape: [2], dtype: 'float32', values: Float32Array.of(1, 2) }

const entries = fc.uniqueArray(fc.record({ name: fc.string({ unit: 'grapheme' }), tensor: hostTensors }), {
  maxLength: 5,
  selector: ({ name }) => name
})
const metadata = fc
  .array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), { maxLength: 3 })
  .map((texts) => new Map(texts))

/** Bit for bit: NaN and -0 too. */
const bits = ({ shape, dtype, values }: HostTensor) => ({
  shape,
  dtype,
  kind: values.constructor.name,
  bytes: Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex')
})

describe('encodeSafetensors', () => {
  it('writes what decodeSafetensors reads, bit for bit', () => {
    fc.assert(
      fc.property(entries, metadata, (written, texts) => {
        const read = rightOf(decodeSafetensors(rightOf(encodeSafetensors(written, texts))))
        expect(new Map(Array.from(read.tensors, ([name, value]) => [name, bits(value)]))).toEqual(
          new Map(written.map(({ name, tensor: value }) => [name, bits(value)]))
        )
        expect(read.metadata).toEqual(texts)
      }),
      { numRuns: runs(300) }
    )
  })

  it('gives equal bytes for equal content in any order', () => {
    fc.assert(
      fc.property(entries, metadata, (written, texts) => {
        const bytes = rightOf(encodeSafetensors(written, texts))
        expect(rightOf(encodeSafetensors([...written].reverse(), new Map([...texts].reverse())))).toEqual(bytes)
        expect(bytes.length % 8 === 0 || written.length > 0).toBe(true)
      }),
      { numRuns: runs(100) }
    )
  })

  it("gives the bytes of the format's own writer, every number aligned", () => {
    // Made in Python: safetensors.torch.save({'b': float32 [1, 2], 'a': float64 [1, 2], 'é\n\u2028': bool [True], 'i': int64 3},
    // {'k': 'v"\x01\x7f'}) by safetensors 0.8.0.
    const python =
      '{"__metadata__":{"k":"v\\"\\u0001\x7f"},"i":{"dtype":"I64","shape":[],"data_offsets":[0,8]},' +
      '"a":{"dtype":"F64","shape":[2],"data_offsets":[8,24]},"b":{"dtype":"F32","shape":[2],"data_offsets":[24,32]},' +
      '"é\\n\u2028":{"dtype":"BOOL","shape":[1],"data_offsets":[32,33]}}      '
    const numbers = '0300000000000000000000000000f03f00000000000000400000803f0000004001'
    const bytes = rightOf(
      encodeSafetensors(
        [
          { name: 'b', tensor },
          { name: 'a', tensor: { ...tensor, values: Float64Array.of(1, 2) } },
          { name: 'é\n\u2028', tensor: { shape: [1], dtype: 'bool', values: Uint8Array.of(1) } },
          { name: 'i', tensor: { shape: [], dtype: 'int32', values: Int32Array.of(3) }, dtype: 'I64' }
        ],
        new Map([['k', 'v"\x01\x7f']])
      )
    )
    expect(Buffer.from(bytes).toString('hex')).toBe(
      Buffer.concat([
        Buffer.from('0801000000000000', 'hex'),
        Buffer.from(python),
        Buffer.from(numbers, 'hex')
      ]).toString('hex')
    )
  })

  it('writes the part of a larger array that a tensor has', () => {
    const values = new Float32Array(Float32Array.of(9, 1, 2, 9).buffer, 4, 2)
    expect(encodeSafetensors([{ name: 'a', tensor: { ...tensor, values } }])).toEqual(
      encodeSafetensors([{ name: 'a', tensor }])
    )
  })

  it.each<[string, ReadonlyArray<SafetensorsEntry>, object]>([
    [
      'two of one name',
      [
        { name: 'a', tensor },
        { name: 'a', tensor }
      ],
      { _tag: 'InvalidArgument', argument: 'name' }
    ],
    ['__metadata__ as a name', [{ name: '__metadata__', tensor }], { _tag: 'InvalidArgument', argument: 'name' }],
    ['half of a character', [{ name: 'a\ud83d', tensor }], { _tag: 'InvalidArgument', argument: 'name' }],
    ['too few values', [{ name: 'a', tensor: { ...tensor, shape: [3] } }], { _tag: 'InvalidShape', shape: [3] }],
    ['a negative size', [{ name: 'a', tensor: { ...tensor, shape: [-1, -2] } }], { _tag: 'InvalidShape' }],
    [
      'a shape that no reader takes',
      [{ name: 'a', tensor: { ...tensor, shape: [0, 2 ** 51], values: new Float32Array() } }],
      { _tag: 'InvalidShape' }
    ],
    [
      'floats as int32',
      [{ name: 'a', tensor: { ...tensor, dtype: 'int32' } }],
      { _tag: 'DtypeError', dtypes: ['int32'] }
    ],
    ['bytes as float32', [{ name: 'a', tensor: { ...tensor, values: Uint8Array.of(1, 2) } }], { _tag: 'DtypeError' }],
    [
      'a bool of 2',
      [{ name: 'a', tensor: { ...tensor, dtype: 'bool', values: Uint8Array.of(1, 2) } }],
      { _tag: 'DtypeError' }
    ],
    ['floats as I64', [{ name: 'a', tensor, dtype: 'I64' }], { _tag: 'DtypeError' }]
  ])('refuses %s', (_, written, error) => {
    expect(leftOf(encodeSafetensors(written))).toMatchObject({ operation: 'encodeSafetensors', ...error })
  })

  it('refuses texts that are none, and a header longer than readers take', () => {
    expect(leftOf(encodeSafetensors([], new Map([['a', '\udc00']])))).toMatchObject({ argument: 'metadata' })
    const long = leftOf(encodeSafetensors([], new Map([['a', 'x'.repeat(100_000_000)]])))
    expect(long).toMatchObject({ _tag: 'InvalidArgument', argument: 'metadata' })
  })

  it('refuses more bytes than an array has', () => {
    const values = new Int32Array(2 ** 24)
    const large: HostTensor = { shape: [2 ** 24], dtype: 'int32', values }
    const many = Array.from({ length: 65 }, (_, i) => ({ name: `${i}`, tensor: large }))
    const error = leftOf(encodeSafetensors(many))
    expect(error).toMatchObject({ _tag: 'InvalidArgument', argument: 'entries' })
    expect(error.message).toContain('use writeSafetensors')
  })
})
