/** What a kernel set makes of a row of spec/golden/networks.jsonl, beside what PyTorch made. */
import { isNone } from 'fp-ts/Option'
import { pipe } from 'fp-ts/function'
import {
  andThen,
  backward,
  constant,
  cosineLoss,
  evaluation,
  forward,
  gradientOf,
  hingeLoss,
  huberLoss,
  item,
  type Kernels,
  klDivergence,
  maeLoss,
  map,
  mseLoss,
  mul,
  nllLoss,
  of,
  onPlateau,
  parameter,
  parameters,
  read,
  type Readable,
  type Result,
  type Sequential,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  startTape,
  startTraining,
  stateOf,
  sum,
  type Tape,
  type Traced,
  type Variable
} from 'gradfold'
import { stepOver } from '../../src/training/stepOver'
import type { GoldenTensor } from './golden'
import { goldenBatch } from './goldenBatches'
import { networkOf } from './goldenNetworkLayers'
import type { Pair } from './goldenMeasured'
import type { GoldenNetwork } from './goldenNetworks'
import { goldenOptimizer } from './goldenSteps'
import { rightOf } from './results'

const STEPS = 10

/** One tensor, and what it is. */
export interface NetworkPair extends Pair {
  readonly what: string
}

/** All that a row has numbers for, with the old state kept or given away at each step. */
export const measureNetwork = (kernels: Kernels, row: GoldenNetwork, donate: boolean): ReadonlyArray<NetworkPair> => {
  const own = kernels.withOwnAllocations()
  try {
    const model = rightOf(networkOf(startTape(own), row))
    return [...firstPass(model, row), ...tenSteps(model, row, donate)]
  } finally {
    own.allocations.releaseAll()
  }
}

const firstPass = ({ value: model, tape }: Traced<Sequential>, row: GoldenNetwork): ReadonlyArray<NetworkPair> => {
  const isDifferentiable = row.x.of === 'numbers'
  const x = rightOf((isDifferentiable ? parameter : constant)(tape, goldenBatch(row.x, 0)))
  const passed = rightOf(passOf(x.tape, model, x.value, row, 0))
  const gradients = rightOf(backward(passed.tape, passed.value.loss))
  const leaves = [...parameters(model), ...(isDifferentiable ? [{ path: 'x', variable: x.value }] : [])]
  return [
    pairOf('the first output', row.output.values, passed.value.y),
    ...leaves.map(({ path, variable }) => {
      const found = gradientOf(gradients, variable)
      const got = isNone(found) ? undefined : found.value
      return { ...pairOf(`the first gradient of ${path}`, row.gradients[path], got), part: 'gradient' as const }
    })
  ]
}

const tenSteps = (model: Traced<Sequential>, row: GoldenNetwork, donate: boolean): ReadonlyArray<NetworkPair> => {
  const optimizer = goldenOptimizer(row.optimizer)
  const count = row.parts ?? 1
  let state = startTraining(model)
  const losses: number[] = []
  for (let step = 0; step < STEPS; step++) {
    const parts = Array.from({ length: count }, (_, part) => ({
      weight: 1 / count,
      loss: (tape: Tape, at: Sequential) =>
        pipe(
          pass(tape, at, row, 7 * step + 3 * part),
          map(({ loss }) => loss)
        )
    }))
    const learningRateScale = row.plateau === undefined ? 1 : rightOf(onPlateau(row.plateau)(losses))
    const settings = { donate, clip: row.clip, averageDecay: row.averageDecay, learningRateScale }
    state = rightOf(stepOver(state, optimizer, parts, settings))
    losses.push(state.value.loss)
  }
  const { model: trained, average } = state.value
  const last = rightOf(pass(evaluation(state.tape), trained, row, 7 * STEPS))
  return [
    { ...pairOf('the losses', row.losses, undefined), got: losses },
    ...statePairs('the trained', trained, row.trained),
    ...(row.averaged === undefined ? [] : statePairs('the averaged', average, row.averaged)),
    pairOf('the output in evaluation', row.evaluated.values, last.value.y),
    { ...pairOf('the loss in evaluation', [row.evaluatedLoss], undefined), got: [rightOf(item(last.value.loss))] }
  ]
}

const statePairs = (
  what: string,
  model: unknown,
  wanted: Readonly<Record<string, ReadonlyArray<number>>>
): ReadonlyArray<NetworkPair> => {
  const found = new Map(stateOf(model).map(({ path, variable }) => [path, variable]))
  const paths = [...new Set([...found.keys(), ...Object.keys(wanted)])]
  return paths.map((path) => pairOf(`${what} ${path}`, wanted[path], found.get(path)))
}

const pairOf = (what: string, wanted: GoldenTensor['values'] | undefined, got: Readable | undefined): NetworkPair => ({
  what,
  part: 'value',
  which: 0,
  dtype: 'float32',
  wanted: wanted?.map(Number),
  got: got && Array.from(rightOf(read(got)).values)
})

interface Passed {
  readonly y: Variable
  readonly loss: Variable
}

/** The output for a batch, and its loss. */
const pass = (tape: Tape, model: Sequential, row: GoldenNetwork, start: number): Result<Traced<Passed>> =>
  pipe(
    constant(tape, goldenBatch(row.x, start)),
    andThen((at, x) => passOf(at, model, x, row, start))
  )

const passOf = (
  tape: Tape,
  model: Sequential,
  x: Variable,
  row: GoldenNetwork,
  start: number
): Result<Traced<Passed>> =>
  pipe(
    forward(tape, model, x),
    andThen((at, y) =>
      pipe(
        lossOf(at, y, row, start),
        andThen((next, losses) => total(next, losses)),
        map((loss): Passed => ({ y, loss }))
      )
    )
  )

const lossOf = (tape: Tape, y: Variable, { loss, target }: GoldenNetwork, start: number): Result<Traced<Variable>> => {
  const wanted = goldenBatch(target, start + 29)
  switch (loss.of) {
    case 'mseLoss':
      return withTarget(tape, wanted, (at, known) => mseLoss(at, y, known, loss.settings))
    case 'maeLoss':
      return maeLoss(tape, y, wanted, loss.settings)
    case 'huberLoss':
      return huberLoss(tape, y, wanted, loss.settings)
    case 'softmaxCrossEntropy':
      return softmaxCrossEntropy(tape, y, wanted, loss.settings)
    case 'nllLoss':
      return nllLoss(tape, y, wanted, loss.settings)
    case 'hingeLoss':
      return hingeLoss(tape, y, wanted, loss.settings)
    case 'sigmoidCrossEntropy':
      return sigmoidCrossEntropy(tape, y, wanted, loss.settings)
    case 'klDivergence':
      return klDivergence(tape, y, wanted, loss.settings)
    case 'cosineLoss':
      return withTarget(tape, goldenBatch({ of: 'numbers', shape: y.shape }, start + 31), (at, other) =>
        cosineLoss(at, y, other, wanted, loss.settings)
      )
  }
}

const withTarget = (
  tape: Tape,
  target: ReturnType<typeof goldenBatch>,
  f: (tape: Tape, known: Variable) => Result<Traced<Variable>>
): Result<Traced<Variable>> => pipe(constant(tape, target), andThen(f))

/** Losses without a reduction are weighted and summed. */
const total = (tape: Tape, losses: Variable): Result<Traced<Variable>> => {
  if (losses.shape.length === 0) return of(tape, losses)
  return pipe(
    constant(tape, goldenBatch({ of: 'chances', shape: losses.shape }, 9)),
    andThen((at, known) => mul(at, losses, known)),
    andThen((at, product) => sum(at, product))
  )
}
