/** What can be done with a tape: each of these makes new tapes, fails, or only looks, and must leave the old one alone. */
import { inspect } from 'node:util'
import { isRight } from 'fp-ts/Either'
import {
  add,
  adam,
  backward,
  constant,
  detach,
  evaluation,
  firstNonFinite,
  gradient,
  item,
  jacobian,
  map,
  mul,
  named,
  nested,
  normal,
  of,
  parameter,
  permutation,
  read,
  release,
  relu,
  renew,
  reshape,
  type Result,
  scope,
  sgd,
  show,
  startTape,
  sum,
  type Tape,
  toArray,
  trace,
  type Traced,
  training,
  uniform,
  update,
  type Variable
} from 'gradfold'
import type { RandomProgram } from 'gradfold/testing'
import { takeKey } from '../../src/tape/tape'
import { parametersOn } from './lawsPrograms'

/** A tape, the variables that a program left on it, and one of them. */
export interface Used {
  readonly tape: Tape
  readonly nodes: ReadonlyArray<Variable>
  readonly output: Variable
  readonly x: Variable
  /** What a branch records. */
  readonly other: RandomProgram
}

const branch = (tape: Tape, { inputs, run }: RandomProgram): Result<Traced<Variable>> => {
  const start = parametersOn(tape, inputs)
  return isRight(start) ? run(start.right.tape, ...start.right.value) : start
}

/** The gradients of the output, which is its own upstream gradient: all that goes in is on the tape. */
const backwardOf = ({ tape, nodes, output }: Used) => backward(tape, output, { upstream: output, keep: nodes })

/** A shape that nothing in a random program has as many numbers as. */
const NO_SHAPE = [7, 11]

export const uses: Readonly<Record<string, (used: Used) => unknown>> = {
  constant: ({ tape }) => constant(tape, [[1, 2]]),
  parameter: ({ tape }) => parameter(tape, 3, { name: 'w' }),
  add: ({ tape, x, output }) => add(tape, x, output),
  draw: ({ tape }) => [normal(tape, [2]), permutation(tape, 5), takeKey(tape)],
  evaluation: ({ tape, x }) => relu(evaluation(tape), x),
  training: ({ tape, x }) => relu(training(tape), x),
  named: ({ tape, x }) => named(tape, 'inner', (inner) => relu(inner, x)),
  trace: ({ tape, x }) =>
    trace(tape, function* (run) {
      return yield* run(mul, x, yield* run(uniform, []))
    }),
  look: ({ tape, x }) => [toArray(tape), show(tape), inspect(tape), JSON.stringify(tape), show(x), nested(x), item(x)],
  overwrite: ({ x }) => {
    const host = read(x)
    if (isRight(host)) host.right.values.fill(7)
  },
  fail: ({ tape, x }) => [reshape(tape, x, NO_SHAPE), sum(tape, x, { axis: 9 })],
  failLate: ({ tape, x }) =>
    trace(tape, function* (run) {
      return yield* run(reshape, yield* run(detach, x), NO_SHAPE)
    }),
  foreign: ({ tape, x }) => [add(startTape(tape.kernels), x, x), gradient(startTape(tape.kernels), x, x)],
  backward: (used) => backwardOf(used),
  backwardReleased: (used) => release(backwardOf(used)),
  gradient: ({ tape, nodes, output }) => gradient(tape, output, nodes, { upstream: output }),
  gradientTwice: ({ tape, x, output }) =>
    trace(tape, function* (run) {
      const slope = yield* run(gradient, yield* run(sum, output), x)
      return yield* run(gradient, yield* run(sum, slope), x)
    }),
  jacobian: ({ tape, x, output }) => jacobian(tape, output, x),
  update: (used) => {
    const gradients = backwardOf(used)
    if (!isRight(gradients)) return gradients
    const model = [...gradients.right.keys()].filter(({ primitive }) => primitive.name === 'parameter')
    return [sgd({ learningRate: 0.1 }), adam()].map((optimizer) =>
      update(used.tape, optimizer, { model, gradients: gradients.right })
    )
  },
  firstNonFinite: (used) => {
    const gradients = backwardOf(used)
    return isRight(gradients) ? firstNonFinite(used.tape, gradients.right) : gradients
  },
  fork: ({ tape, other }) => branch(tape, other),
  forkReleased: ({ tape, other, x }) => {
    // Copies that may share their numbers with x.
    const shared = [reshape(tape, x, [1, ...x.shape]), detach(tape, x)]
    release([branch(tape, other), shared])
  },
  scope: ({ tape, x }) => scope(tape, (inner) => mul(inner, x, x)),
  scopeOfOld: ({ tape, nodes, other }) => scope(tape, (inner) => (branch(inner, other), of(inner, nodes))),
  scopeThatFails: ({ tape, x, other }) => scope(tape, (inner) => (branch(inner, other), reshape(inner, x, NO_SHAPE))),
  renew: ({ tape, x, other }) => renew(tape, (inner) => (branch(inner, other), mul(inner, x, x))),
  renewInScope: ({ tape, nodes }) => scope(tape, (inner) => map(() => 0)(renew(inner, (again) => of(again, nodes))))
}
