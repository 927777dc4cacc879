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

const ignoredLabels = ['softmaxCrossEntropy', 'nllLoss'].map((of) => ({
  of,
  name: 'of labels that are all ignored, mean',
  ours: { refused: 'InvalidArgument' as const },
  why: 'PyTorch gives NaN, the mean of nothing, as it does for an empty batch.'
}))

const impossible =
  "PyTorch's gradient to p is NaN where p is 0, for p / p is. Here ln(p) counts for nothing there, so that the rest of it is left."

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
  ...emptyBatches,
  ...ignoredLabels,
  {
    of: 'klDivergence',
    name: 'of probabilities of 0, none',
    ours: {
      gradients: [
        [0, 1.15625, 0, 0.546875],
        [-1.96875, -3.46875, 4687.5, -0.8824952712625599]
      ],
      second: [
        [-2.6455078125, -0.6142578125, -0.5126953125, -0.5126953125],
        [-3.2607421875, -0.361328125, -0.3662109375, 0.1708984375],
        [-1.34375, -0.75, 10937.5, 0.01241274088747435]
      ]
    },
    why: impossible
  },
  {
    of: 'klDivergence',
    name: 'of a chance that q has not, none',
    ours: {
      gradients: [
        [1.96875, 0],
        ['-Infinity', -1.15625]
      ],
      second: [
        [-2.6455078125, -0.6142578125],
        [-0.615234375, -0.9755859375],
        ['-Infinity', -0.53125]
      ]
    },
    why: impossible
  }
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
