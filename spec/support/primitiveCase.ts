/** What a row of primitiveCases.ts is made of: random programs that end in one primitive. */
import fc from 'fast-check'
import type { Dtype, HostTensor, Result, Shape, Tape, Traced, Variable } from 'gradfold'
import { sizeOf } from '../../src/kernels/shape'
import { anyShape, type ShapeLimits, shapesTogether } from './arbitraryShapes'
import type { Program } from './gradients'
import { hostTensor } from './hostTensors'
import { at } from './operationCase'

/** A program, and what it is to be run on. */
export interface Trial {
  readonly inputs: ReadonlyArray<HostTensor>
  readonly program: Program
  /** How fast-check prints it. */
  readonly [fc.toStringMethod]: () => string
}

export interface PrimitiveCase {
  /** The dtypes that it takes. */
  readonly dtypes: ReadonlyArray<Dtype>
  /** Programs whose last entry is this primitive, of numbers of this dtype, which it may refuse. */
  readonly trials: (dtype: Dtype) => fc.Arbitrary<Trial>
}

export const trial = (
  inputs: ReadonlyArray<HostTensor>,
  program: Program,
  attributes: Readonly<Record<string, unknown>> = {}
): Trial => ({
  inputs,
  program,
  [fc.toStringMethod]: () =>
    [
      ...inputs.map(({ shape, dtype, values }) => `${dtype} [${shape.join(', ')}] ${fc.stringify(Array.from(values))}`),
      fc.stringify(attributes)
    ].join(', ')
})

export const small: ShapeLimits = { maxRank: 3, maxSize: 12 }

/** 0.25 to 2.6875 and their negatives: no kink within a step, no slope too steep for central differences. */
const floats = Array.from({ length: 80 }, (_, i) => (i < 40 ? i + 4 : 36 - i) / 16)
const integers = Array.from({ length: 80 }, (_, i) => i - 40)

/** Tensors in which no number comes twice, so that none of them ties with another; bools cannot help it. */
export const distinct = (shapes: ReadonlyArray<Shape>, dtype: Dtype): fc.Arbitrary<ReadonlyArray<HostTensor>> => {
  const total = shapes.reduce((sum, shape) => sum + sizeOf(shape), 0)
  const exactly = { minLength: total, maxLength: total }
  const numbers =
    dtype === 'bool'
      ? fc.array(fc.nat({ max: 1 }), exactly)
      : fc.shuffledSubarray(dtype === 'float32' ? floats : integers, exactly)
  return numbers.map((all) => {
    let start = 0
    return shapes.map((shape) => hostTensor(shape, all.slice(start, (start += sizeOf(shape))), dtype))
  })
}

export const one = (shape: Shape, dtype: Dtype): fc.Arbitrary<HostTensor> =>
  distinct([shape], dtype).map((tensors) => at(tensors, 0))

type Unary = (tape: Tape, x: Variable) => Result<Traced<Variable>>
type Binary = (tape: Tape, x: Variable, y: Variable) => Result<Traced<Variable>>

export const applied =
  (operation: Unary): Program =>
  (tape, inputs) =>
    operation(tape, at(inputs, 0))

export const appliedToTwo =
  (operation: Binary): Program =>
  (tape, inputs) =>
    operation(tape, at(inputs, 0), at(inputs, 1))

const absolute = (x: HostTensor): HostTensor => hostTensor(x.shape, Array.from(x.values, Math.abs), x.dtype)

export const unary = (
  dtypes: ReadonlyArray<Dtype>,
  operation: Unary,
  { domain = 'all', limits = small }: { readonly domain?: 'all' | 'positive'; readonly limits?: ShapeLimits } = {}
): PrimitiveCase => ({
  dtypes,
  trials: (dtype) =>
    anyShape(limits)
      .chain((shape) => one(shape, dtype))
      .map((x) => trial([domain === 'all' ? x : absolute(x)], applied(operation)))
})

/** Of two tensors that broadcast. */
export const binary = (dtypes: ReadonlyArray<Dtype>, operation: Binary): PrimitiveCase => ({
  dtypes,
  trials: (dtype) =>
    shapesTogether(2, small)
      .chain((shapes) => distinct(shapes, dtype))
      .map((inputs) => trial(inputs, appliedToTwo(operation)))
})

/** Of one tensor, with attributes that its shape allows. */
export const shaped = <A extends Readonly<Record<string, unknown>>>(
  dtypes: ReadonlyArray<Dtype>,
  attributesFor: (shape: Shape) => fc.Arbitrary<A>,
  operation: (tape: Tape, x: Variable, attributes: A) => Result<Traced<Variable>>,
  limits: ShapeLimits = small
): PrimitiveCase => ({
  dtypes,
  trials: (dtype) =>
    anyShape(limits)
      .chain((shape) => fc.tuple(one(shape, dtype), attributesFor(shape)))
      .map(([x, attributes]) =>
        trial(
          [x],
          applied((tape, variable) => operation(tape, variable, attributes)),
          attributes
        )
      )
})

/** Of no tensor. */
export const drawn = <A extends Readonly<Record<string, unknown>>>(
  attributes: (dtype: Dtype) => fc.Arbitrary<A>,
  operation: (tape: Tape, attributes: A) => Result<Traced<Variable>>
): PrimitiveCase => ({
  dtypes: ['float32', 'int32', 'bool'],
  trials: (dtype) => attributes(dtype).map((chosen) => trial([], (tape) => operation(tape, chosen), chosen))
})
