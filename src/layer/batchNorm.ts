import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { atPath, dimensionError, invalidArgument, invalidShape, shapeMismatch, shapeText } from '../error/tensorError'
import { standardize } from '../function/standardize'
import { sizeOf } from '../kernels/shape'
import { batchNormPrimitive, runningMomentPrimitive } from '../operation/batchNorm'
import { fill } from '../operation/fill'
import { sub } from '../operation/sub'
import { allOrNothing } from '../tape/allOrNothing'
import { current } from '../tape/assign'
import { drawnBuffer, drawnParameter } from '../tape/leaf'
import { record } from '../tape/record'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { trace } from '../tape/trace'
import type { Variable } from '../tape/variable'

/** (x - mean) / sqrt(variance + eps) * scale + offset, for each feature. */
export interface BatchNorm {
  readonly _tag: 'BatchNorm'
  readonly features: number
  readonly eps: number
  /** How much a batch moves the running statistics, from 0 to 1. */
  readonly momentum: number
  /** `[features]`, from 1 on. */
  readonly scale?: Variable
  /** `[features]`, from 0 on. */
  readonly offset?: Variable
  /** `[features]`, from 0 on: a buffer. */
  readonly runningMean: Variable
  /** `[features]`, from 1 on, of the unbiased variance: a buffer. */
  readonly runningVariance: Variable
}

/** Settings of batchNorm. */
export interface BatchNormSettings {
  /** Added to the variance, from 0 up; 1e-5 by default. */
  readonly eps?: number
  /** How much a batch moves the running statistics, from 0 to 1; 0.1 by default. */
  readonly momentum?: number
  /** Whether there are a scale and an offset to be learnt; true by default. */
  readonly affine?: boolean
}

/**
 * Batch normalisation over the features of the last axis. Source: Ioffe & Szegedy 2015, "Batch normalization". PyTorch's
 * BatchNorm1d to BatchNorm2d, with channels last and its meaning of momentum.
 *
 * InvalidArgument: features that are not a whole number from 1 up, eps below 0, momentum outside 0 to 1.
 * @example
 * import { batchNorm, show, startTape, wasmKernels } from 'gradfold'
 * import { isRight } from 'fp-ts/Either'
 * const layer = batchNorm(startTape(wasmKernels()), 3)
 * if (isRight(layer)) console.log(show(layer.right.value.runningVariance)) // => [1, 1, 1]
 */
export const batchNorm = (
  tape: Tape,
  features: number,
  { eps = 1e-5, momentum = 0.1, affine = true }: BatchNormSettings = {}
): Result<Traced<BatchNorm>> => {
  const checked = checkSettings(features, eps, momentum)
  if (isLeft(checked)) return left(atPath(contextOf(tape).path)(checked.left))
  const all = (value: number) => (): Float64Array => new Float64Array(features).fill(value)
  const shape = [features]
  return allOrNothing(tape, () =>
    trace<BatchNorm>(tape, function* (run) {
      const own = affine
        ? {
            scale: yield* run(drawnParameter, 'batchNorm', 'scale', shape, all(1)),
            offset: yield* run(drawnParameter, 'batchNorm', 'offset', shape, all(0))
          }
        : {}
      const runningMean = yield* run(drawnBuffer, 'batchNorm', 'runningMean', shape, all(0))
      const runningVariance = yield* run(drawnBuffer, 'batchNorm', 'runningVariance', shape, all(1))
      return { _tag: 'BatchNorm', features, eps, momentum, ...own, runningMean, runningVariance }
    })
  )
}

const checkSettings = (features: number, eps: number, momentum: number): Result<unknown> => {
  if (!Number.isSafeInteger(features) || features < 1) {
    const text = `batchNorm needs features to be a whole number from 1 up, not ${features}: the size of the last axis.`
    return left(invalidArgument('batchNorm', 'features', features, text))
  }
  if (!(eps >= 0 && eps < Infinity)) {
    const text = `batchNorm needs eps from 0 up and finite, not ${eps}: it keeps the variance from 0; 1e-5 is usual.`
    return left(invalidArgument('batchNorm', 'eps', eps, text))
  }
  if (momentum >= 0 && momentum <= 1) return right(undefined)
  const text =
    `batchNorm needs momentum from 0 to 1, not ${momentum}: the share of the batch in the new running statistics, 0.1 ` +
    "say. (Keras' momentum of 0.99 is 0.01 here.)"
  return left(invalidArgument('batchNorm', 'momentum', momentum, text))
}

