/** First and second derivatives on one kernel set, for the table of errors: no jest is needed. */
import { isLeft } from 'fp-ts/Either'
import { isNone } from 'fp-ts/Option'
import {
  backward,
  constant,
  gradient,
  gradientOf,
  type HostTensor,
  type Kernels,
  parameter,
  read,
  type Readable,
  startTape,
  type Tape,
  type Traced,
  traverse,
  type Variable
} from 'gradfold'
import { sizeOf } from '../../src/kernels/shape'
import type { Found } from './derivatives'
import type { Program } from './gradients'
import { rightOf } from './results'

/** What a derivative is taken of: the numbers, and who asks. */
interface Derivatives {
  /** By `backward`. */
  readonly first: Found
  /** By `gradient` of `gradient`: of each input, for each input. */
  readonly second: Found
}

/** The derivatives of a program under upstream gradients that are not constant, and that float32 holds exactly. */
export const kernelsTableDerivatives = (
  kernels: Kernels,
  program: Program,
  inputs: ReadonlyArray<HostTensor>
): Derivatives => {
  const own = kernels.withOwnAllocations()
  try {
    const loaded = rightOf(traverse(startTape(own), inputs, (tape, input) => parameter(tape, input)))
    const y = rightOf(program(loaded.tape, loaded.value))
    if (!y.value.needsGradient) return { first: [], second: [] }
    const variables = loaded.value
    return { first: byBackward(y, variables), second: variables.flatMap((x) => bySecondGradient(y, variables, x)) }
  } finally {
    own.allocations.releaseAll()
  }
}

const byBackward = (y: Traced<Variable>, variables: ReadonlyArray<Variable>): Found => {
  const upstream = weights(y, 1)
  const gradients = rightOf(backward(upstream.tape, y.value, { upstream: upstream.value }))
  return variables.map((variable) => {
    const found = gradientOf(gradients, variable)
    return isNone(found) ? undefined : numbersOf(found.value)
  })
}

const bySecondGradient = (y: Traced<Variable>, variables: ReadonlyArray<Variable>, x: Variable): Found => {
  const slope = gradientBy(y, x, 1)
  return variables.map((variable) => {
    const curvature = slope === undefined ? undefined : gradientBy(slope, variable, 2)
    return curvature === undefined ? undefined : numbersOf(curvature.value)
  })
}

/** Undefined where none flows. */
const gradientBy = (y: Traced<Variable>, x: Variable, phase: number): Traced<Variable> | undefined => {
  const upstream = weights(y, phase)
  const found = gradient(upstream.tape, y.value, x, { upstream: upstream.value })
  return isLeft(found) && found.left._tag === 'NoGradientPath' ? undefined : rightOf(found)
}

const weights = ({ tape, value }: { tape: Tape; value: Variable }, phase: number): Traced<Variable> => {
  const { shape } = value
  const values = Float64Array.from({ length: sizeOf(shape) }, (_, i) => Math.fround(Math.cos(phase + 3 * i)))
  return rightOf(constant(tape, { shape, values }))
}

const numbersOf = (x: Readable): Float64Array => Float64Array.from(rightOf(read(x)).values)
