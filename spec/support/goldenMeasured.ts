/** What a kernel set gives for a row of pytorch.jsonl, beside what PyTorch gives. No jest is needed. */
import { isLeft } from 'fp-ts/Either'
import { isNone } from 'fp-ts/Option'
import {
  add,
  backward,
  constant,
  type Dtype,
  gradient,
  gradientOf,
  type HostTensor,
  type Kernels,
  mul,
  parameter,
  read,
  type Shape,
  startTape,
  sum,
  type Tape,
  type TensorError,
  type Traced,
  traverse,
  type Variable
} from 'gradfold'
import { sizeOf } from '../../src/kernels/shape'
import { asHost, type GoldenCase, type GoldenDerivatives, type GoldenRow, goldenWeights } from './golden'
import { measureDraw } from './goldenDraws'
import { measureOptimizing } from './goldenOptimizers'
import { goldenPrograms } from './goldenPrograms'
import { measureSteps, measureTraining } from './goldenSteps'
import { rightOf } from './results'

export const parts = ['value', 'gradient', 'second'] as const
export type Part = (typeof parts)[number]

/** One tensor of a row. */
export interface Pair {
  readonly part: Part
  /** Which of its part: the input that the derivative is of. */
  readonly which: number
  readonly dtype: Dtype
  /** Undefined is nothing but zeros. */
  readonly wanted: ReadonlyArray<number> | undefined
  readonly got: ReadonlyArray<number> | undefined
  /** Shape and dtype, where they are not as wanted. */
  readonly misfit?: string
}

/** The error of a program that was refused, or all tensors of the row. */
export type Measured = { readonly refused: TensorError['_tag'] } | { readonly pairs: ReadonlyArray<Pair> }

export const measure = (kernels: Kernels, row: GoldenRow): Measured => {
  const own = kernels.withOwnAllocations()
  try {
    if ('inputs' in row) return measureCase(own, row)
    if ('rates' in row || 'scales' in row || 'clipped' in row || 'averaged' in row) {
      return { pairs: measureOptimizing(own, row) }
    }
    if ('losses' in row) return { pairs: measureTraining(own, row) }
    return { pairs: 'scale' in row ? measureSteps(own, row) : measureDraw(own, row) }
  } finally {
    own.allocations.releaseAll()
  }
}

const measureCase = (kernels: Kernels, row: GoldenCase): Measured => {
  const make = goldenPrograms[row.of]
  if (make === undefined) throw new Error(`spec/support/goldenPrograms.ts has no program for the rows of ${row.of}`)
  const loaded = rightOf(traverse(startTape(kernels), row.inputs, (tape, input) => parameter(tape, asHost(input))))
  const result = make(row.options ?? {})(loaded.tape, loaded.value)
  if (isLeft(result)) return { refused: result.left._tag }
  const y = result.right
  const value = pairOf('value', 0, asHost(row.value), rightOf(read(y.value)))
  if (!y.value.needsGradient) return { pairs: [value, ...pairsOf('gradient', [], row.gradients)] }
  const upstream = rightOf(parameter(y.tape, weightsLike(y.value.shape, 0)))
  const at: Traced<Variable> = { tape: upstream.tape, value: y.value }
  const slopes = recorded(at, upstream.value, loaded.value)
  return {
    pairs: [
      value,
      ...pairsOf('gradient', byBackward(at, upstream.value, loaded.value), row.gradients),
      ...pairsOf('gradient', slopes.found, row.gradients),
      ...pairsOf('second', curvatures(slopes, [...loaded.value, upstream.value]), row.second)
    ]
  }
}

const weightsLike = (shape: Shape, start: number): HostTensor => ({
  shape,
  dtype: 'float32',
  values: Float64Array.from(goldenWeights(sizeOf(shape), start))
})

/** A derivative, and whose: it must have that one's shape. */
interface Derivative {
  readonly of: Variable
  readonly host: HostTensor | undefined
}

const byBackward = (
  y: Traced<Variable>,
  upstream: Variable,
  inputs: ReadonlyArray<Variable>
): ReadonlyArray<Derivative> => {
  const gradients = rightOf(backward(y.tape, y.value, { upstream }))
  return inputs.map((input) => {
    const found = gradientOf(gradients, input)
    return { of: input, host: isNone(found) ? undefined : rightOf(read(found.value)) }
  })
}

/** The gradients as variables, and the sum of them all under weights of their own. */
interface Recorded {
  readonly tape: Tape
  readonly found: ReadonlyArray<Derivative>
  readonly total: Variable | undefined
}

const recorded = (y: Traced<Variable>, upstream: Variable, inputs: ReadonlyArray<Variable>): Recorded =>
  inputs.reduce<Recorded>(
    ({ tape, found, total }, input, i) => {
      const slope = gradientBy(tape, y.value, input, upstream)
      if (slope === undefined) return { tape, found: [...found, { of: input, host: undefined }], total }
      const above = rightOf(constant(slope.tape, weightsLike(input.shape, i + 1)))
      const product = rightOf(mul(above.tape, slope.value, above.value))
      const term = rightOf(sum(product.tape, product.value))
      const next = total === undefined ? term : rightOf(add(term.tape, total, term.value))
      const host = rightOf(read(slope.value))
      return { tape: next.tape, found: [...found, { of: input, host }], total: next.value }
    },
    { tape: y.tape, found: [], total: undefined }
  )

const curvatures = ({ tape, total }: Recorded, leaves: ReadonlyArray<Variable>): ReadonlyArray<Derivative> =>
  leaves.map((leaf) => {
    const found = total === undefined ? undefined : gradientBy(tape, total, leaf)
    return { of: leaf, host: found === undefined ? undefined : rightOf(read(found.value)) }
  })

/** Undefined where none flows. */
const gradientBy = (tape: Tape, loss: Variable, x: Variable, upstream?: Variable): Traced<Variable> | undefined => {
  const found = gradient(tape, loss, x, upstream === undefined ? {} : { upstream })
  return isLeft(found) && found.left._tag === 'NoGradientPath' ? undefined : rightOf(found)
}

const pairsOf = (
  part: Part,
  found: ReadonlyArray<Derivative>,
  wanted: GoldenDerivatives | undefined
): ReadonlyArray<Pair> =>
  Array.from({ length: Math.max(found.length, wanted?.length ?? 0) }, (_, which): Pair => {
    const numbers = wanted?.[which]?.map(Number)
    const derivative = found[which]
    if (derivative?.host === undefined) return { part, which, dtype: 'float32', wanted: numbers, got: undefined }
    const { shape } = derivative.of
    return pairOf(part, which, { shape, dtype: 'float32', values: numbers }, derivative.host)
  })

const pairOf = (
  part: Part,
  which: number,
  wanted: { readonly shape: Shape; readonly dtype: Dtype; readonly values: Iterable<number> | undefined },
  got: HostTensor
): Pair => {
  const { dtype } = wanted
  const pair = { part, which, dtype, wanted: wanted.values && Array.from(wanted.values), got: Array.from(got.values) }
  const [asked, found] = [wanted, got].map((type) => `${type.dtype} [${type.shape.join(', ')}]`)
  return asked === found ? pair : { ...pair, misfit: `${found} instead of ${asked}` }
}
