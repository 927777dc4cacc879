/**
 * Metrics that are folded over batches and divided once, at the end: the precision of a whole dataset is not the mean of
 * its batches' precisions. A metric is a plain value; anyone's record of this form is one.
 */
import { isLeft } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import type { HostTensor } from '../../kernels/tensor'
import { type Readable, read } from '../../tape/read'

/** Numbers by name: loss, accuracy. */
export type Measures = Readonly<Record<string, number>>

/** What a metric may give: a number, numbers by name, or a table of numbers. */
export type Reading = number | Measures | HostTensor

/** A state, how a batch of scores and labels changes it, and what it says at the end. */
export interface Metric<S, R extends Reading = Reading> {
  readonly initial: S
  readonly add: (state: S, scores: HostTensor, labels: HostTensor) => Result<S>
  readonly result: (state: S) => Result<R>
}

/** A metric of one batch alone. */
export const readingOf = <S, R extends Reading>(
  metric: Metric<S, R>,
  scores: Readable,
  labels: Readable
): Result<R> => {
  const given = read(scores)
  if (isLeft(given)) return given
  const known = read(labels)
  if (isLeft(known)) return known
  const state = metric.add(metric.initial, given.right, known.right)
  return isLeft(state) ? state : metric.result(state.right)
}
