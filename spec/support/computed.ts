/** For values worked by hand: a program's value and gradients, the same on the reference kernels and on WebAssembly. */
import { isNone } from 'fp-ts/Option'
import {
  backward,
  constant,
  type Dtype,
  gradientOf,
  type Input,
  type Kernels,
  type Nested,
  nested,
  parameter,
  read,
  referenceKernels,
  type Shape,
  traverse
} from 'gradfold'
import { sizeOf } from '../../src/kernels/shape'
import type { Program } from './derivatives'
import { float32Sets } from './kernelSets'
import { onTape } from './leaks'
import { rightOf } from './results'

interface Numbers {
  readonly shape: Shape
  readonly dtype: Dtype
  readonly value: Nested
  readonly gradients: ReadonlyArray<Nested | undefined>
}

/** As text: `[[1, 2], [3, 4]]`. */
export interface Computed {
  /** The dtype and the shape: `float32 [2, 2]`. */
  readonly type: string
  readonly value: string
  /** For each input; `none` where no gradient flows. */
  readonly gradients: ReadonlyArray<string>
}

const others = float32Sets.map(({ create }) => create())

/**
 * Of these inputs, with the upstream gradient `upstream`, 1 everywhere by default. The numbers of the other kernel sets must be the
 * same as far as float32 goes.
 */
export const computed = (inputs: ReadonlyArray<Input>, program: Program, upstream?: Input): Computed => {
  const expected = computedOn(referenceKernels(), inputs, program, upstream)
  for (const kernels of others) expectSame(computedOn(kernels, inputs, program, upstream), expected)
  return {
    type: typeText(expected),
    value: text(expected.value),
    gradients: expected.gradients.map((gradient) => (gradient === undefined ? 'none' : text(gradient)))
  }
}

const expectSame = (actual: Numbers, expected: Numbers): void => {
  expect(typeText(actual)).toBe(typeText(expected))
  expect(actual.gradients.map((gradient) => gradient === undefined)).toEqual(
    expected.gradients.map((gradient) => gradient === undefined)
  )
  const numbers = [expected.value, ...expected.gradients].flatMap(flat)
  const found = [actual.value, ...actual.gradients].flatMap(flat)
  expect(found).toHaveLength(numbers.length)
  numbers.forEach((number, i) => {
    const exact = Math.fround(number)
    const got = found[i] ?? NaN
    const near = Object.is(got, exact) || Math.abs(got - exact) <= 2e-6 * Math.max(1, Math.abs(exact))
    expect({ got, exact, near }).toEqual({ got, exact, near: true })
  })
}

const typeText = ({ shape, dtype }: Numbers): string => `${dtype} [${shape.join(', ')}]`

const flat = (numbers: Nested | undefined): ReadonlyArray<number> => {
  if (numbers === undefined) return []
  return typeof numbers === 'object' ? numbers.flatMap(flat) : [Number(numbers) + 0]
}

/** Ten digits of each number, and 0 for -0. */
export const text = (numbers: Nested): string => {
  if (typeof numbers === 'object') return `[${numbers.map(text).join(', ')}]`
  return typeof numbers === 'number' ? `${Number(numbers.toPrecision(10)) + 0}` : `${numbers}`
}

const computedOn = (
  kernels: Kernels,
  inputs: ReadonlyArray<Input>,
  program: Program,
  upstream: Input | undefined
): Numbers =>
  onTape(kernels, (start) => {
    const { value: variables, tape: loaded } = rightOf(traverse(start, inputs, (at, input) => parameter(at, input)))
    const { value: y, tape } = rightOf(program(loaded, variables))
    const { shape, dtype } = rightOf(read(y))
    const value = rightOf(nested(y))
    if (!y.needsGradient) return { shape, dtype, value, gradients: inputs.map(() => undefined) }
    const ones = { shape, values: new Float64Array(sizeOf(shape)).fill(1) }
    const above = rightOf(constant(tape, upstream ?? ones))
    const found = rightOf(backward(above.tape, y, { upstream: above.value }))
    const gradients = variables.map((variable) => {
      const gradient = gradientOf(found, variable)
      if (isNone(gradient)) return undefined
      expect(gradient.value).toMatchObject({ shape: variable.shape, dtype: 'float32' })
      return rightOf(nested(gradient.value))
    })
    return { shape, dtype, value, gradients }
  })
