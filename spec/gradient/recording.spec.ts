/** Each operation that a derivative may call records what the kernels compute. */
import { constant, referenceKernels, type Tensor, trace, type Variable } from 'gradfold'
import { Recording } from '../../src/gradient/recording'
import type { Operations } from '../../src/kernels/operations'
import { tensorOf } from '../../src/tape/variable'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { rightOf } from '../support/results'

/** Two matrices of two rows and three columns, and two indices. */
interface Inputs<T> {
  readonly x: T
  readonly y: T
  readonly indices: T
}

type Call = <T>(operations: Operations<T>, inputs: Inputs<T>) => T

const calls: Readonly<Record<Exclude<keyof Operations<unknown>, 'shapeOf' | 'dtypeOf'>, Call>> = {
  fill: (operations) => operations.fill([2, 2], 3, 'int32'),
  cast: (operations, { x }) => operations.cast(x, 'int32'),
  add: (operations, { x, y }) => operations.add(x, y),
  sub: (operations, { x, y }) => operations.sub(x, y),
  mul: (operations, { x, y }) => operations.mul(x, y),
  div: (operations, { x, y }) => operations.div(x, y),
  maximum: (operations, { x, y }) => operations.maximum(x, y),
  minimum: (operations, { x, y }) => operations.minimum(x, y),
  neg: (operations, { x }) => operations.neg(x),
  erf: (operations, { x }) => operations.erf(x),
  exp: (operations, { x }) => operations.exp(x),
  expm1: (operations, { x }) => operations.expm1(x),
  softplus: (operations, { x }) => operations.softplus(x),
  log: (operations, { y }) => operations.log(y),
  sqrt: (operations, { y }) => operations.sqrt(y),
  square: (operations, { x }) => operations.square(x),
  abs: (operations, { x }) => operations.abs(x),
  sign: (operations, { x }) => operations.sign(x),
  relu: (operations, { x }) => operations.relu(x),
  reluGradient: (operations, { x, y }) => operations.reluGradient(y, x),
  sigmoid: (operations, { x }) => operations.sigmoid(x),
  tanh: (operations, { x }) => operations.tanh(x),
  equal: (operations, { x, y }) => operations.equal(x, y),
  notEqual: (operations, { x, y }) => operations.notEqual(x, y),
  less: (operations, { x, y }) => operations.less(x, y),
  lessEqual: (operations, { x, y }) => operations.lessEqual(x, y),
  greater: (operations, { x, y }) => operations.greater(x, y),
  greaterEqual: (operations, { x, y }) => operations.greaterEqual(x, y),
  select: (operations, { x, y }) => operations.select(operations.less(x, y), x, y),
  sum: (operations, { x }) => operations.sum(x, [0], true),
  mean: (operations, { x }) => operations.mean(x, [1], true),
  max: (operations, { x }) => operations.max(x, [1], true),
  matmul: (operations, { x, y }) => operations.matmul(x, y, false, true),
  transpose: (operations, { x }) => operations.transpose(x, [1, 0]),
  reshape: (operations, { x }) => operations.reshape(x, [3, 2]),
  broadcast: (operations, { x }) => operations.broadcast(x, [2, 2, 3]),
  slice: (operations, { x }) => operations.slice(x, [0, 1], [2, 2]),
  pad: (operations, { x }) => operations.pad(x, [1, 0], [0, 2]),
  concat: (operations, { x, y }) => operations.concat([x, y], 1),
  gather: (operations, { x, indices }) => operations.gather(x, indices, 1),
  scatterAdd: (operations, { x, indices }) => operations.scatterAdd(x, indices, 0, 3),
  oneHot: (operations, { indices }) => operations.oneHot(indices, 3),
  softmax: (operations, { x }) => operations.softmax(x),
  softmaxCrossEntropy: (operations, { x, indices }) => operations.softmaxCrossEntropy(x, indices),
  softmaxMinusOneHot: (operations, { x, indices }) => operations.softmaxMinusOneHot(x, indices),
  logSoftmax: (operations, { x }) => operations.logSoftmax(x),
  batchNorm: (operations, { x }) => {
    const ones = operations.fill([3], 1, 'float32')
    return operations.batchNorm(x, ones, ones, { mean: ones, variance: ones, momentum: 0.5 }, 0.5)
  },
  batchNormGradient: (operations, { x, y }) => {
    const ones = operations.fill([3], 1, 'float32')
    const [toX, toScale, toOffset] = operations.batchNormGradient(y, x, ones, x, 0.5)
    return operations.add(toX, operations.add(toScale, toOffset))
  }
}

it.each(Object.entries(calls))('%s is recorded as the kernels compute it', (_name, call) => {
  onTape(referenceKernels(), (start) => {
    const { value, tape } = rightOf(
      trace(start, function* (run) {
        const x = yield* run(constant, [
          [1, -2, 0],
          [4, 2, -3]
        ])
        const y = yield* run(constant, [
          [1, 2, 3],
          [4, 1, 2]
        ])
        const indices = yield* run(constant, Int32Array.of(1, 0))
        return { x, y, indices }
      })
    )
    const recording = new Recording(tape)
    const found: Variable = call<Variable>(recording, value)
    const tensors = { x: tensorOf(value.x), y: tensorOf(value.y), indices: tensorOf(value.indices) }
    const expected = call<Tensor>(tape.kernels, tensors)
    expect(recording.tape.length).toBeGreaterThan(tape.length)
    expect([recording.shapeOf(found), recording.dtypeOf(found)]).toEqual([expected.shape, expected.dtype])
    expect(numbersOf(found)).toEqual(numbersOf(expected))
  })
})
