import type { Values } from '../../src/kernels/tensor'
import type { Precision } from './operationCase'

/** Below it float32 loses digits. */
const smallestNormal = 2 ** -126
/** Half an ulp above the largest float32: from here on numbers round to Infinity. */
const overflow = (2 - 2 ** -24) * 2 ** 127

/**
 * The first number of `actual` that is not the number of `expected` as exactly as asked, in words; undefined if there is none.
 * Where the reference has float64, both are rounded to float32 first. NaN equals NaN, 0 equals -0, and what float32 cannot
 * hold is an infinity. `terms` are the sums of absolute terms, which a summed precision needs.
 */
export const firstMismatch = (
  actual: Values,
  expected: Values,
  precision: Precision,
  terms: Values
): string | undefined => {
  if (actual.length !== expected.length) return `${actual.length} numbers instead of ${expected.length}`
  // int32 and bool are whole: 2^24 + 1 is no 2^24.
  const rounded = (x: number): number => (expected instanceof Float64Array ? Math.fround(x) : x)
  const position = actual.findIndex((a, i) => {
    const e = expected[i] ?? NaN
    return rounded(a) !== rounded(e) && !agree(rounded(a), e, allowance(precision, e, terms[i] ?? NaN))
  })
  return position < 0
    ? undefined
    : `number ${position} is ${actual[position]} instead of ${expected[position]}, in ${show(actual)} instead of ${show(expected)}`
}

const allowance = (precision: Precision, expected: number, terms: number): number => {
  if (precision.kind === 'exact') return 0
  if (precision.kind === 'relative') return precision.factor * Math.abs(expected) + smallestNormal
  if (precision.kind === 'shifted') return precision.factor * (1 + Math.abs(expected))
  return (precision.count + 2) * 2 ** -24 * terms + smallestNormal
}

const agree = (actual: number, expected: number, allowed: number): boolean => {
  if (Number.isNaN(expected)) return Number.isNaN(actual)
  if (!Number.isFinite(expected) || !Number.isFinite(allowed)) return false
  if (!Number.isFinite(actual)) return Math.sign(actual) * expected + allowed >= overflow
  return Math.abs(actual - expected) <= allowed
}

const show = (values: Values): string =>
  `[${Array.from(values.slice(0, 20)).join(', ')}${values.length > 20 ? ', ...' : ''}]`
