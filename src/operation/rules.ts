/** Shape and dtype rules that operations share, and the texts of what breaks them. */
import { left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { broadcastError, dimensionError, dtypeError, shapesText, shapeText } from '../error/tensorError'
import { broadcastShapes } from '../kernels/shape'
import type { Dtype, Shape, TensorType } from '../kernels/tensor'

type Rule = (inputs: ReadonlyArray<TensorType>) => Result<TensorType>

/** Which dtypes an operation computes with. */
type Accepts = 'float32' | 'numbers' | 'all'

const accepts = (kind: Accepts, dtype: Dtype): boolean =>
  kind === 'all' || dtype === 'float32' || (kind === 'numbers' && dtype === 'int32')

export const wrongDtype = (
  operation: string,
  expected: string,
  got: ReadonlyArray<Dtype>,
  wayOut: string
): Result<never> =>
  left(dtypeError(operation, got, `${operation} takes ${expected}, not ${got.join(' and ')}: ${wayOut}.`))

const expectation = (kind: Accepts): string => (kind === 'float32' ? 'float32' : 'float32 or int32')

/** One input, and a result of its shape and dtype. */
export const unaryRule =
  (operation: string, kind: Accepts): Rule =>
  (inputs) => {
    const x = inputs[0]!
    return accepts(kind, x.dtype)
      ? right(x)
      : wrongDtype(operation, expectation(kind), [x.dtype], `convert it first with cast(tape, x, 'float32')`)
  }

/** Two inputs of one dtype that broadcast; the result has `output`'s dtype, or theirs. */
export const binaryRule =
  (operation: string, kind: Accepts, output?: Dtype): Rule =>
  (inputs) => {
    const x = inputs[0]!
    const y = inputs[1]!
    if (x.dtype !== y.dtype) {
      return wrongDtype(
        operation,
        'two tensors of one dtype',
        [x.dtype, y.dtype],
        'nothing is converted silently; convert one with cast'
      )
    }
    if (!accepts(kind, x.dtype)) {
      return wrongDtype(operation, expectation(kind), [x.dtype], `convert both first with cast(tape, x, 'float32')`)
    }
    const shape = broadcastShapes(x.shape, y.shape)
    if (shape === undefined) return noBroadcast(operation, [x.shape, y.shape])
    return right(shape === x.shape && output === undefined ? x : { shape, dtype: output ?? x.dtype })
  }

export const noBroadcast = (operation: string, shapes: ReadonlyArray<Shape>): Result<never> =>
  left(
    broadcastError(
      operation,
      shapes,
      `${operation} cannot broadcast ${shapesText(shapes)}: aligned at the last axis, sizes must be equal or one of ` +
        `them 1${clash(shapes)}. Is an axis missing (reshape to add one of size 1) or swapped (transpose)?`
    )
  )

const clash = (shapes: ReadonlyArray<Shape>): string => {
  const rank = Math.max(...shapes.map((shape) => shape.length))
  for (let back = 1; back <= rank; back++) {
    const sizes = [...new Set(shapes.map((shape) => shape.at(-back) ?? 1).filter((size) => size !== 1))]
    if (sizes.length > 1) return `, but axis -${back} has ${sizes.join(' and ')}`
  }
  return ''
}

/** Refuses tensors with fewer axes. */
export const atLeastRank = (operation: string, { shape }: TensorType, rank: number, wayOut: string): Result<unknown> =>
  shape.length >= rank
    ? right(undefined)
    : left(
        dimensionError(
          operation,
          shape,
          [],
          `${operation} needs at least ${rank} ${rank === 1 ? 'axis' : 'axes'}, but ${shapeText(shape)} has ` +
            `${shape.length}: ${wayOut}.`
        )
      )
