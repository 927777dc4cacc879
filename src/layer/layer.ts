/**
 * Layers are plain records told apart by `_tag`: they can be printed, compared, edited and saved. Each has a file of its
 * own: the record, what makes it, and its forward.
 */
import type { Result } from '../error/result'
import type { Tape, Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'
import type { Activation } from './activation'
import type { BatchNorm } from './batchNorm'
import type { ChannelDropout } from './channelDropout'
import type { Custom } from './custom'
import type { Dropout } from './dropout'
import type { Embedding } from './embedding'
import type { Flatten } from './flatten'
import type { GroupNorm } from './groupNorm'
import type { InstanceNorm } from './instanceNorm'
import type { LayerNorm } from './layerNorm'
import type { Linear } from './linear'
import type { Parallel } from './parallel'
import type { Prelu } from './prelu'
import type { ReshapeTo } from './reshapeTo'
import type { Residual } from './residual'
import type { RmsNorm } from './rmsNorm'
import type { Sequential } from './sequential'
import type { Swiglu } from './swiglu'

/** Any layer, told apart by `_tag`. */
export type Layer =
  | Activation
  | BatchNorm
  | ChannelDropout
  | Custom
  | Dropout
  | Embedding
  | Flatten
  | GroupNorm
  | InstanceNorm
  | LayerNorm
  | Linear
  | Parallel
  | Prelu
  | ReshapeTo
  | Residual
  | RmsNorm
  | Sequential
  | Swiglu

/** What makes a layer on a tape: `(tape) => linear(tape, 784, 128)`. */
export type Maker<L extends Layer = Layer> = (tape: Tape) => Result<Traced<L>>

/** What applies any layer; layers that hold layers are handed it. */
export type Forward = (tape: Tape, layer: Layer, x: Variable) => Result<Traced<Variable>>
