/**
 * What a user can do wrong, as data: a tagged union, fields first, text second. Every text says what happened, the
 * likely cause, and the way out. `throw` is for defects of gradfold alone.
 */
import type { Dtype, Shape } from '../kernels/tensor'

interface Common {
  /** The function that refused. */
  readonly operation: string
  /** The layer path under which it was called: `encoder.2`; empty at the top. */
  readonly path: string
  /** What happened, the likely cause, the way out. */
  readonly message: string
}

/** Two or more shapes that must agree do not. */
export interface ShapeMismatch extends Common {
  readonly _tag: 'ShapeMismatch'
  readonly shapes: ReadonlyArray<Shape>
}
/** Sizes that no tensor can have: negative, fractional, NaN, too large; or values that do not fill their shape. */
export interface InvalidShape extends Common {
  readonly _tag: 'InvalidShape'
  readonly shape: ReadonlyArray<number>
}
/** An axis that is not there, or a tensor with too few or too many axes. */
export interface DimensionError extends Common {
  readonly _tag: 'DimensionError'
  readonly shape: Shape
  readonly axes: ReadonlyArray<number>
}
/** Shapes that do not broadcast. */
export interface BroadcastError extends Common {
  readonly _tag: 'BroadcastError'
  readonly shapes: ReadonlyArray<Shape>
}
/** An index or a label outside of its range. */
export interface IndexOutOfBounds extends Common {
  readonly _tag: 'IndexOutOfBounds'
  readonly index: number
  readonly size: number
}
/** A dtype that the operation does not take, or two that differ. */
export interface DtypeError extends Common {
  readonly _tag: 'DtypeError'
  readonly dtypes: ReadonlyArray<Dtype>
}
/** A variable that is not on this tape: it is of another branch, or of another tape. */
export interface ForeignVariable extends Common {
  readonly _tag: 'ForeignVariable'
  readonly shapes: ReadonlyArray<Shape>
}
/** A tensor whose numbers were freed. */
export interface Released extends Common {
  readonly _tag: 'Released'
  readonly shapes: ReadonlyArray<Shape>
}
/** A loss with more than one number and no upstream gradient. */
export interface NotScalar extends Common {
  readonly _tag: 'NotScalar'
  readonly shape: Shape
}
/** Nothing of what was asked for influences the loss. */
export interface NoGradientPath extends Common {
  readonly _tag: 'NoGradientPath'
}
/** A setting out of its range. */
export interface InvalidArgument extends Common {
  readonly _tag: 'InvalidArgument'
  readonly argument: string
  readonly value: unknown
}
/** What only the kernels can notice: out of memory, no numbers to read, a lost backend. */
export interface KernelError extends Common {
  readonly _tag: 'KernelError'
  readonly kernels: string
  readonly reason: 'outOfMemory' | 'noNumbers' | 'lost' | 'unavailable' | 'failed'
}
/** A file that cannot be read or written, or is not of the model it should be of. */
export interface FileError extends Common {
  readonly _tag: 'FileError'
  /** Its path; empty for bytes in memory. */
  readonly file: string
  readonly reason: FileReason
}
/**
 * What is wrong with a file. `missing`, `forbidden`, `notAFile` (a folder, a device) and `failed` (a full disk, say) come from the
 * file system; `notSafetensors`, `truncated`, `damaged` (it contradicts itself) and `unsupported` (numbers that no dtype
 * here holds) from what is in it; `otherModel` from the model that it should fit.
 */
export type FileReason =
  | 'missing'
  | 'forbidden'
  | 'notAFile'
  | 'failed'
  | 'notSafetensors'
  | 'truncated'
  | 'damaged'
  | 'unsupported'
  | 'otherModel'

/** Any mistake that gradfold reports, told apart by `_tag`. */
export type TensorError =
  | ShapeMismatch
  | InvalidShape
  | DimensionError
  | BroadcastError
  | IndexOutOfBounds
  | DtypeError
  | ForeignVariable
  | Released
  | NotScalar
  | NoGradientPath
  | InvalidArgument
  | KernelError
  | FileError

/** `[32, 128]` */
export const shapeText = (shape: ReadonlyArray<number>): string => `[${shape.join(', ')}]`

/** `[2, 3] and [4]` */
export const shapesText = (shapes: ReadonlyArray<Shape>): string => shapes.map(shapeText).join(' and ')

export const shapeMismatch = (operation: string, shapes: ReadonlyArray<Shape>, message: string): ShapeMismatch => ({
  _tag: 'ShapeMismatch',
  operation,
  path: '',
  shapes,
  message
})

export const invalidShape = (operation: string, shape: ReadonlyArray<number>, message: string): InvalidShape => ({
  _tag: 'InvalidShape',
  operation,
  path: '',
  shape,
  message
})

export const dimensionError = (
  operation: string,
  shape: Shape,
  axes: ReadonlyArray<number>,
  message: string
): DimensionError => ({ _tag: 'DimensionError', operation, path: '', shape, axes, message })

export const broadcastError = (operation: string, shapes: ReadonlyArray<Shape>, message: string): BroadcastError => ({
  _tag: 'BroadcastError',
  operation,
  path: '',
  shapes,
  message
})

export const indexOutOfBounds = (
  operation: string,
  index: number,
  size: number,
  message: string
): IndexOutOfBounds => ({ _tag: 'IndexOutOfBounds', operation, path: '', index, size, message })

export const dtypeError = (operation: string, dtypes: ReadonlyArray<Dtype>, message: string): DtypeError => ({
  _tag: 'DtypeError',
  operation,
  path: '',
  dtypes,
  message
})

export const foreignVariable = (operation: string, shapes: ReadonlyArray<Shape>, message: string): ForeignVariable => ({
  _tag: 'ForeignVariable',
  operation,
  path: '',
  shapes,
  message
})

export const released = (operation: string, shapes: ReadonlyArray<Shape>, message: string): Released => ({
  _tag: 'Released',
  operation,
  path: '',
  shapes,
  message
})

export const notScalar = (operation: string, shape: Shape, message: string): NotScalar => ({
  _tag: 'NotScalar',
  operation,
  path: '',
  shape,
  message
})

export const noGradientPath = (operation: string, message: string): NoGradientPath => ({
  _tag: 'NoGradientPath',
  operation,
  path: '',
  message
})

export const invalidArgument = (
  operation: string,
  argument: string,
  value: unknown,
  message: string
): InvalidArgument => ({ _tag: 'InvalidArgument', operation, path: '', argument, value, message })

export const kernelError = (
  operation: string,
  kernels: string,
  reason: KernelError['reason'],
  message: string
): KernelError => ({ _tag: 'KernelError', operation, path: '', kernels, reason, message })

export const fileError = (operation: string, file: string, reason: FileReason, message: string): FileError => ({
  _tag: 'FileError',
  operation,
  path: '',
  file,
  reason,
  message
})

/** The same error with the layer path under which it happened. */
export const atPath =
  (path: string) =>
  (error: TensorError): TensorError =>
    path === '' || error.path !== '' ? error : { ...error, path }
