/** Files that are nearly right, and files that are not: what a reader of unknown files meets. */
import fc from 'fast-check'
import { encodeSafetensors, type HostTensor, type Values } from 'gradfold'
import { rightOf } from '../../support/results'

/** A safetensors file of this header, whatever it says, and bytes of numbers. */
export const fileOf = (header: string | Uint8Array, bytes: number | Uint8Array = 0, length?: bigint): Uint8Array => {
  const text = Buffer.from(header)
  const start = Buffer.alloc(8)
  start.writeBigUInt64LE(length ?? BigInt(text.length))
  return Uint8Array.from(Buffer.concat([start, text, typeof bytes === 'number' ? Buffer.alloc(bytes) : bytes]))
}

const names = [
  '"a"',
  '"b"',
  '"a"',
  '"__proto__"',
  '"__metadata__"',
  '"constructor"',
  '""',
  '"\\u0061"',
  '"\\ud800"',
  'a',
  '1'
]
const dtypes = ['BOOL', 'U8', 'I8', 'I16', 'U16', 'F16', 'BF16', 'I32', 'U32', 'F32', 'F64', 'I64', 'U64']
const hostileNumbers = [
  '-1',
  '-0',
  '1.5',
  '1e1',
  '01',
  'NaN',
  'null',
  '"1"',
  '9007199254740991',
  '9007199254740992',
  '18446744073709551615',
  '1e400',
  '[]',
  ''
]
const hostileValues = [
  '{}',
  '[]',
  'null',
  '0',
  '""',
  '{',
  '}',
  '[['.repeat(50),
  '{"a":'.repeat(50),
  '{"a":"b"}',
  '{"a":1}',
  ','
]

const mostly = <A>(usual: fc.Arbitrary<A>, hostile: fc.Arbitrary<A>): fc.Arbitrary<A> =>
  fc.oneof({ arbitrary: usual, weight: 12 }, { arbitrary: hostile, weight: 1 })

const number = (max: number): fc.Arbitrary<string> =>
  mostly(fc.nat(max).map(String), fc.constantFrom(...hostileNumbers))

/** One field of a header; `at` is where its numbers should begin, `end` where they did end. */
const field = (at: number): fc.Arbitrary<{ readonly text: string; readonly end: number }> =>
  fc
    .record({
      name: fc.oneof(
        fc.constantFrom(...names),
        fc.nat(99).map((n) => `"n${n}"`)
      ),
      dtype: mostly(fc.constantFrom(...dtypes), fc.constantFrom('F8_E4M3', 'F128', '', 'f32', '__proto__')),
      shape: fc.array(number(4), { maxLength: 3 }),
      shift: mostly(fc.constant(0), fc.integer({ min: -8, max: 8 })),
      begin: mostly(fc.constant(`${at}`), number(64)),
      finish: mostly(fc.constant(undefined), number(64)),
      value: mostly(fc.constant(undefined), fc.constantFrom(...hostileValues)),
      order: fc.nat(5),
      space: fc.constantFrom('', '', ' ', '\n')
    })
    .map(({ name, dtype, shape, shift, begin, finish, value, order, space }) => {
      const width = { BOOL: 1, U8: 1, I8: 1, I16: 2, U16: 2, F16: 2, BF16: 2, F64: 8, I64: 8, U64: 8 }[dtype] ?? 4
      const size = shape.reduce((product, length) => product * Number(length), width)
      const end = Number.isSafeInteger(size) && size >= 0 && size < 1e6 ? at + size + shift : at
      const parts = [
        `"dtype":${space}"${dtype}"`,
        `"shape":[${shape.join(`,${space}`)}]`,
        `"data_offsets":[${begin},${finish ?? end}]`
      ]
      const turned = [...parts.slice(order % 3), ...parts.slice(0, order % 3)]
      return { text: `${name}:${space}${value ?? `{${turned.join(',')}}`}`, end }
    })

const fields = (
  count: number,
  at: number
): fc.Arbitrary<{ readonly texts: ReadonlyArray<string>; readonly end: number }> =>
  count === 0
    ? fc.constant({ texts: [], end: at })
    : field(at).chain(({ text, end }) =>
        fields(count - 1, Math.max(0, end)).map((rest) => ({ texts: [text, ...rest.texts], end: rest.end }))
      )

