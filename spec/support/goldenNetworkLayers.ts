/** The networks of spec/golden/networks.jsonl: built from their descriptions, with the numbers of their rows. */
import { pipe } from 'fp-ts/function'
import {
  type Activation,
  andThen,
  batchNorm,
  bilinear,
  bilinearForward,
  buffer,
  channelDropout,
  custom,
  dropout,
  embedding,
  flatten,
  fold,
  freeze,
  groupNorm,
  instanceNorm,
  type Layer,
  layerNorm,
  linear,
  map,
  mul,
  of,
  parallel,
  parameter,
  prelu,
  reshapeTo,
  residual,
  type Result,
  rmsNorm,
  type Sequential,
  sequential,
  slice,
  stateOf,
  swiglu,
  type Tape,
  type Traced,
  traverse,
  type Variable
} from 'gradfold'
import { mapTensors } from '../../src/tape/structure'
import { asHost } from './golden'
import type { GoldenLayer, GoldenNetwork } from './goldenNetworks'

/** The network of a row, before its first step. */
export const networkOf = (tape: Tape, row: GoldenNetwork): Result<Traced<Sequential>> =>
  pipe(
    sequential(
      tape,
      row.layers.map((described) => (at: Tape) => layerOf(at, described))
    ),
    map((model) => tied(model, row.layers)),
    andThen((at, model) => withState(at, model, row)),
    andThen((at, model) => frozen(at, model, row.frozen ?? []))
  )

const layerOf = (tape: Tape, described: GoldenLayer): Result<Traced<Layer>> => {
  switch (described.layer) {
    case 'linear':
      return linear(tape, described.inFeatures, described.outFeatures, described.settings)
    case 'bilinear':
      return halves(tape, described)
    case 'embedding':
      return embedding(tape, described.count, described.features, described.settings)
    case 'dropout':
      return of(tape, dropout(described.settings))
    case 'channelDropout':
      return of(tape, channelDropout(described.settings))
    case 'batchNorm':
      return batchNorm(tape, described.features, described.settings)
    case 'layerNorm':
      return layerNorm(tape, described.shape, described.settings)
    case 'groupNorm':
      return groupNorm(tape, described.groups, described.channels, described.settings)
    case 'instanceNorm':
      return instanceNorm(tape, described.channels, described.settings)
    case 'rmsNorm':
      return rmsNorm(tape, described.shape, described.settings)
    case 'activation':
      return of(tape, {
        _tag: 'Activation',
        activation: described.activation,
        ...described.settings
      } satisfies Activation)
    case 'prelu':
      return prelu(tape, described.settings)
    case 'swiglu':
      return swiglu(tape, described.inFeatures, described.hiddenFeatures, described.outFeatures, described.settings)
    case 'flatten':
      return of(tape, flatten(described.settings))
    case 'reshapeTo':
      return of(tape, reshapeTo(described.shape))
    case 'custom':
      return of(
        tape,
        custom('double', {}, (at, _, x) => mul(at, x, 2))
      )
    case 'sequential':
      return sequential(tape, makersOf(described.layers))
    case 'parallel':
      return parallel(tape, makersOf(described.layers), described.settings)
    case 'residual':
      return residual(tape, (at) => layerOf(at, described.inner))
  }
}

const makersOf = (layers: ReadonlyArray<GoldenLayer>): ReadonlyArray<(tape: Tape) => Result<Traced<Layer>>> =>
  layers.map((described) => (at) => layerOf(at, described))

/** A bilinear layer of the first and the second half of the last axis. */
const halves = (tape: Tape, described: GoldenLayer & { readonly layer: 'bilinear' }): Result<Traced<Layer>> => {
  const { in1Features, in2Features, outFeatures, settings } = described
  return pipe(
    bilinear(tape, in1Features, in2Features, outFeatures, settings),
    map((layer) =>
      custom('halves', layer, (at, own, x) => {
        const rows = x.shape.slice(0, -1)
        const begin = rows.map(() => 0)
        return pipe(
          slice(at, x, [...begin, 0], [...rows, in1Features]),
          andThen((next, x1) =>
            pipe(
              slice(next, x, [...begin, in1Features], [...rows, in2Features]),
              andThen((last, x2) => bilinearForward(last, own, x1, x2))
            )
          )
        )
      })
    )
  )
}

const tied = (model: Sequential, described: ReadonlyArray<GoldenLayer>): Sequential => {
  const layers = model.layers.map((layer, i): Layer => {
    const one = described[i]
    if (layer._tag !== 'Linear' || one?.layer !== 'linear' || one.tied === undefined) return layer
    const other = model.layers[one.tied]
    if (other?._tag !== 'Embedding') throw new Error(`layer ${one.tied} has no weight to share`)
    return { ...layer, weight: other.weight }
  })
  return { ...model, layers }
}

/** The row's numbers in place of those that were drawn. */
const withState = (tape: Tape, model: Sequential, { name, state }: GoldenNetwork): Result<Traced<Sequential>> => {
  const entries = stateOf(model)
  const [ours, theirs] = [entries.map(({ path }) => path), Object.keys(state)].map((paths) => [...paths].sort())
  if (String(ours) !== String(theirs)) throw new Error(`${name} has ${String(ours)} instead of ${String(theirs)}`)
  return pipe(
    traverse(tape, entries, (at, { path, kind }) => (kind === 'buffer' ? buffer : parameter)(at, asHost(state[path]!))),
    map((variables) => {
      const replaced = new Map(
        entries.map(({ variable }, i): readonly [Variable, Variable] => [variable, variables[i]!])
      )
      return mapTensors(model, { variable: (variable) => replaced.get(variable) ?? variable })
    })
  )
}

const frozen = (tape: Tape, model: Sequential, places: ReadonlyArray<number>): Result<Traced<Sequential>> =>
  fold(tape, places, model, (at, now, place) =>
    pipe(
      freeze(at, now.layers[place]!),
      map((still): Sequential => ({ ...now, layers: now.layers.map((layer, i) => (i === place ? still : layer)) }))
    )
  )
