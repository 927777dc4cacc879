/** First and second derivatives of a program, each in the ways that must agree. */
import { isLeft } from 'fp-ts/Either'
import { isNone } from 'fp-ts/Option'
import { pipe } from 'fp-ts/function'
import {
  andThen,
  backward,
  gradient,
  gradientOf,
  type HostTensor,
  type Kernels,
  parameter,
  read,
  type Readable,
  referenceKernels,
  type Tape,
  traverse,
  type Variable
} from 'gradfold'
import { lossAt, type Program, weighted } from './gradients'
import { onTape } from './leaks'
import { at } from './operationCase'
import { rightOf } from './results'

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

/** By `backward`, of the program's weighted sum. */
export const byBackward = (kernels: Kernels, program: Program, inputs: ReadonlyArray<HostTensor>): Found =>
  onParameters(kernels, inputs, (start, variables) => {
    const { tape, value: loss } = rightOf(weighted(start, program, variables))
    if (!loss.needsGradient) return inputs.map(() => undefined)
    const gradients = rightOf(backward(tape, loss))
    return variables.map((variable) => {
      const found = gradientOf(gradients, variable)
      return isNone(found) ? undefined : numbersOf(found.value)
    })
  })

/** By `gradient`, of the program's weighted sum. */
export const byGradient = (kernels: Kernels, program: Program, inputs: ReadonlyArray<HostTensor>): Found =>
  onParameters(kernels, inputs, (start, variables) => {
    const { tape, value: loss } = rightOf(weighted(start, program, variables))
    return variables.map((variable) => {
      const found = gradient(tape, loss, variable)
      const none = isLeft(found) && found.left._tag === 'NoGradientPath'
      return none ? undefined : numbersOf(rightOf(found).value)
    })
  })

const numbersOf = (x: Readable): Float64Array => Float64Array.from(rightOf(read(x)).values)

/** The gradient of the program's weighted sum as a program itself. */
const derivativeBy =
  (program: Program, which: number): Program =>
  (tape, inputs) =>
    pipe(
      weighted(tape, program, inputs),
      andThen((next, loss) => gradient(next, loss, at(inputs, which)))
    )

const isPath = (program: Program, inputs: ReadonlyArray<HostTensor>): boolean =>
  onParameters(referenceKernels(), inputs, (tape, variables) => {
    const result = program(tape, variables)
    if (isLeft(result) && result.left._tag !== 'NoGradientPath') rightOf(result)
    return !isLeft(result)
  })

/** A direction that meets every element. */
const direction = (size: number): Float64Array => Float64Array.from({ length: size }, (_, i) => Math.cos(2 + 5 * i))

const alongDirection = (program: Program, inputs: ReadonlyArray<HostTensor>, which: number, step: number): number => {
  const input = at(inputs, which)
  const by = direction(input.values.length)
  const values = Float64Array.from(input.values, (value, i) => value + step * by[i]!)
  return lossAt(
    program,
    inputs.map((other, i) => (i === which ? { ...input, values } : other))
  )
}

/**
 * Expects the gradient of each gradient to have the slope, along one direction of each input, that central differences
 * of the first gradient have.
 */
export const expectRightSecondDerivatives = (program: Program, inputs: ReadonlyArray<HostTensor>): void => {
  inputs.forEach(({ dtype }, which) => {
    const first = derivativeBy(program, which)
    if (dtype !== 'float32' || !isPath(first, inputs)) return
    const second = byGradient(referenceKernels(), first, inputs)
    inputs.forEach((input, other) => {
      if (input.dtype !== 'float32') return
      const by = direction(input.values.length)
      const terms = Array.from(second[other] ?? [], (value, i) => value * by[i]!)
      const step = 1e-5
      const slope =
        (alongDirection(first, inputs, other, step) - alongDirection(first, inputs, other, -step)) / 2 / step
      const scale = terms.reduce((total, term) => total + Math.abs(term), 1)
      const difference = Math.abs(terms.reduce((total, term) => total + term, 0) - slope)
      expect({ which, other, slope, second: second[other], difference: difference <= 1e-6 * scale }).toMatchObject({
        difference: true
      })
    })
  })
}

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
