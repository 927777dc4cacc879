/** Derivatives of the programs of specs: checked by the toolkit, or as each kernel set gives them. */
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
  type Result,
  type Tape,
  type Traced,
  traverse,
  type Variable
} from 'gradfold'
import { checkProgram } from 'gradfold/testing'
import { sizeOf } from '../../src/kernels/shape'
import { onTape } from './leaks'
import { rightOf } from './results'

/** A function of several variables. */
export type Program = (tape: Tape, inputs: ReadonlyArray<Variable>) => Result<Traced<Variable>>

/** Throws unless first and second derivatives are what central differences say; see checkGradients. */
export const checkTrial = ({
  program,
  inputs
}: {
  readonly program: Program
  readonly inputs: ReadonlyArray<HostTensor>
}): void => checkProgram({ run: (tape, ...variables) => program(tape, variables), inputs, operations: [] })

/** For each input the numbers of its gradient; undefined where none flows. */
export type Found = ReadonlyArray<Float64Array | undefined>

/** The program on parameters: all on one tape. */
export const onParameters = <A>(
  kernels: Kernels,
  inputs: ReadonlyArray<HostTensor>,
  body: (tape: Tape, variables: ReadonlyArray<Variable>) => A
): A =>
  onTape(kernels, (start) => {
    const { value, tape } = rightOf(traverse(start, inputs, (next, input) => parameter(next, input)))
    return body(tape, value)
  })

/** The gradients of the program by `backward`. */
export const byBackward = (kernels: Kernels, program: Program, inputs: ReadonlyArray<HostTensor>): Found =>
  onParameters(kernels, inputs, (tape, variables) => backwardOf(rightOf(program(tape, variables)), variables))

/** By `gradient`. */
export const byGradient = (kernels: Kernels, program: Program, inputs: ReadonlyArray<HostTensor>): Found =>
  onParameters(kernels, inputs, (tape, variables) => {
    const y = rightOf(program(tape, variables))
    return variables.map((variable) => {
      const found = recordedGradient(y, variable)
      return found && numbersOf(found.value)
    })
  })

/** By `backward`, under an upstream gradient that is not constant, and that float32 holds exactly. */
export const backwardOf = (y: Traced<Variable>, variables: ReadonlyArray<Variable>): Found => {
  if (!y.value.needsGradient) return variables.map(() => undefined)
  const upstream = upstreamOf(y, 1)
  const gradients = rightOf(backward(upstream.tape, y.value, { upstream: upstream.value }))
  return variables.map((variable) => {
    const found = gradientOf(gradients, variable)
    return isNone(found) ? undefined : numbersOf(found.value)
  })
}

/** By `gradient`, under the same, or another for another phase; undefined where none flows. */
export const recordedGradient = (y: Traced<Variable>, x: Variable, phase = 1): Traced<Variable> | undefined => {
  const upstream = upstreamOf(y, phase)
  const found = gradient(upstream.tape, y.value, x, { upstream: upstream.value })
  return isLeft(found) && found.left._tag === 'NoGradientPath' ? undefined : rightOf(found)
}

const upstreamOf = ({ tape, value: { shape } }: Traced<Variable>, phase: number): Traced<Variable> => {
  const values = Float64Array.from({ length: sizeOf(shape) }, (_, i) => Math.fround(Math.cos(phase + 3 * i)))
  return rightOf(constant(tape, { shape, values }))
}

export const numbersOf = (x: Readable): Float64Array => Float64Array.from(rightOf(read(x)).values)

/** Expects two lists of gradients to agree within `tolerance`, relative to the largest number of each gradient. */
export const expectClose = (actual: Found, expected: Found, tolerance: number): void => {
  expect(actual.map((values) => values?.length)).toEqual(expected.map((values) => values?.length))
  expected.forEach((values, i) => {
    const scale = Math.max(1, ...(values ?? []).map(Math.abs))
    values?.forEach((value, position) => {
      const got = actual[i]?.[position] ?? NaN
      const near = Math.abs(got - value) <= tolerance * scale
      expect({ input: i, position, value, got, near }).toMatchObject({ near: true })
    })
  })
}
