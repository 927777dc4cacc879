import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import type { HostTensor } from '../../kernels/tensor'
import { type Readable, read } from '../../tape/read'
import type { Metric, Reading } from './metric'

/** A metric on its way through the batches. */
export interface Running {
  readonly add: (scores: HostTensor, labels: HostTensor) => Result<Running>
  readonly result: () => Result<Reading>
}

/** What one batch has to say to a metric. */
export interface Measurement {
  readonly _tag: 'Measurement'
  readonly scores: HostTensor
  readonly labels: HostTensor
  /** The metric before any batch. */
  readonly begin: Running
}

/**
 * For `evaluate`: hands a batch's scores and labels to a metric that is read when all batches are through. The name
 * under which it is returned is that of its number; before the names of several it stands with a dot: `classes.f1`.
 *
 * Errors: Released, and at the end those of the metric.
 * @example
 * import { isRight } from 'fp-ts/Either'
 * import {
 *   classification, evaluate, lift, linear, linearForward, measureWith, startTape, trace, wasmKernels, zeros
 * } from 'gradfold'
 * const model = linear(startTape(wasmKernels()), 1, 2, { init: zeros })
 * const data = { inputs: [[1], [2], [3]], labels: Int32Array.of(0, 0, 1) }
 * if (isRight(model)) {
 *   const measures = evaluate(model.right, data, (tape, layer, batch) =>
 *     trace(tape, function* (run) {
 *       const scores = yield* run(linearForward, layer, batch.inputs)
 *       return { classes: yield* run((at) => lift(at, measureWith(classification(), scores, batch.labels))) }
 *     })
 *   )
 *   // Scores of zero name the first class: 2 of 3 are of it.
 *   if (isRight(measures)) console.log(measures.right['classes.recall']) // => 0.5
 * }
 */
export const measureWith = <S>(metric: Metric<S>, scores: Readable, labels: Readable): Result<Measurement> => {
  const given = read(scores)
  if (isLeft(given)) return given
  const known = read(labels)
  if (isLeft(known)) return known
  return right({
    _tag: 'Measurement',
    scores: given.right,
    labels: known.right,
    begin: running(metric, metric.initial)
  })
}

const running = <S>(metric: Metric<S>, state: S): Running => ({
  add: (scores, labels) => {
    const next = metric.add(state, scores, labels)
    return isLeft(next) ? next : right(running(metric, next.right))
  },
  result: () => metric.result(state)
})
