/** First and second derivatives on one kernel set, for the table of errors: no jest is needed. */
import { type HostTensor, type Kernels, parameter, startTape, type Traced, traverse, type Variable } from 'gradfold'
import { backwardOf, type Found, numbersOf, type Program, recordedGradient } from './derivatives'
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
    return { first: backwardOf(y, variables), second: variables.flatMap((x) => secondOf(y, variables, x)) }
  } finally {
    own.allocations.releaseAll()
  }
}

const secondOf = (y: Traced<Variable>, variables: ReadonlyArray<Variable>, x: Variable): Found => {
  const slope = recordedGradient(y, x)
  return variables.map((variable) => {
    const curvature = slope && recordedGradient(slope, variable, 2)
    return curvature && numbersOf(curvature.value)
  })
}
