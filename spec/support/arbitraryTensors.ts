/** Random tensors in JavaScript's memory. All float32 numbers are exact in float32. */
import fc from 'fast-check'
import { sizeOf } from '../../src/kernels/shape'
import type { Dtype, HostTensor, Shape } from '../../src/kernels/tensor'
import { hostTensor } from './hostTensors'

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
export const tensorOf = (shape: Shape, dtype: Dtype, number: fc.Arbitrary<number>): fc.Arbitrary<HostTensor> => {
  const size = sizeOf(shape)
  return fc.array(number, { minLength: size, maxLength: size }).map((numbers) => hostTensor(shape, numbers, dtype))
}

export const anyTensor = (shape: Shape, dtype: Dtype, flavour: Flavour): fc.Arbitrary<HostTensor> =>
  tensorOf(shape, dtype, anyNumber(dtype, flavour))

export const anyTensors = (
  shapes: ReadonlyArray<Shape>,
  dtype: Dtype,
  flavour: Flavour
): fc.Arbitrary<ReadonlyArray<HostTensor>> => fc.tuple(...shapes.map((shape) => anyTensor(shape, dtype, flavour)))
