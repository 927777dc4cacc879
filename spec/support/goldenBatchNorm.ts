/** The programs of spec/golden/rows_batchnorm.py. */
import {
  type BatchNorm,
  batchNorm,
  batchNormForward,
  type BatchNormSettings,
  buffer,
  concat,
  evaluation,
  reshape,
  type Result,
  settle,
  type Tape,
  trace,
  type Traced,
  type Variable
} from 'gradfold'
import type { Program } from './derivatives'
import type { GoldenOptions } from './golden'

/** With the parameters and the running statistics of a row. */
const layerOf = (
  tape: Tape,
  { eps = 1e-5, runningMean = [], runningVariance = [] }: GoldenOptions,
  [, scale, offset]: ReadonlyArray<Variable>
): Result<Traced<BatchNorm>> =>
  trace<BatchNorm>(tape, function* (run) {
    return {
      _tag: 'BatchNorm',
      features: runningMean.length,
      eps,
      momentum: 0.1,
      ...(scale && { scale }),
      ...(offset && { offset }),
      runningMean: yield* run(buffer, runningMean),
      runningVariance: yield* run(buffer, runningVariance)
    }
  })

const settingsOf = ({ eps, momentum, affine }: GoldenOptions): BatchNormSettings => ({
  ...(eps === undefined ? {} : { eps }),
  ...(momentum === undefined ? {} : { momentum }),
  ...(affine === undefined ? {} : { affine })
})

export const batchNormPrograms: Readonly<Record<string, (options: GoldenOptions) => Program>> = {
  /** The output for one batch, or the running mean and variance after several. */
  batchNorm: (options) => (tape, inputs) =>
    trace(tape, function* (run) {
      const features = options.channels!
      const layer = yield* run(batchNorm, features, settingsOf(options))
      if (options.statistics !== true) return yield* run(batchNormForward, layer, inputs[0]!)
      for (const x of inputs) yield* run(batchNormForward, layer, x)
      const { runningMean, runningVariance } = yield* run(settle, layer)
      return yield* run(reshape, yield* run(concat, [runningMean, runningVariance]), [2, features])
    }),
  batchNormForward: (options) => (tape, inputs) =>
    trace(options.training === false ? evaluation(tape) : tape, function* (run) {
      const layer = yield* run(layerOf, options, inputs)
      return yield* run(batchNormForward, layer, inputs[0]!)
    })
}
