import { left, right } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import { invalidArgument } from '../../error/tensorError'
import type { ClassCounts } from './classCounts'

/**
 * How the numbers of the classes become one. `binary`: that of class 1, of two. `macro`: their mean, over the classes
 * that the labels or the predictions have. `weighted`: their mean, each counting by its labels. `micro`: the number of
 * all decisions together, which is the accuracy. `none`: one number for each class.
 */
export type Average = 'binary' | 'macro' | 'micro' | 'weighted' | 'none'

/** Of each class, a numerator and a denominator. */
export type Ratio = (counts: ClassCounts) => readonly [numerators: Float64Array, denominators: Float64Array]

/** Of what was predicted as the class, how much is. */
export const precisionRatio: Ratio = ({ correct, predicted }) => [correct, predicted]

/** Of what is the class, how much was predicted as it. */
export const recallRatio: Ratio = ({ correct, actual }) => [correct, actual]

/** The harmonic mean of both. */
export const f1Ratio: Ratio = ({ correct, predicted, actual }) => [
  correct.map((n) => 2 * n),
  predicted.map((n, i) => n + actual[i]!)
]

/** Nothing of nothing is 0, as in scikit-learn. */
const share = (numerator: number, denominator: number): number => (denominator === 0 ? 0 : numerator / denominator)

const sum = (values: Iterable<number>): number => {
  let total = 0
  for (const value of values) total += value
  return total
}

/** The number of each class. */
export const sharesOf = (counts: ClassCounts, ratio: Ratio): ReadonlyArray<number> => {
  const [numerators, denominators] = ratio(counts)
  return Array.from(numerators, (numerator, i) => share(numerator, denominators[i]!))
}

/** One number. InvalidArgument: `binary` of more than two classes. By default `binary` for single scores, else `macro`. */
export const averaged = (
  operation: string,
  counts: ClassCounts,
  ratio: Ratio,
  average: Exclude<Average, 'none'> = counts.single ? 'binary' : 'macro'
): Result<number> => {
  const shares = sharesOf(counts, ratio)
  switch (average) {
    case 'binary': {
      const [, positive] = shares
      if (positive !== undefined && counts.classes === 2) return right(positive)
      const text =
        `${operation} has average 'binary' for two classes, but there are ${counts.classes}: use 'macro', 'micro', ` +
        "'weighted', or 'none'."
      return left(invalidArgument(operation, 'average', average, text))
    }
    case 'macro': {
      const present = shares.filter((_, i) => counts.predicted[i]! + counts.actual[i]! > 0)
      return right(sum(present) / present.length)
    }
    case 'weighted':
      return right(sum(shares.map((value, i) => value * counts.actual[i]!)) / counts.count)
    case 'micro': {
      const [numerators, denominators] = ratio(counts)
      return right(share(sum(numerators), sum(denominators)))
    }
  }
}