/**
 * Normalises x `[n, ..., features]`, of two to four axes, feature by feature. On a training tape with the mean and the
 * variance of the batch, and what its buffers become is recorded: running' = (1 - momentum) running + momentum batch, with
 * the unbiased variance. `settle` gives the layer with them; `trainingStep` does it. On an evaluation tape with the running
 * statistics, which stay.
 *
 * Errors: ShapeMismatch if the last axis is not features, DimensionError for another rank, InvalidShape for one value a
 * feature in training (it has no variance), DtypeError, ForeignVariable, Released.
 * @example
 * import { batchNorm, batchNormForward, constant, settle, show, startTape, trace, wasmKernels } from 'gradfold'
 * trace(startTape(wasmKernels()), function* (run) {
 *   const layer = yield* run(batchNorm, 1, { eps: 0 })
 *   const y = yield* run(batchNormForward, layer, yield* run(constant, [[1], [3]]))
 *   console.log(show(y)) // => [[-1], [1]]
 *   console.log(show((yield* run(settle, layer)).runningMean)) // => [0.2]
 * })
 */
export const batchNormForward = (tape: Tape, layer: BatchNorm, x: Variable): Result<Traced<Variable>> => {
  const checked = check(tape, layer, x)
  if (isLeft(checked)) return left(atPath(contextOf(tape).path)(checked.left))
  return allOrNothing(tape, () => (tape.training ? overBatch(tape, layer, x) : byRunning(tape, layer, x)))
}

const check = (tape: Tape, { features, runningMean }: BatchNorm, { shape }: Variable): Result<unknown> => {
  if (shape.length < 2 || shape.length > 4) {
    const text =
      `batchNorm takes two to four axes, [examples, ..., features], not ${shapeText(shape)}: ` +
      `${shape.length < 2 ? 'a single example needs an axis for the batch' : 'reshape neighbouring axes into one'}.`
    return left(dimensionError('batchNormForward', shape, [], text))
  }
  if (shape.at(-1) !== features) {
    const text =
      `batchNorm was made for ${features} features along the last axis, but x is ${shapeText(shape)}: channels come ` +
      `last (transpose), or make the layer with ${shape.at(-1)} features.`
    return left(shapeMismatch('batchNormForward', [shape, runningMean.shape], text))
  }
  const count = sizeOf(shape) / features
  if (!tape.training || count > 1) return right(undefined)
  const text =
    `batchNorm in training needs more than one value for each feature, but x is ${shapeText(shape)}: the variance of ` +
    `${count === 0 ? 'nothing' : 'one value'} says nothing. Leave out a last batch of one (last: 'drop' of fit), or use evaluation(tape) to predict.`
  return left(invalidShape('batchNormForward', shape, text))
}

const overBatch = (tape: Tape, layer: BatchNorm, x: Variable): Result<Traced<Variable>> =>
  trace(tape, function* (run) {
    const { eps, features, momentum, runningMean, runningVariance } = layer
    const scale = layer.scale ?? (yield* run(fill, [features], 1))
    const offset = layer.offset ?? (yield* run(fill, [features], 0))
    // A layer may be applied twice on one tape: it goes on from there.
    const mean = yield* run(current, runningMean)
    const variance = yield* run(current, runningVariance)
    const settings = { eps, momentum }
    const y = yield* run((at) => record(at, batchNormPrimitive, [x, scale, offset, mean, variance], settings))
    for (const [moment, buffer] of [['mean', runningMean] as const, ['variance', runningVariance] as const]) {
      const how = { moment, momentum }
      yield* run((at) => record(at, runningMomentPrimitive, [buffer, mean, variance, x, y], how))
    }
    return y
  })

const byRunning = (tape: Tape, layer: BatchNorm, x: Variable): Result<Traced<Variable>> =>
  trace(tape, function* (run) {
    const mean = yield* run(current, layer.runningMean)
    const variance = yield* run(current, layer.runningVariance)
    return yield* run(standardize, { centered: yield* run(sub, x, mean), variance }, layer.eps, layer)
  })
