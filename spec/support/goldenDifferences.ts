/** Where gradfold is not PyTorch, and why: docs/accuracy.md has these texts. Each is held to the numbers given here. */
import type { TensorError } from 'gradfold'
import { type GoldenCase, type GoldenRow, goldenWeights } from './golden'

/** What stands in place of PyTorch's numbers, or the error that a call is refused with. */
type Ours = Partial<Pick<GoldenCase, 'value' | 'gradients' | 'second'>> | { readonly refused: TensorError['_tag'] }

export interface Difference {
  readonly of: string
  /** The row's name. */
  readonly name: string
  readonly ours: Ours
  readonly why: string
}

const neverLost = 'NaN is never lost here, so that it is found where it came from'

const reductions = ['sum', 'mean', 'max'].map((of) => ({
  of,
  name: 'over an empty list of axes',
  // x itself, so that upstream gradients go through.
  ours: {
    value: { shape: [2, 2], values: [-1.9375, -0.3125, -1.0625, -0.1875] },
    gradients: [goldenWeights(4, 0)],
    second: [null, goldenWeights(4, 1)]
  },
  why: 'PyTorch reduces over all axes. Here, as in NumPy, no axes are none: a list that a program computed may be empty.'
}))

const scalars = ['softmax', 'logSoftmax'].map((of) => ({
  of,
  name: 'of a scalar',
  ours: { refused: 'DimensionError' as const },
  why: 'PyTorch counts it as one class. Here an axis has to be there before something goes along it.'
}))

const emptyBatches = ['softmaxCrossEntropy', 'mseLoss'].map((of) => ({
  of,
  name: 'of an empty batch, mean',
  ours: { refused: 'InvalidShape' as const },
  why: 'PyTorch gives NaN, the mean of nothing, which the next update would write into every parameter.'
}))

export const goldenDifferences: ReadonlyArray<Difference> = [
  {
    of: 'abs',
    name: 'of NaN',
    ours: {
      gradients: [['NaN', -1.15625]],
      second: [null, ['NaN', -0.84375]]
    },
    why: `PyTorch's gradient is 0 there. ${neverLost}.`
  },
  {
    of: 'relu',
    name: 'of NaN',
    ours: {
      gradients: [['NaN', -1.15625]],
      second: [
        ['NaN', 0],
        ['NaN', -0.84375]
      ]
    },
    why: `PyTorch lets the gradient through where x is NaN, for NaN is not below 0. ${neverLost}.`
  },
  {
    of: 'sign',
    name: 'of NaN',
    ours: { value: { shape: [2], values: ['NaN', 1] } },
    why: `PyTorch gives 0, NumPy NaN. ${neverLost}.`
  },
  ...reductions,
  {
    of: 'matmul',
    name: 'of vectors',
    ours: { refused: 'DimensionError' },
    why: 'PyTorch adds an axis to a vector and takes it away again; which one depends on the side. Here `reshape` says it.'
  },
  ...scalars,
  {
    of: 'add',
    name: 'of float32 and int32',
    ours: { refused: 'DtypeError' },
    why: 'PyTorch converts the integers. Here nothing is converted silently: `cast` does it. So it is for all operations of two tensors.'
  },
  {
    of: 'div',
    name: 'of int32',
    ours: { refused: 'DtypeError' },
    why: 'PyTorch converts both to floats. Here `cast` does.'
  },
  {
    of: 'less',
    name: 'of bool',
    ours: { refused: 'DtypeError' },
    why: 'PyTorch takes false as 0 and true as 1. Here bool is no number for `less`, `lessEqual`, `greater` and `greaterEqual`.'
  },
  {
    of: 'mseLoss',
    name: 'of shapes that broadcast, mean',
    ours: { refused: 'ShapeMismatch' },
    why: 'PyTorch warns, and compares everything with everything: nearly always a mistake.'
  },
  ...emptyBatches
]

/** Where 0 may be -0, or the other way round: a spec looks that there are no more. */
export const otherZeros: ReadonlyArray<string> = ['max', 'maximum', 'minimum', 'relu', 'sign', 'softmaxCrossEntropy']

export const differenceOf = ({ of, name }: Pick<GoldenRow, 'of' | 'name'>): Difference | undefined =>
  goldenDifferences.find((difference) => difference.of === of && difference.name === name)

/** The row with our numbers in place of PyTorch's where they differ. */
export const asWeHaveIt = (row: GoldenRow): GoldenRow => {
  const ours = differenceOf(row)?.ours
  return ours === undefined || 'refused' in ours ? row : { ...row, ...ours }
}

export const refusalOf = (row: GoldenRow): TensorError['_tag'] | undefined => {
  const ours = differenceOf(row)?.ours
  return ours !== undefined && 'refused' in ours ? ours.refused : undefined
}
