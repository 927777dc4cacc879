/** The numbers that generated tensors hold, by dtype and kind. */
import type fc from 'fast-check'
import type { Dtype } from '../../kernels/tensor'
import { type NumberGroup, oneOf } from './oneOf'

/** What a tensor is filled with: TensorKind, in tensors.ts, says how. */
export type NumberKind = 'plain' | 'nearKinks' | 'extreme' | 'special'

/** How the numbers of tensors are drawn. */
export interface Numbers {
  readonly number: fc.Arbitrary<number>
  /** Up to this many in one example are all different. */
  readonly different: number
  /** The first is what any number becomes if it can be any, and the next ones where all have to be different. */
  readonly simplest: ReadonlyArray<number>
}

/** Numbers of this dtype and kind. int32 has no special numbers, but extreme ones instead; bool is 0 or 1 always. */
export const numbersOf = (dtype: Dtype, kind: NumberKind): Numbers => {
  if (dtype === 'bool') return numbersIn([{ weight: 1, numbers: [0, 1] }])
  const { plain, kinks, beside, extreme, special } = dtype === 'float32' ? floats : integers
  switch (kind) {
    case 'plain':
      // Half of them at most, so that another one is soon found.
      return { ...numbersIn([{ weight: 1, numbers: plain }]), different: plain.length / 2 }
    case 'nearKinks':
      return numbersIn([
        { weight: 1, numbers: kinks },
        { weight: 1, numbers: beside }
      ])
    case 'extreme':
      return numbersIn([
        { weight: 1, numbers: plain },
        { weight: 3, numbers: extreme }
      ])
    case 'special':
      return numbersIn([
        { weight: 3, numbers: plain },
        { weight: 1, numbers: special }
      ])
  }
}

const numbersIn = (groups: ReadonlyArray<NumberGroup>): Numbers => ({
  number: oneOf(...groups),
  different: 0,
  simplest: groups[0]?.numbers ?? []
})

const bothSigns = (numbers: ReadonlyArray<number>): ReadonlyArray<number> => numbers.flatMap((x) => [x, -x])

/** How long the fraction is in writing: shortest of whole numbers. */
const fractionLength = (x: number): number => `${Math.abs(x) % 1}`.length

/** Multiples of 1/64 from 1/4 to 4 and their negatives, the simplest first: 1, 2, 3, 4, -1, ..., 0.5, ... */
const plainFloats = bothSigns(Array.from({ length: 241 }, (_, i) => (i + 16) / 64)).toSorted(
  (a, b) => fractionLength(a) - fractionLength(b) || Math.sign(b) - Math.sign(a) || Math.abs(a) - Math.abs(b)
)

/** What is neither 0, 1 nor -1 is there to meet itself. */
const kinks = [0, 1, -1, 2, -2.5]
/** To the next floats of float64 and of float32 at 1, and further off; at 0 the next ones are denormal. */
const besides = bothSigns([2 ** -52, 2 ** -51, 2 ** -23, 2 ** -22, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3])
const besidesZero = bothSigns([2 ** -1074, 2 ** -149, 2 ** -148])

const extremeFloats = bothSigns(
  [
    // Where exp, its square and its sums overflow, and where it vanishes.
    [100, 44.5, 89, 104, 710, 1e4, 1e8, 2 ** 24 + 2, 1e18, 1e19, 1e30, 1e38],
    [(2 - 2 ** -23) * 2 ** 127],
    [1e-4, 1e-8, 1e-18, 1e-30, 2 ** -126],
    // Too small for a float32 with all of its digits.
    [(1 - 2 ** -23) * 2 ** -126, 1e-40, 2 ** -149]
  ]
    .flat()
    .map(Math.fround)
)

/** From -100 to 100, the smallest first. */
const plainIntegers = [0, ...bothSigns(Array.from({ length: 100 }, (_, i) => i + 1))]

/**
 * 46341 is the first whose square needs more than 31 bits, 2^24 + 1 the first that float32 cannot hold; some are pairs
 * whose difference float32 does not see.
 */
const extremeIntegers = [
  ...[46341, -46341, 2 ** 16, 2 ** 24, 2 ** 24 + 1, -(2 ** 24) - 1, 2 ** 30],
  ...[2 ** 31 - 2, 2 ** 31 - 1, -(2 ** 31) + 1, -(2 ** 31)]
]

const floats = {
  plain: plainFloats,
  kinks,
  beside: [...kinks.flatMap((kink) => besides.map((by) => kink + by)), ...besidesZero],
  extreme: extremeFloats,
  special: [NaN, Infinity, -Infinity, -0]
}

const integers = {
  plain: plainIntegers,
  kinks: [0, 1, -1],
  beside: [2, -2],
  extreme: extremeIntegers,
  special: extremeIntegers
}
