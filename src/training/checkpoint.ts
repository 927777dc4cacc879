/** When fit reads and writes its checkpoint. */
import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import type { Dataset } from './dataset'
import type { FitSettings, Fitted } from './fitSettings'
import { loadTraining } from './loadTraining'
import { saveTraining } from './saveTraining'

/** The run in the file, if there is one and what was handed in has not begun. */
export const resumed = <M, D extends Dataset>(
  given: Fitted<M>,
  { checkpoint, optimizer }: FitSettings<M, D>
): Result<Fitted<M>> => {
  const { history, steps } = given.position
  if (checkpoint === undefined || checkpoint.resume === false || history.length + steps > 0) return right(given)
  const loaded = loadTraining(checkpoint.file, optimizer, given.state)
  const isMissing = isLeft(loaded) && loaded.left._tag === 'FileError' && loaded.left.reason === 'missing'
  return isMissing ? right(given) : loaded
}

/** Saves the run after every so many epochs, and after the last. */
export const savedAs = <M, D extends Dataset>(
  { checkpoint, optimizer, epochs }: FitSettings<M, D>,
  run: Fitted<M>,
  epoch: number
): Result<undefined> => {
  if (checkpoint === undefined) return right(undefined)
  const { file, every = 1 } = checkpoint
  if (epoch === epochs) return saveTraining(file, optimizer, run)
  // Should it be read again, then because the run was broken off.
  return epoch % every === 0
    ? saveTraining(file, optimizer, { ...run, ended: { _tag: 'Interrupted' } })
    : right(undefined)
}
