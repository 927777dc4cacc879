/** The public names that networks are made of. */
import type { LearningRate } from 'gradfold'
import type { GoldenGroups, GoldenStepper } from './golden'
import type { GoldenLayer, GoldenNetwork } from './goldenNetworks'

export const namesIn = (rows: ReadonlyArray<GoldenNetwork>): ReadonlySet<string> => new Set(rows.flatMap(namesInRow))

const namesInRow = (row: GoldenNetwork): ReadonlyArray<string> => [
  'sequential',
  row.loss.of,
  ...row.layers.flatMap(layerNames),
  ...optimizerNames(row.optimizer),
  ...(row.clip?.value === undefined ? [] : ['clipByValue']),
  ...(row.clip?.norm === undefined ? [] : ['clipByGlobalNorm']),
  ...(row.averageDecay === undefined ? [] : ['movingAverage']),
  ...(row.plateau === undefined ? [] : ['onPlateau'])
]

const layerNames = (described: GoldenLayer): ReadonlyArray<string> => {
  const { layer } = described
  if (layer === 'activation') return [layer, `activation ${described.activation}`]
  if (layer === 'residual') return [layer, ...layerNames(described.inner)]
  if (layer === 'sequential' || layer === 'parallel') return [layer, ...described.layers.flatMap(layerNames)]
  return [layer]
}

const optimizerNames = (stepper: GoldenStepper | GoldenGroups): ReadonlyArray<string> => {
  if (stepper.of !== 'groups') return [stepper.of, ...scheduleNames(stepper.settings.learningRate)]
  const { groups, otherwise } = stepper.settings
  return [stepper.of, ...[...groups, otherwise].flatMap(optimizerNames)]
}

const scheduleNames = (rate: LearningRate | undefined): ReadonlyArray<string> =>
  typeof rate === 'object' ? [`${rate._tag.charAt(0).toLowerCase()}${rate._tag.slice(1)}`] : []
