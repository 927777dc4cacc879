import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidArgument } from '../error/tensorError'
import { withFiles } from '../file/systemError'
import { type Range, inRanges } from '../optimizer/settings'
import { checkBatches, isDataset } from './batches'
import type { Dataset } from './dataset'
import type { FitSettings } from './fitSettings'

const whole = { whole: true } as const

/** The least of each setting that is a number, and what is usual. */
const allowed: Readonly<Record<string, Range>> = {
  epochs: { low: 0, ...whole, usual: '10 to 100' },
  accumulate: { low: 1, ...whole, usual: '1' },
  'checkpoint.every': { low: 1, ...whole, usual: '1' },
  averageDecay: { low: 0, upTo: 1, usual: '0.99 to 0.9999' },
  'clip.value': { low: 0, open: true, upTo: Infinity, usual: '0.5 to 5' },
  'clip.norm': { low: 0, open: true, upTo: Infinity, usual: '1' }
}

/** Looks at all that can be known before anything is computed. */
export const checkFit = <M, D extends Dataset>(settings: FitSettings<M, D>): Result<unknown> => {
  const { batchSize, epochs, accumulate = 1, checkpoint, averageDecay = 0, clip } = settings
  const { value = 1, norm = 1 } = clip ?? {}
  const numbers = {
    epochs,
    accumulate,
    'checkpoint.every': checkpoint?.every ?? 1,
    averageDecay,
    'clip.value': value,
    'clip.norm': norm
  }
  const checked = inRanges('fit', numbers, allowed)
  if (isLeft(checked)) return checked
  const data = checkData(settings)
  if (isLeft(data)) return data
  const batches = checkBatches<D>('fit', settings.data, batchSize === undefined ? {} : { batchSize })
  if (isLeft(batches) || checkpoint === undefined) return batches
  // Now, not when an epoch's work would be lost by it.
  return withFiles('fit', checkpoint.file, 'write', () => {
    mkdirSync(dirname(checkpoint.file), { recursive: true })
    return right(undefined)
  })
}

/** What a pipeline says itself is not asked of it. */
const checkData = <M, D extends Dataset>({ data, shuffle, last }: FitSettings<M, D>): Result<unknown> => {
  if (isDataset<D>(data)) return right(undefined)
  if (shuffle === true) {
    const text = 'fit does not shuffle a pipeline: put shuffleData({ seed }) into it, before batchData.'
    return left(invalidArgument('fit', 'shuffle', shuffle, text))
  }
  if (last === undefined || !data.batched) return right(undefined)
  const text = 'fit was given a pipeline that is batched already and last: say it to batchData.'
  return left(invalidArgument('fit', 'last', last, text))
}
