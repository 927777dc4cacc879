/** How the rows of spec/golden/rows_activations.py are run. */
import { pipe } from 'fp-ts/function'
import {
  andThen,
  celu,
  elu,
  erf,
  expm1,
  flattenForward,
  forward,
  gelu,
  geluTanh,
  glu,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  type Linear,
  mish,
  parallel,
  preluForward,
  residual,
  reshapeToForward,
  type Result,
  selu,
  sequential,
  silu,
  softplus,
  swigluForward,
  type Tape,
  type Traced,
  type Variable
} from 'gradfold'
import type { Program } from './derivatives'
import type { GoldenOptions } from './golden'
import { layersOf, linearOf } from './goldenLayers'

const one =
  (operation: (tape: Tape, x: Variable, options: GoldenOptions) => Result<Traced<Variable>>) =>
  (options: GoldenOptions): Program =>
  (tape, [x]) =>
    operation(tape, x!, options)

export const activationPrograms: Readonly<Record<string, (options: GoldenOptions) => Program>> = {
  celu: one(celu),
  elu: one(elu),
  erf: one(erf),
  expm1: one(expm1),
  flattenForward: one((tape, x, { from, to }) => flattenForward(tape, { _tag: 'Flatten', from: from!, to: to! }, x)),
  gelu: one(gelu),
  geluTanh: one(geluTanh),
  glu: one(glu),
  hardSigmoid: one(hardSigmoid),
  hardSwish: one(hardSwish),
  leakyRelu: one(leakyRelu),
  mish: one(mish),
  parallel: (options) => (tape, inputs) =>
    pipe(
      parallel(tape, layersOf(options.layers!, inputs), options),
      andThen((at, layer) => forward(at, layer, inputs[0]!))
    ),
  preluForward:
    () =>
    (tape, [x, slope]) =>
      preluForward(tape, { _tag: 'Prelu', slope: slope! }, x!),
  reshapeToForward: one((tape, x, { shape }) => reshapeToForward(tape, { _tag: 'ReshapeTo', shape: shape! }, x)),
  residual: (options) => (tape, inputs) =>
    pipe(
      sequential(tape, layersOf(options.layers!, inputs)),
      andThen((at, inner) => residual(at, inner)),
      andThen((at, layer) => forward(at, layer, inputs[0]!))
    ),
  selu: one(selu),
  silu: one(silu),
  softplus: one(softplus),
  swigluForward: () => (tape, inputs) => {
    const [x, ...parts] = inputs
    const [gate, up, down] = parts.length === 3 ? parts.map((weight) => linearOf(weight, undefined)) : withBiases(parts)
    return swigluForward(tape, { _tag: 'Swiglu', gate: gate!, up: up!, down: down! }, x!)
  }
}

const withBiases = (parts: ReadonlyArray<Variable>): ReadonlyArray<Linear> =>
  [0, 2, 4].map((i) => linearOf(parts[i]!, parts[i + 1]))
