import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import type { HostTensor } from '../kernels/tensor'
import { add } from '../operation/add'
import { logSoftmax } from '../operation/logSoftmax'
import { mul } from '../operation/mul'
import { neg } from '../operation/neg'
import { softmaxCrossEntropyPrimitive } from '../operation/softmaxCrossEntropy'
import { sum } from '../operation/sum'
import { constant } from '../tape/leaf'
import { record } from '../tape/record'
import type { Tape, Traced } from '../tape/tape'
import { andThen, of, trace } from '../tape/trace'
import type { Variable } from '../tape/variable'
import { type Target, targetOnTape } from './checks'
import { atLabels, type Labels, labelsOnTape, onlyCounted, weightsOfRows } from './labels'
import { reduceLoss, reduceWeighted, type Reduction } from './reduction'

/** The settings of softmaxCrossEntropy, checked. */
export interface Weighting {
  readonly weights: HostTensor | undefined
  readonly labelSmoothing: number
  readonly ignoreIndex: number | undefined
  readonly reduction: Reduction
}

/** Against labels, as PyTorch has it: the mean is over the weights of the labels, smoothing or not. */
export const weightedByLabels = (
  tape: Tape,
  operation: string,
  scores: Variable,
  target: Target,
  weighting: Weighting
): Result<Traced<Variable>> =>
  trace(tape, function* (run) {
    const { labelSmoothing, reduction } = weighting
    const known = yield* run(labelsOnTape, operation, target, scores.shape.at(-1) ?? 1, weighting)
    const weights = yield* run(weightsOnTape, weighting.weights)
    const ofRows = yield* run(weightsOfRows, known, weights)
    const losses =
      labelSmoothing === 0
        ? yield* run(exact, scores, known, weights === undefined ? undefined : ofRows)
        : yield* run(smoothed, scores, known, weights, ofRows, labelSmoothing)
    return yield* run(reduceWeighted, yield* run(onlyCounted, losses, known), ofRows, reduction)
  })

const weightsOnTape = (tape: Tape, weights: HostTensor | undefined): Result<Traced<Variable | undefined>> =>
  weights === undefined ? of(tape, undefined) : constant(tape, weights)

const times = (tape: Tape, x: Variable, weights: Variable | undefined): Result<Traced<Variable>> =>
  weights === undefined ? of(tape, x) : mul(tape, x, weights)

const exact = (
  tape: Tape,
  scores: Variable,
  { labels }: Labels,
  ofRows: Variable | undefined
): Result<Traced<Variable>> =>
  pipe(
    record(tape, softmaxCrossEntropyPrimitive, [scores, labels], { mean: false }),
    andThen((at, losses) => times(at, losses, ofRows))
  )

/** (1 - s) w[label] (-ln(p[label])) + (s / classes) sum(-w ln(p)): each class of the second part has its own weight. */
const smoothed = (
  tape: Tape,
  scores: Variable,
  { labels }: Labels,
  weights: Variable | undefined,
  ofRows: Variable | undefined,
  smoothing: number
): Result<Traced<Variable>> =>
  trace(tape, function* (run) {
    const logs = yield* run(logSoftmax, scores)
    const chosen = yield* run(mul, yield* run(atLabels, logs, labels), smoothing - 1)
    const all = yield* run(sum, yield* run(times, logs, weights), { axis: -1 })
    const spread = yield* run(mul, all, -smoothing / (scores.shape.at(-1) ?? 1))
    return yield* run(add, yield* run(times, chosen, weights === undefined ? undefined : ofRows), spread)
  })

/** Against distributions, as PyTorch has it: the weights are of classes alone, and the mean is over the examples. */
export const weightedByDistributions = (
  tape: Tape,
  scores: Variable,
  target: Target,
  { weights, labelSmoothing, reduction }: Weighting
): Result<Traced<Variable>> =>
  trace(tape, function* (run) {
    const given = yield* run(targetOnTape, target, 'float32')
    const shares = labelSmoothing === 0 ? given : yield* run(spreadOut, given, labelSmoothing)
    const products = yield* run(mul, shares, yield* run(logSoftmax, scores))
    const weighted = yield* run(times, products, yield* run(weightsOnTape, weights))
    const losses = yield* run(neg, yield* run(sum, weighted, { axis: -1 }))
    return yield* run(reduceLoss, losses, reduction)
  })

/** (1 - s) p + s / classes */
const spreadOut = (tape: Tape, distribution: Variable, smoothing: number): Result<Traced<Variable>> =>
  pipe(
    mul(tape, distribution, 1 - smoothing),
    andThen((at, rest) => add(at, rest, smoothing / (distribution.shape.at(-1) ?? 1)))
  )
