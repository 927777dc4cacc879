import type { Result } from '../error/result'
import type { Optimizer } from '../optimizer/optimizer'
import type { Tape, Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'
import type { Callback, Watched } from './callbacks'
import type { Data } from './data/data'
import type { Batch, Dataset } from './dataset'
import type { Measures } from './evaluate'
import type { Position } from './history'
import type { Progress } from './progress'
import type { Clip, TrainingState } from './trainingStep'

/** What fit needs. */
export interface FitSettings<M, D extends Dataset> {
  /** A record of arrays, or a pipeline of such records or of examples. */
  readonly data: D | Data<D>
  /** The loss of a batch; the mean over its examples, so that its history does not depend on batchSize. */
  readonly loss: (tape: Tape, model: M, batch: Batch<D>) => Result<Traced<Variable>>
  readonly optimizer: Optimizer
  /** How often all examples are gone through; those of a run that is continued count. */
  readonly epochs: number
  /** Examples in one batch; 32 by default. A pipeline that is batched already takes none. */
  readonly batchSize?: number
  /** A last, shorter batch of an epoch is kept (default) or dropped: batch norm cannot train on a single example. */
  readonly last?: 'keep' | 'drop'
  /** A new random order in each epoch, from the tape's key; true by default. A pipeline shuffles itself. */
  readonly shuffle?: boolean
  /** Batches whose gradients make one update, as if they were one large batch; 1 by default. */
  readonly accumulate?: number
  /** Bounds for the gradients of each update. */
  readonly clip?: Clip
  /** How slowly `average` of the state follows the parameters, from 0 to 1; none is kept by default. */
  readonly averageDecay?: number
  /** More measures after each epoch, on held-out data say. */
  readonly validate?: (model: Traced<M>) => Result<Measures> | Promise<Result<Measures>>
  /** Asked after each epoch whether to stop, and for the learning rate. */
  readonly callbacks?: ReadonlyArray<Callback>
  /** Which epoch's model is kept as `best`; none by default. */
  readonly best?: Watched
  /** Where the run is saved: after epochs, and when it is interrupted. */
  readonly checkpoint?: CheckpointSettings
  /** Ends training after the step that is under way. */
  readonly signal?: AbortSignal
  /** A bar on a terminal and lines elsewhere, by default; `silent` says nothing. */
  readonly progress?: Progress
}

/** When fit saves the run. While it does, Ctrl-C ends training after the step that is under way, with the state saved. */
export interface CheckpointSettings {
  /** Its folder is made if it is not there. */
  readonly file: string
  /** After how many epochs; 1 by default. */
  readonly every?: number
  /** Whether a run in the file is continued; true by default. A file that is not there begins a new one. */
  readonly resume?: boolean
}

/** A training run as a value: hand it to `fit` to go on, to `saveTraining` to keep it. */
export interface Fitted<M> {
  readonly state: Traced<TrainingState<M>>
  /** The trained model: that of the state. */
  readonly model: Traced<M>
  /** An entry for each epoch. */
  readonly history: Position['history']
  /** Where in the data it is. */
  readonly position: Position
  /** Why it ended. */
  readonly ended: Ended
  /** The model of the best epoch, if `best` asks for it and there was one. */
  readonly best?: Best<M>
}

/** Why training ended: all epochs are done, a callback said so, or it was interrupted. */
export type Ended =
  | { readonly _tag: 'Finished' }
  | { readonly _tag: 'Stopped'; readonly reason: string }
  | { readonly _tag: 'Interrupted' }

/** A model and the epoch that it is of. */
export interface Best<M> {
  readonly epoch: number
  /** On a tape of its own. */
  readonly model: Traced<M>
}
