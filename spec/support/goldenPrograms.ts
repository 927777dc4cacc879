/** How a row of pytorch.jsonl is computed here: for each public name that has rows, a program. */
import {
  abs,
  activation,
  add,
  andThen,
  broadcast,
  cast,
  concat,
  div,
  equal,
  exp,
  fill,
  forward,
  gather,
  greater,
  greaterEqual,
  less,
  lessEqual,
  linearForward,
  log,
  logSoftmax,
  matmul,
  max,
  maximum,
  mean,
  minimum,
  mseLoss,
  mul,
  neg,
  notEqual,
  oneHot,
  type Operand,
  pad,
  relu,
  reshape,
  type Result,
  scatterAdd,
  select,
  sequential,
  sigmoid,
  sign,
  slice,
  softmax,
  softmaxCrossEntropy,
  sqrt,
  square,
  sub,
  sum,
  type Tape,
  tanh,
  type Traced,
  transpose,
  type Variable
} from 'gradfold'
import { pipe } from 'fp-ts/function'
import type { GoldenOptions } from './golden'
import { activationPrograms } from './goldenActivations'
import { batchNormPrograms } from './goldenBatchNorm'
import { layersOf, linearOf } from './goldenLayers'
import { lossPrograms } from './goldenLosses'
import { normPrograms } from './goldenNorms'
import type { Program } from './derivatives'

type Outcome = Result<Traced<Variable>>
type Programs = Readonly<Record<string, (options: GoldenOptions) => Program>>

const one =
  (operation: (tape: Tape, x: Variable, options: GoldenOptions) => Outcome) =>
  (options: GoldenOptions): Program =>
  (tape, [x]) =>
    operation(tape, x!, options)

/** Of two tensors, or of one and a number. */
const two =
  (operation: (tape: Tape, x: Operand, y: Operand) => Outcome) =>
  ({ x, y }: GoldenOptions): Program =>
  (tape, [first, second]) =>
    x === undefined ? operation(tape, first!, y ?? second!) : operation(tape, x, first!)

const elementwise: Programs = {
  abs: one(abs),
  add: two(add),
  div: two(div),
  equal: two(equal),
  exp: one(exp),
  greater: two(greater),
  greaterEqual: two(greaterEqual),
  less: two(less),
  lessEqual: two(lessEqual),
  log: one(log),
  maximum: two(maximum),
  minimum: two(minimum),
  mul: two(mul),
  neg: one(neg),
  notEqual: two(notEqual),
  relu: one(relu),
  sigmoid: one(sigmoid),
  sign: one(sign),
  sqrt: one(sqrt),
  square: one(square),
  sub: two(sub),
  tanh: one(tanh)
}

const reduced = (operation: typeof sum): ((options: GoldenOptions) => Program) =>
  one((tape, x, { axes, ...rest }) => operation(tape, x, axes === undefined ? rest : { ...rest, axis: axes }))

const shaped: Programs = {
  broadcast: one((tape, x, { shape }) => broadcast(tape, x, shape!)),
  cast: one((tape, x, { dtype }) => cast(tape, x, dtype!)),
  concat: (options) => (tape, xs) => concat(tape, xs, options),
  fill:
    ({ shape, value, ...rest }) =>
    (tape) =>
      fill(tape, shape!, Number(value), rest),
  gather:
    (options) =>
    (tape, [x, indices]) =>
      gather(tape, x!, indices!, options),
  logSoftmax: one(logSoftmax),
  matmul:
    (options) =>
    (tape, [x, y]) =>
      matmul(tape, x!, y!, options),
  max: reduced(max),
  mean: reduced(mean),
  oneHot: one((tape, indices, { depth }) => oneHot(tape, indices, depth!)),
  pad: one((tape, x, { before, after }) => pad(tape, x, before!, after!)),
  reshape: one((tape, x, { shape }) => reshape(tape, x, shape!)),
  scatterAdd:
    (options) =>
    (tape, [updates, indices]) =>
      scatterAdd(tape, updates!, indices!, options.size!, options),
  select:
    () =>
    (tape, [condition, x, y]) =>
      select(tape, condition!, x!, y!),
  slice: one((tape, x, { begin, sizes }) => slice(tape, x, begin!, sizes!)),
  softmax: one(softmax),
  sum: reduced(sum),
  transpose: one(transpose)
}

const layersAndLosses: Programs = {
  activation: one((tape, x, options) => forward(tape, activation(options.activation!), x)),
  linearForward:
    () =>
    (tape, [x, weight, bias]) =>
      linearForward(tape, linearOf(weight!, bias), x!),
  mseLoss:
    (options) =>
    (tape, [prediction, target]) =>
      mseLoss(tape, prediction!, target!, options),
  sequential: (options) => (tape, inputs) =>
    pipe(
      sequential(tape, ...layersOf(options.layers!, inputs)),
      andThen((at, model) => forward(at, model, inputs[0]!))
    ),
  softmaxCrossEntropy:
    (options) =>
    (tape, [scores, labels]) =>
      softmaxCrossEntropy(tape, scores!, labels!, options)
}

export const goldenPrograms: Programs = {
  ...activationPrograms,
  ...batchNormPrograms,
  ...elementwise,
  ...shaped,
  ...layersAndLosses,
  ...lossPrograms,
  ...normPrograms
}
