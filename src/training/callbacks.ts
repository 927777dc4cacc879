/** What is done about the course of a training run, as pure functions of its history: resuming needs no more than that. */
import { isLeft, left, map as mapEither, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidArgument } from '../error/tensorError'
import { onPlateau, type PlateauSettings } from '../optimizer/onPlateau'
import { inRanges } from '../optimizer/settings'
import type { EpochRecord } from './history'

/** What a callback asks for after an epoch. */
export interface Advice {
  /** Training ends, for this reason. */
  readonly stop?: string
  /** What the learning rate is multiplied by from here on; those of several callbacks are multiplied. */
  readonly learningRateScale?: number
}

/** Called after each epoch with all of them, the newest last; a Left ends training with it. */
export type Callback = (history: ReadonlyArray<EpochRecord>) => Result<Advice>

/** Which number of an epoch is looked at, and which way is better. */
export interface Watched {
  /** `loss`, or the name of one that `validate` gives; `loss` by default. */
  readonly measure?: string
  /** Whether small numbers are good (default) or large ones. */
  readonly mode?: 'minimum' | 'maximum'
}

/** Settings of earlyStopping. */
export interface EarlyStoppingSettings extends Watched {
  /** How many epochs without a better number are waited for; 5 by default. */
  readonly patience?: number
  /** By how much a number has to be better; 0 by default. */
  readonly minimumChange?: number
}

/** The number of an epoch under this name; NaN, which is never better, where it was not measured. */
export const measuredIn = ({ loss, measures }: EpochRecord, name: string): number =>
  name === 'loss' ? loss : (measures[name] ?? NaN)

/** Refuses the name of a number that was not measured. */
export const checkWatched = (
  operation: string,
  [first]: ReadonlyArray<EpochRecord>,
  { measure = 'loss' }: Watched
): Result<unknown> => {
  if (first === undefined || measure === 'loss' || measure in first.measures) return right(undefined)
  const known = ['loss', ...Object.keys(first.measures)].join(', ')
  const text = `${operation} looks at ${measure}, which is not measured: there are ${known}. validate gives others.`
  return left(invalidArgument(operation, 'measure', measure, text))
}

/** The number, from 0, of the best epoch: the first of equals, -1 if none has the number. */
export const bestEpoch = (
  history: ReadonlyArray<EpochRecord>,
  { measure = 'loss', mode = 'minimum' }: Watched = {},
  minimumChange = 0
): number => {
  const sign = mode === 'minimum' ? 1 : -1
  let best = -1
  let least = Infinity
  history.forEach((record, i) => {
    const value = sign * measuredIn(record, measure)
    if (value < least - (best < 0 ? 0 : minimumChange)) {
      best = i
      least = value
    }
  })
  return best
}

/**
 * Ends training once a number has not become better for `patience` epochs. Keras' EarlyStopping; the model of the best epoch
 * is kept by `best` of fit.
 *
 * InvalidArgument: patience that is not a whole number from 1 up, a negative minimumChange, a measure that there is not.
 * @example
 * import { isRight } from 'fp-ts/Either'
 * import { earlyStopping } from 'gradfold'
 * const history = [3, 2, 2.5, 2.4].map((loss, i) => ({ epoch: i + 1, loss, measures: {}, seconds: 1 }))
 * const advice = earlyStopping({ patience: 2 })(history)
 * if (isRight(advice)) console.log(advice.right.stop) // => loss was best in epoch 2, 2 epochs ago
 */
export const earlyStopping =
  ({ patience = 5, minimumChange = 0, ...watched }: EarlyStoppingSettings = {}): Callback =>
  (history) => {
    const checked = inRanges(
      'earlyStopping',
      { patience, minimumChange },
      { patience: { low: 1, whole: true, usual: '5' }, minimumChange: { low: 0, usual: '0' } }
    )
    if (isLeft(checked)) return checked
    const known = checkWatched('earlyStopping', history, watched)
    if (isLeft(known)) return known
    const best = bestEpoch(history, watched, minimumChange)
    const since = history.length - 1 - best
    if (since < patience) return right({})
    const name = watched.measure ?? 'loss'
    return right({
      stop:
        best < 0
          ? `${name} was no number in ${history.length} epochs`
          : `${name} was best in epoch ${best + 1}, ${since} epochs ago`
    })
  }

/**
 * Lowers the learning rate where a number does not get better: `onPlateau` over the history. PyTorch's ReduceLROnPlateau.
 *
 * InvalidArgument: a setting out of its range, a measure that there is not.
 * @example
 * import { isRight } from 'fp-ts/Either'
 * import { reduceOnPlateau } from 'gradfold'
 * const history = [3, 2, 2, 2].map((loss, i) => ({ epoch: i + 1, loss, measures: {}, seconds: 1 }))
 * const advice = reduceOnPlateau({ patience: 1, factor: 0.5 })(history)
 * if (isRight(advice)) console.log(advice.right.learningRateScale) // => 0.5
 */
export const reduceOnPlateau = ({ measure = 'loss', ...settings }: PlateauSettings & Watched = {}): Callback => {
  const scaleOf = onPlateau(settings)
  return (history) => {
    const known = checkWatched('reduceOnPlateau', history, { measure })
    if (isLeft(known)) return known
    const scale = scaleOf(history.map((record) => measuredIn(record, measure)))
    return mapEither((learningRateScale: number) => ({ learningRateScale }))(scale)
  }
}

/** What all callbacks ask for together. */
export const adviceOf = (
  callbacks: ReadonlyArray<Callback> = [],
  history: ReadonlyArray<EpochRecord>
): Result<{ readonly stop?: string; readonly learningRateScale: number }> => {
  let stop: string | undefined
  let learningRateScale = 1
  // Before the first epoch there is nothing to judge by.
  for (const callback of history.length === 0 ? [] : callbacks) {
    const advice = callback(history)
    if (isLeft(advice)) return advice
    stop ??= advice.right.stop
    learningRateScale *= advice.right.learningRateScale ?? 1
  }
  return right({ ...(stop !== undefined && { stop }), learningRateScale })
}
