/** What a training run leaves behind about itself. */
import type { RandomKey } from '../random/key'
import type { Measures } from './evaluate'

/** One epoch: the mean loss over its examples, and what `validate` measured. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number
  readonly loss: number
  readonly measures: Measures
  readonly seconds: number
}

/** Where a training run is: all that, with the state, its continuation depends on. */
export interface Position {
  /** The epochs that are done. */
  readonly history: ReadonlyArray<EpochRecord>
  /** Steps done in the epoch that is not. */
  readonly steps: number
  /** Examples seen in it. */
  readonly examples: number
  /** The sum of the losses of those examples. */
  readonly total: number
  /** Seconds spent on it. */
  readonly seconds: number
  /** The key of its order; undefined before its first step, or without shuffling. */
  readonly key: RandomKey | undefined
}

/** Before the first step of an epoch. */
export const beginning = (history: ReadonlyArray<EpochRecord>): Position => ({
  history,
  steps: 0,
  examples: 0,
  total: 0,
  seconds: 0,
  key: undefined
})
