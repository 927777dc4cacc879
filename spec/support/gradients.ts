/** Ground truth for derivatives: central differences in float64 on the reference kernels. */
import { isLeft } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import {
  andThen,
  backward,
  constant,
  gradientOf,
  type HostTensor,
  mul,
  parameter,
  read,
  referenceKernels,
  type Result,
  sum,
  type Tape,
  type Traced,
  traverse,
  type Variable
} from 'gradfold'
import { isSome } from 'fp-ts/Option'
import { onTape } from './leaks'
import { rightOf } from './results'

/** A function of several variables. */
export type Program = (tape: Tape, inputs: ReadonlyArray<Variable>) => Result<Traced<Variable>>

/** sum(program(inputs) * weights): a scalar whose upstream gradient is not constant. */
export const weighted = (tape: Tape, program: Program, inputs: ReadonlyArray<Variable>): Result<Traced<Variable>> =>
  pipe(
    program(tape, inputs),
    andThen((at, y) => {
      const size = y.shape.reduce((product, n) => product * n, 1)
      const values = Float64Array.from({ length: size }, (_, i) => Math.cos(1 + 3 * i))
      return pipe(
        constant(at, { shape: y.shape, values }),
        andThen((later, weights) => mul(later, y, weights))
      )
    }),
    andThen(sum)
  )

/** That scalar on the reference kernels. */
export const lossAt = (program: Program, inputs: ReadonlyArray<HostTensor>): number =>
  onTape(referenceKernels(), (tape) => {
    const { value, tape: next } = rightOf(traverse(tape, inputs, (at, input) => parameter(at, input)))
    return rightOf(read(rightOf(weighted(next, program, value)).value)).values[0]!
  })

/** dL/d(input) for each float32 input by central differences; int32 and bool inputs give undefined. */
export const numericGradients = (
  program: Program,
  inputs: ReadonlyArray<HostTensor>,
  step = 1e-5
): ReadonlyArray<Float64Array | undefined> =>
  inputs.map((input, which) => {
    if (input.dtype !== 'float32') return undefined
    const at = (position: number, change: number): number => {
      const values = Float64Array.from(input.values)
      values[position]! += change
      return lossAt(
        program,
        inputs.map((other, i) => (i === which ? { ...input, values } : other))
      )
    }
    return Float64Array.from(input.values, (value, position) => {
      const h = step * Math.max(1, Math.abs(value))
      return (at(position, h) - at(position, -h)) / (2 * h)
    })
  })

/** The same by backward, on the reference kernels; undefined where no gradient flows. */
export const recordedGradients = (
  program: Program,
  inputs: ReadonlyArray<HostTensor>
): ReadonlyArray<Float64Array | undefined> =>
  onTape(referenceKernels(), (tape) => {
    const { value, tape: next } = rightOf(traverse(tape, inputs, (at, input) => parameter(at, input)))
    const loss = rightOf(weighted(next, program, value))
    const gradients = backward(loss.tape, loss.value)
    if (isLeft(gradients) && gradients.left._tag === 'NoGradientPath') return inputs.map(() => undefined)
    return value.map((variable) => {
      const gradient = gradientOf(rightOf(gradients), variable)
      return isSome(gradient) ? Float64Array.from(rightOf(read(gradient.value)).values) : undefined
    })
  })

/** Expects backward and central differences to agree, relative to the size of the gradient. */
export const expectRightGradients = (program: Program, inputs: ReadonlyArray<HostTensor>, tolerance = 1e-6): void => {
  const numeric = numericGradients(program, inputs)
  const recorded = recordedGradients(program, inputs)
  numeric.forEach((expected, i) => {
    if (expected === undefined) return
    const got = recorded[i] ?? new Float64Array(expected.length)
    const scale = Math.max(1, ...expected.map(Math.abs))
    expected.forEach((value, position) => {
      expect({
        input: i,
        position,
        error: Math.abs(got[position]! - value) <= tolerance * scale,
        value,
        got: got[position]
      }).toMatchObject({
        error: true
      })
    })
  })
}

/** A HostTensor of float32 from float64 numbers. */
export const host = (shape: ReadonlyArray<number>, values: ReadonlyArray<number>): HostTensor => ({
  shape,
  dtype: 'float32',
  values: Float64Array.from(values)
})
