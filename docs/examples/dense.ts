/**
 * Layers from the ground up: a matrix product by loops, dense layers with activations, a network of two, and a layer of
 * one's own. `npx tsx docs/examples/dense.ts`.
 */
import { type Either, isLeft, left, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import {
  activation,
  type ActivationName,
  andThen,
  constant,
  custom,
  forward,
  linear,
  linearForward,
  matmul,
  mul,
  nested,
  of,
  parameterCount,
  sequential,
  show,
  startTape,
  type Tape,
  trace,
  wasmKernels,
  xavierNormal
} from 'gradfold'

type Matrix = ReadonlyArray<ReadonlyArray<number>>

/** Each number of the product is a row of the one times a column of the other. */
const matmulByLoops = (a: Matrix, b: Matrix): Either<string, Matrix> => {
  const [rows, inner, columns] = [a.length, a[0]?.length ?? 0, b[0]?.length ?? 0]
  if (inner !== b.length) {
    return left(
      `Cannot multiply [${rows}, ${inner}] by [${b.length}, ${columns}]: the inner sizes ${inner} and ${b.length} must match.`
    )
  }
  const product = a.map(() => new Array<number>(columns).fill(0))
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      for (let k = 0; k < inner; k++) product[i]![j]! += a[i]![k]! * b[k]![j]!
    }
  }
  return right(product)
}

/** y = 2 x: without parameters, and a layer like any other. */
const double = custom('Double', {}, (tape, _, x) => mul(tape, x, 2))

const a = [
  [1, 2],
  [3, 4]
]
const b = [
  [5, 6],
  [7, 8]
]
const inputs = [
  [1, 2, 3],
  [-4, 5, -6]
]

const result = trace(startTape(wasmKernels(), { seed: 7 }), function* (run) {
  console.log('by loops   ', JSON.stringify(matmulByLoops(a, b)))
  const [first, second] = [yield* run(constant, a), yield* run(constant, b)]
  console.log('by gradfold', show(yield* run(matmul, first, second)))
  console.log('by loops   ', JSON.stringify(matmulByLoops(a, inputs.concat(inputs))))
  const tall = yield* run(constant, inputs.concat(inputs))
  console.log('by gradfold', show(yield* run((tape) => of(tape, matmul(tape, first, tall)))))

  // A dense layer with Glorot's normal weights, and what activations make of it.
  const dense = yield* run(linear, 3, 4, { init: xavierNormal })
  const x = yield* run(constant, inputs)
  const z = yield* run(linearForward, dense, x)
  console.log('\ndense 3 to 4,', parameterCount(dense), 'parameters:', show(z))
  const names: ReadonlyArray<ActivationName> = ['relu', 'sigmoid', 'tanh', 'softmax']
  for (const name of names) console.log(name.padEnd(8), show(yield* run(forward, activation(name), z)))
  const shares = nested(yield* run(forward, activation('softmax'), z))
  const rows = isLeft(shares) || !Array.isArray(shares.right) ? [] : shares.right
  const sums = rows.map((row) => (Array.isArray(row) ? row.reduce<number>((total, p) => total + Number(p), 0) : NaN))
  console.log('softmax is positive, and its rows sum to', sums.map((sum) => sum.toFixed(6)).join(' and '))

  // Two layers.
  const network = yield* run((tape: Tape) =>
    sequential(
      tape,
      (at) => linear(at, 3, 4, { init: xavierNormal }),
      activation('relu'),
      (at) => linear(at, 4, 2, { init: xavierNormal }),
      activation('softmax')
    )
  )
  const y = yield* run(forward, network, x)
  console.log(`\nnetwork [2, 3] to [${y.shape.join(', ')}], ${parameterCount(network)} parameters:`, show(y))

  // One's own.
  console.log('\ndouble', show(yield* run(forward, double, x)))
  return yield* run((tape) =>
    pipe(
      sequential(tape, double, double),
      andThen((at, four) => forward(at, four, x))
    )
  )
})
console.log('twice ', show(result))