/** Headers made of what headers are made of, some of it wrong. */
const structured: fc.Arbitrary<Uint8Array> = fc
  .record({
    body: fc.nat(3).chain((count) => fields(count, 0)),
    extra: mostly(fc.constant(0), fc.integer({ min: -9, max: 9 })),
    begin: mostly(fc.constant('{'), fc.constantFrom('', ' {', '[', '{{', '\ufeff{', '{,')),
    finish: mostly(fc.constant('}'), fc.constantFrom('', '}}', ']', '}x', ',}', '}   ', '}\u0000')),
    reverse: fc.boolean(),
    length: mostly(
      fc.constant(undefined),
      fc.oneof(fc.bigInt(0n, 300n), fc.constantFrom(2n ** 63n, 2n ** 64n - 1n, 100_000_001n, 2n ** 53n, 0n, 1n))
    ),
    fill: fc.constantFrom(0, 1, 2, 255)
  })
  .map(({ body, extra, begin, finish, reverse, length, fill }) => {
    const texts = reverse ? [...body.texts].reverse() : body.texts
    const bytes = new Uint8Array(Math.min(4096, Math.max(0, body.end + extra))).fill(fill)
    return fileOf(`${begin}${texts.join(',')}${finish}`, bytes, length)
  })

const values = (size: number): fc.Arbitrary<Pick<HostTensor, 'dtype' | 'values'>> => {
  const of = (dtype: HostTensor['dtype'], array: fc.Arbitrary<Values>) =>
    fc.record({ dtype: fc.constant(dtype), values: array })
  const whole = { minLength: size, maxLength: size }
  return fc.oneof(
    of('float32', fc.float32Array(whole)),
    of('float32', fc.float64Array(whole)),
    of('int32', fc.int32Array(whole)),
    of('bool', fc.uint8Array({ ...whole, max: 1 }))
  )
}

/** A tensor of any dtype, any numbers, NaN of any kind among them. */
export const hostTensors: fc.Arbitrary<HostTensor> = fc
  .array(fc.nat(3), { maxLength: 3 })
  .chain((shape) => values(shape.reduce((size, n) => size * n, 1)).map((numbers) => ({ shape, ...numbers })))

/** A file as gradfold writes it. */
export const wholeFile: fc.Arbitrary<Uint8Array> = fc
  .record({
    tensors: fc.uniqueArray(fc.tuple(fc.string({ maxLength: 4, unit: 'grapheme' }), hostTensors), {
      maxLength: 3,
      selector: ([name]) => name
    }),
    metadata: fc.array(fc.tuple(fc.string({ maxLength: 4 }), fc.string({ maxLength: 4 })), { maxLength: 2 })
  })
  .map(({ tensors, metadata }) =>
    rightOf(
      encodeSafetensors(
        tensors.map(([name, tensor]) => ({ name, tensor })),
        new Map(metadata)
      )
    )
  )

interface Change {
  readonly kind: 'flip' | 'set' | 'insert' | 'remove' | 'cut' | 'repeat'
  readonly at: number
  readonly byte: number
  readonly length: number
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('flip', 'set', 'insert', 'remove', 'cut', 'repeat'),
  at: fc.nat(0xffff),
  byte: fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('{}[]",:0123456789\\-.e'))),
  length: fc.integer({ min: 1, max: 9 })
})

const changed = (bytes: Uint8Array, { kind, at, byte, length }: Change): Uint8Array => {
  const place = at % (bytes.length + 1)
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)]
  const join = (...parts: ReadonlyArray<Uint8Array>): Uint8Array => Uint8Array.from(Buffer.concat(parts))
  switch (kind) {
    case 'flip':
      return join(
        before,
        after.map((old, i) => (i === 0 ? old ^ (1 << (byte % 8)) : old))
      )
    case 'set':
      return join(
        before,
        after.map((old, i) => (i === 0 ? byte : old))
      )
    case 'insert':
      return join(before, Uint8Array.of(byte), after)
    case 'remove':
      return join(before, after.subarray(length))
    case 'cut':
      return join(before)
    case 'repeat':
      return join(before, after.subarray(0, length), after)
  }
}

/** A whole file with some bytes changed. */
const mutated: fc.Arbitrary<Uint8Array> = fc
  .tuple(wholeFile, fc.array(change, { minLength: 1, maxLength: 3 }))
  .map(([bytes, changes]) => changes.reduce(changed, bytes))

const noise: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 64 })

/** Any of them. */
export const hostileFile: fc.Arbitrary<Uint8Array> = fc.oneof(
  { arbitrary: structured, weight: 6 },
  { arbitrary: mutated, weight: 3 },
  { arbitrary: noise, weight: 1 }
)
