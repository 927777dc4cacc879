/** Ten steps of an optimiser, as spec/golden/rows_training.py makes them. */
import { pipe } from 'fp-ts/function'
import {
  adagrad,
  adam,
  adamw,
  add,
  andThen,
  backward,
  constant,
  fold,
  groups,
  type HostTensor,
  type Kernels,
  type Linear,
  linearForward,
  mseLoss,
  mul,
  type Optimizer,
  parameter,
  parameters,
  read,
  type Result,
  rmsprop,
  sgd,
  type SingleOptimizer,
  startTape,
  startTraining,
  sum,
  type Tape,
  tanh,
  type Traced,
  trainingStep,
  type TrainingState,
  traverse,
  update,
  type Updated,
  type Variable
} from 'gradfold'
import { sizeOf } from '../../src/kernels/shape'
import {
  asHost,
  type GoldenGroups,
  type GoldenStepper,
  type GoldenSteps,
  type GoldenTraining,
  goldenWeights
} from './golden'
import { linearOf } from './goldenLayers'
import type { Pair } from './goldenMeasured'
import { rightOf } from './results'

export const goldenOptimizer = (row: GoldenStepper | GoldenGroups): Optimizer => {
  if (row.of !== 'groups') return singleOf(row)
  const { groups: parts, otherwise } = row.settings
  return groups(
    parts.map((part) => ({ path: part.path, optimizer: singleOf(part) })),
    singleOf(otherwise)
  )
}

const singleOf = (stepper: GoldenStepper): SingleOptimizer => {
  switch (stepper.of) {
    case 'sgd':
      return sgd(stepper.settings)
    case 'adagrad':
      return adagrad(stepper.settings)
    case 'rmsprop':
      return rmsprop(stepper.settings)
    case 'adam':
      return adam(stepper.settings)
    case 'adamw':
      return adamw(stepper.settings)
  }
}

const parametersOn = (tape: Tape, row: GoldenSteps | GoldenTraining): Traced<ReadonlyArray<Variable>> =>
  rightOf(traverse(tape, row.parameters, (at, { shape, values }) => parameter(at, asHost({ shape, values }))))

interface Network {
  readonly first: Linear
  readonly second: Linear
}

export const measureTraining = (kernels: Kernels, row: GoldenTraining): ReadonlyArray<Pair> => {
  const { value, tape } = parametersOn(startTape(kernels), row)
  const [weight1, bias1, weight2, bias2] = value
  const network: Network = { first: linearOf(weight1!, bias1), second: linearOf(weight2!, bias2) }
  const loss = (at: Tape, { first, second }: Network): Result<Traced<Variable>> =>
    pipe(
      constant(at, asHost(row.x)),
      andThen((next, x) => linearForward(next, first, x)),
      andThen(tanh),
      andThen((next, hidden) => linearForward(next, second, hidden)),
      andThen((next, y) =>
        pipe(
          constant(next, asHost(row.y)),
          andThen((last, target) => mseLoss(last, y, target))
        )
      )
    )
  const states: Traced<TrainingState<Network>>[] = [startTraining({ value: network, tape })]
  while (states.length <= 10) states.push(rightOf(trainingStep(states.at(-1)!, goldenOptimizer(row), loss)))
  const losses = states.slice(1).map((state) => state.value.loss)
  return [
    { part: 'value', which: 0, dtype: 'float32', wanted: row.losses, got: losses },
    ...after(row, states.at(-1)!.value.model)
  ]
}

/** The numbers of all parameters; `which` counts from 1. */
const after = (row: GoldenSteps | GoldenTraining, model: unknown): ReadonlyArray<Pair> =>
  parameters(model).map(({ variable }, i) => ({
    part: 'value',
    which: i + 1,
    dtype: 'float32',
    wanted: row.trained[i]?.map(Number),
    got: Array.from(rightOf(read(variable)).values)
  }))

type Model = ReadonlyArray<Variable>

export const measureSteps = (kernels: Kernels, row: GoldenSteps): ReadonlyArray<Pair> => {
  const start = parametersOn(startTape(kernels), row)
  const optimizer = goldenOptimizer(row)
  let now: Traced<Partial<Updated<Model>> & { readonly model: Model }> = {
    value: { model: start.value },
    tape: start.tape
  }
  for (let step = 0; step < 10; step++) {
    const { tape, value } = now
    const given = rightOf(
      traverse(tape, value.model, (at, { shape }, i) => constant(at, gradientAt(shape, step, i, row)))
    )
    const loss = rightOf(weighted(given.tape, value.model, given.value))
    const gradients = rightOf(backward(loss.tape, loss.value))
    now = rightOf(update(loss.tape, optimizer, { ...value, gradients }))
  }
  return after(row, now.value.model)
}

const gradientAt = (shape: ReadonlyArray<number>, step: number, which: number, { scale }: GoldenSteps): HostTensor => {
  const factor = which === 2 && step >= 5 ? 0 : scale
  const values = Float64Array.from(goldenWeights(sizeOf(shape), step + 3 * which), (weight) => factor * weight)
  return { shape, dtype: 'float32', values }
}

/** The sum of all parameters, each times its weights: its gradients are the weights. */
const weighted = (tape: Tape, model: Model, weights: Model): Result<Traced<Variable>> =>
  pipe(
    traverse(tape, model, (at, variable, i) =>
      pipe(
        mul(at, variable, weights[i]!),
        andThen((next, product) => sum(next, product))
      )
    ),
    andThen((at, [first, ...others]) => fold(at, others, first!, add))
  )
