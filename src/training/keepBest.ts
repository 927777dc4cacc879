import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { bufferPrimitive, frozenPrimitive, parameterPrimitive } from '../tape/leaf'
import { exchange, type Exchanged } from '../tape/exchange'
import { release, renew } from '../tape/scope'
import type { Tape, Traced } from '../tape/tape'
import { andThen, map } from '../tape/trace'
import { bestEpoch, checkWatched, type Watched } from './callbacks'
import type { Best } from './fitSettings'
import type { EpochRecord } from './history'
import type { TrainingState } from './trainingStep'

/** The best model so far: that of the newest epoch if it is, in place of the one before, which is released but for `given`. */
export const keepBest = <M>(
  { value, tape }: Traced<TrainingState<M>>,
  history: ReadonlyArray<EpochRecord>,
  watched: Watched | undefined,
  best: Best<M> | undefined,
  given: Best<M> | undefined
): Result<Best<M> | undefined> => {
  const known = checkWatched('fit', history, watched ?? {})
  if (isLeft(known)) return known
  if (watched === undefined || bestEpoch(history, watched) !== history.length - 1) return right(best)
  const copied = renew(tape, (inner) => handlesOf(inner, value.model))
  if (isLeft(copied)) return copied
  // Constants have no handles of their own: the model goes on with them.
  release(best?.model.value, [given?.model.value, value.model])
  return right({ epoch: history.length, model: copied.right })
}

/** The same model with handles of its own on its numbers: the steps that follow release theirs. */
export const handlesOf = <M>(tape: Tape, model: M): Result<Traced<M>> =>
  [parameterPrimitive, frozenPrimitive, bufferPrimitive].reduce<Result<Traced<M>>>(
    (made, kind) =>
      andThen((at: Tape, part: M) =>
        map(({ value }: Exchanged<M>) => value)(exchange('fit', at, part, kind, (numbers) => ({ kind, numbers })))
      )(made),
    right({ value: model, tape })
  )
