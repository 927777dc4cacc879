/** What spec/golden/rows_optimizers.py has besides ten steps: rates, clipped gradients, averages. */
import {
  clipByGlobalNorm,
  clipByValue,
  cosineDecay,
  cosineRestarts,
  exponentialDecay,
  type Gradients,
  type Kernels,
  type LearningRate,
  movingAverage,
  oneCycle,
  onPlateau,
  parameter,
  rateAt,
  read,
  startTape,
  stepDecay,
  type Tape,
  type Traced,
  traverse,
  type Variable,
  warmUp
} from 'gradfold'
import { tensorOf } from '../../src/tape/variable'
import type { GoldenAverages, GoldenClipped, GoldenOptimizing, GoldenPlateau, GoldenRates } from './golden'
import { asHost } from './golden'
import type { Pair } from './goldenMeasured'
import { rightOf } from './results'

export const measureOptimizing = (kernels: Kernels, row: GoldenOptimizing): ReadonlyArray<Pair> => {
  if (row.of === 'onPlateau') return [pairOf(0, row.scales, scalesOf(row))]
  if (row.of === 'movingAverage') return measureAverage(kernels, row)
  return 'rates' in row ? [pairOf(0, row.rates, ratesOf(row))] : measureClipped(kernels, row)
}

const pairOf = (which: number, wanted: ReadonlyArray<number | string>, got: Iterable<number>): Pair => ({
  part: 'value',
  which,
  dtype: 'float32',
  wanted: wanted.map(Number),
  got: [...got]
})

const scheduleOf = (row: GoldenRates): LearningRate => {
  switch (row.of) {
    case 'stepDecay':
      return stepDecay(row.settings)
    case 'exponentialDecay':
      return exponentialDecay(row.settings)
    case 'cosineDecay':
      return cosineDecay(row.settings)
    case 'cosineRestarts':
      return cosineRestarts(row.settings)
    case 'oneCycle':
      return oneCycle(row.settings)
    case 'warmUp': {
      const { schedule, steps, startFactor } = row.settings
      return warmUp(schedule, steps, { startFactor })
    }
  }
}

const ratesOf = (row: GoldenRates): ReadonlyArray<number> =>
  row.rates.map((_, step) => rightOf(rateAt(scheduleOf(row), step)))

/** After each of the values. */
const scalesOf = ({ settings, measured }: GoldenPlateau): ReadonlyArray<number> =>
  measured.map((_, last) => rightOf(onPlateau(settings)(measured.slice(0, last + 1).map(Number))))

type Model = ReadonlyArray<Variable>

const modelOn = (tape: Tape, tensors: GoldenClipped['given']): Traced<Model> =>
  rightOf(traverse(tape, tensors, (at, tensor) => parameter(at, asHost(tensor))))

const measureClipped = (kernels: Kernels, row: GoldenClipped): ReadonlyArray<Pair> => {
  const { value, tape } = modelOn(startTape(kernels), row.given)
  const gradients: Gradients = new Map(value.map((variable) => [variable, tensorOf(variable)]))
  const limit = Number(row.limit)
  const made =
    row.of === 'clipByValue'
      ? { gradients: rightOf(clipByValue(tape, gradients, limit)), norm: undefined }
      : rightOf(clipByGlobalNorm(tape, gradients, limit))
  const clipped = value.map((variable, i) =>
    pairOf(i, row.clipped[i]!, rightOf(read(made.gradients.get(variable)!)).values)
  )
  return row.norm === null || made.norm === undefined ? clipped : [...clipped, pairOf(-1, [row.norm], [made.norm])]
}

const measureAverage = (kernels: Kernels, { decay, models, averaged }: GoldenAverages): ReadonlyArray<Pair> => {
  const [start, ...later] = models
  let average = modelOn(startTape(kernels), start!)
  for (const tensors of later) {
    const model = modelOn(average.tape, tensors)
    average = rightOf(movingAverage(model.tape, average.value, model.value, { decay }))
  }
  return average.value.map((variable, i) => pairOf(i, averaged[i]!, rightOf(read(variable)).values))
}
