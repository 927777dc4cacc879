/**
 * Tensors whose results on float32 kernels can be held against float64: all numbers are exact in float32, and no sum of them
 * overflows. That is why they are not of the kinds of `tensors`.
 */
import fc from 'fast-check'
import type { Dtype, HostTensor, Shape } from '../../src/kernels/tensor'
import { tensorLists } from '../../src/testing/generators/tensorLists'

/**
 * Plain numbers are of moderate size. Large ones go to the ends of the range, and special ones are no numbers at all;
 * plain ones are among both, so that neither swallows every sum.
 */
export const flavours = ['plain', 'large', 'special'] as const
export type Flavour = (typeof flavours)[number]

/** Multiples of 2^-16 between -16 and 16, small integers often enough that two numbers meet. */
const plainFloat = fc.oneof(
  { weight: 1, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 3, arbitrary: fc.integer({ min: -(2 ** 20), max: 2 ** 20 }).map((n) => n / 2 ** 16) }
)
const plainInteger = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -100, max: 100 }))

const largeFloats = [0, -0, 1, -1, 100, -100, 1e4, -1e4, 1e30, -1e30, 1e-30, -1e-30].map(Math.fround)
/**
 * 46341 is the first integer whose square needs more than 31 bits, 2^24 + 1 the first that float32 cannot hold; in pairs
 * whose difference float32 does not see.
 */
const largeIntegers = [46341, -46341, 2 ** 24, 2 ** 24 + 1, -(2 ** 24) - 1, 2 ** 31 - 2, 2 ** 31 - 1, -(2 ** 31)]
const specials = [NaN, Infinity, -Infinity]

export const anyNumber = (dtype: Dtype, flavour: Flavour): fc.Arbitrary<number> => {
  if (dtype === 'bool') return fc.nat({ max: 1 })
  const plain = dtype === 'float32' ? plainFloat : plainInteger
  if (flavour === 'plain') return plain
  const [weight, others] =
    dtype === 'int32' ? ([3, largeIntegers] as const) : ([1, flavour === 'large' ? largeFloats : specials] as const)
  return fc.oneof({ weight: 3, arbitrary: plain }, { weight, arbitrary: fc.constantFrom(...others) })
}

/** A tensor of this shape with such numbers. */
export const tensorOf = (shape: Shape, dtype: Dtype, number: fc.Arbitrary<number>): fc.Arbitrary<HostTensor> =>
  listsOf(fc.constant([shape]), dtype, number).map(([x]) => x!)

export const anyTensor = (
  shape: Shape | fc.Arbitrary<Shape>,
  dtype: Dtype,
  flavour: Flavour
): fc.Arbitrary<HostTensor> =>
  anyTensors(
    ('generate' in shape ? shape : fc.constant(shape)).map((one) => [one]),
    dtype,
    flavour
  ).map(([x]) => x!)

/** A tensor of each shape. */
export const anyTensors = (
  shapes: ReadonlyArray<Shape> | fc.Arbitrary<ReadonlyArray<Shape>>,
  dtype: Dtype,
  flavour: Flavour
): fc.Arbitrary<ReadonlyArray<HostTensor>> =>
  listsOf('generate' in shapes ? shapes : fc.constant(shapes), dtype, anyNumber(dtype, flavour))

const listsOf = (
  shapes: fc.Arbitrary<ReadonlyArray<Shape>>,
  dtype: Dtype,
  number: fc.Arbitrary<number>
): fc.Arbitrary<ReadonlyArray<HostTensor>> => tensorLists(shapes, dtype, { number, different: 0, simplest: [] })
