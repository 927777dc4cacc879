/** Random programs that hand one variable to an operation twice: its gradients add up. */
import fc from 'fast-check'
import {
  add,
  andThen,
  concat,
  div,
  type HostTensor,
  matmul,
  maximum,
  minimum,
  mul,
  reshape,
  select,
  type Shape,
  sub,
  type Tape,
  type Traced,
  type Result,
  type Variable
} from 'gradfold'
import { pipe } from 'fp-ts/function'
import { NONE } from '../../src/operation/operand'
import { reluGradientPrimitive } from '../../src/operation/reluGradient'
import { record } from '../../src/tape/record'
import { shapes } from '../../src/testing/generators/shapes'
import { hostTensor } from './hostTensors'
import { at } from './operationCase'
import { applied, one, small, type Trial, trial } from './primitiveCase'

type Unary = (tape: Tape, x: Variable) => Result<Traced<Variable>>

const of = (shape: fc.Arbitrary<Shape>, operation: Unary): fc.Arbitrary<Trial> =>
  one(shape, 'float32').map((x) => trial([x], applied(operation)))

const any = shapes(small)
const some = shapes({ ...small, minRank: 1 })
const square = fc.nat({ max: 3 }).map((n) => [n, n])
const batchOfSquares = fc.nat({ max: 3 }).map((n) => [2, n, n])
const vector = fc.nat({ max: 5 }).map((n) => [n])

const condition = (x: HostTensor): HostTensor =>
  hostTensor(
    x.shape,
    Array.from(x.values, (_, i) => i % 2),
    'bool'
  )

export const twiceCases: Readonly<Record<string, fc.Arbitrary<Trial>>> = {
  'add(x, x)': of(any, (tape, x) => add(tape, x, x)),
  'sub(x, x)': of(any, (tape, x) => sub(tape, x, x)),
  'mul(x, x)': of(any, (tape, x) => mul(tape, x, x)),
  'div(x, x)': of(any, (tape, x) => div(tape, x, x)),
  'maximum(x, x)': of(any, (tape, x) => maximum(tape, x, x)),
  'minimum(x, x)': of(any, (tape, x) => minimum(tape, x, x)),
  'reluGradient(x, x)': of(any, (tape, x) => record(tape, reluGradientPrimitive, [x, x], NONE)),
  'matmul(x, x)': of(fc.oneof(square, batchOfSquares), (tape, x) => matmul(tape, x, x)),
  'matmul(x, x transposed)': of(shapes({ ...small, minRank: 2 }), (tape, x) =>
    matmul(tape, x, x, { transposeY: true })
  ),
  'matmul(x transposed, x)': of(shapes({ ...small, minRank: 2 }), (tape, x) =>
    matmul(tape, x, x, { transposeX: true })
  ),
  'concat([x, x, x])': of(some, (tape, x) => concat(tape, [x, x, x], { axis: -1 })),
  'select(c, x, x)': any
    .chain((shape) => one(shape, 'float32'))
    .map((x) => trial([x, condition(x)], (tape, inputs) => select(tape, at(inputs, 1), at(inputs, 0), at(inputs, 0)))),
  // A row and a column of the same numbers: x is broadcast in two ways.
  'mul(x, x as a column)': of(vector, (tape, x) =>
    pipe(
      reshape(tape, x, [x.shape[0] ?? 0, 1]),
      andThen((next, column) => mul(next, x, column))
    )
  )
}
