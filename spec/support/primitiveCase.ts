/** What a row of primitiveCases.ts is made of: random programs that end in one primitive. */
import fc from 'fast-check'
import type { Dtype, HostTensor, Result, Shape, Tape, Traced, Variable } from 'gradfold'
import { broadcastingShapes } from '../../src/testing/generators/broadcastingShapes'
import { type ShapeLimits, shapes } from '../../src/testing/generators/shapes'
import { tensors, tensorsOf } from '../../src/testing/generators/tensors'
import { tensorText } from '../../src/testing/generators/tensorText'
import type { Program } from './derivatives'
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
  [fc.toStringMethod]: () => [...inputs.map(tensorText), fc.stringify(attributes)].join(', ')
})

export const small: ShapeLimits = { maxRank: 3, maxElements: 12 }

/** Plain tensors, in which no number comes twice, so that none of them ties with another; bools cannot help it. */
export const distinct = (
  all: ReadonlyArray<Shape> | fc.Arbitrary<ReadonlyArray<Shape>>,
  dtype: Dtype
): fc.Arbitrary<ReadonlyArray<HostTensor>> => tensorsOf('generate' in all ? all : fc.constant(all), dtype, 'plain')

export const one = (shape: Shape | fc.Arbitrary<Shape>, dtype: Dtype): fc.Arbitrary<HostTensor> =>
  tensors({ shape, dtype })

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
    one(shapes(limits), dtype).map((x) => trial([domain === 'all' ? x : absolute(x)], applied(operation)))
})

/** Of two tensors that broadcast. */
export const binary = (dtypes: ReadonlyArray<Dtype>, operation: Binary): PrimitiveCase => ({
  dtypes,
  trials: (dtype) =>
    distinct(broadcastingShapes(2, small), dtype).map((inputs) => trial(inputs, appliedToTwo(operation)))
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
    shapes(limits)
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
