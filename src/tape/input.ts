/** From what users have in JavaScript to a HostTensor: numbers, nested arrays, typed arrays, shapes with values. */
import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { dtypeError, invalidShape, shapeText } from '../error/tensorError'
import { sizeOf } from '../kernels/shape'
import type { Dtype, HostTensor, Shape, Values } from '../kernels/tensor'

/** A number, or arrays of numbers of equal lengths, to any depth. */
export type Nested = number | boolean | ReadonlyArray<Nested>

/** Values with a shape; the dtype follows from the array where it is left out. */
export interface ShapedValues {
  readonly shape: Shape
  readonly values: Values | ReadonlyArray<number>
  readonly dtype?: Dtype
}

/** Numbers as users have them in JavaScript. */
export type Input = Nested | Values | ShapedValues

const isTyped = (input: Input): input is Values => ArrayBuffer.isView(input)

const isShaped = (input: Nested | ShapedValues): input is ShapedValues =>
  typeof input === 'object' && 'values' in input && 'shape' in input

/** A number that can be the size of an axis. */
export const isAxisSize = (size: number): boolean => Number.isSafeInteger(size) && size >= 0

/** The same numbers as a HostTensor of this dtype; arrays are shared, not copied, where they fit. */
export const toHost = (operation: string, input: Input, dtype?: Dtype): Result<HostTensor> => {
  if (isTyped(input)) return convert(operation, [input.length], input, dtype ?? dtypeOfArray(input))
  if (isShaped(input)) {
    const { values } = input
    const checked = checkShape(operation, input.shape)
    if (isLeft(checked)) return checked
    const shape = checked.right
    if (values.length !== sizeOf(shape)) {
      return left(
        invalidShape(
          operation,
          shape,
          `${operation} was given ${values.length} values for the shape ${shapeText(shape)}, which holds ${sizeOf(shape)}: ` +
            'check the order of the axes and whether the last batch is shorter.'
        )
      )
    }
    return convert(operation, shape, values, dtype ?? input.dtype ?? dtypeOfArray(values))
  }
  return fromNested(operation, input, dtype)
}

/** A copy of the shape, which its owner may change later. Refuses sizes that no tensor has. */
export const checkShape = (operation: string, shape: ReadonlyArray<number>): Result<Shape> => {
  const sizes = [...shape]
  return sizes.every(isAxisSize)
    ? right(sizes)
    : left(
        invalidShape(
          operation,
          sizes,
          `${operation} cannot make a tensor ${shapeText(sizes)}: every size must be a whole number from 0 up. ` +
            'A NaN or a fraction usually comes from a division; round it, or pass the size itself.'
        )
      )
}

const dtypeOfArray = (values: Values | ReadonlyArray<number>): Dtype =>
  values instanceof Int32Array || values instanceof Uint8Array ? 'int32' : 'float32'

const convert = (
  operation: string,
  shape: Shape,
  values: Values | ReadonlyArray<number>,
  dtype: Dtype
): Result<HostTensor> => {
  if (dtype === 'float32') {
    const typed = values instanceof Float32Array || values instanceof Float64Array ? values : Float64Array.from(values)
    return right({ shape, dtype, values: typed })
  }
  if (dtype === 'int32' && values instanceof Int32Array) return right({ shape, dtype, values })
  const [fits, typed] =
    dtype === 'int32'
      ? [(value: number) => value === (value | 0), Int32Array.from(values)]
      : [(value: number) => value === 0 || value === 1, Uint8Array.from(values)]
  const wrong = Array.from(values).findIndex((value) => !fits(value))
  return wrong < 0
    ? right({ shape, dtype, values: typed })
    : left(
        dtypeError(
          operation,
          [dtype],
          `${operation} cannot hold ${values[wrong]} (at position ${wrong}) as ${dtype}, which takes ` +
            `${dtype === 'int32' ? 'whole numbers of 32 bits' : '0 and 1, or false and true'}: ` +
            'use float32, or round the numbers first.'
        )
      )
}

const fromNested = (operation: string, input: Nested, dtype?: Dtype): Result<HostTensor> => {
  const shape = shapeOfNested(input)
  const values: number[] = []
  const kinds = new Set<string>()
  const collect = (item: Nested, depth: number): boolean => {
    // Array.from, since `every` skips the holes of a sparse array: they are NaN.
    if (isRow(item)) return item.length === shape[depth] && Array.from(item).every((inner) => collect(inner, depth + 1))
    kinds.add(typeof item)
    values.push(Number(item))
    return depth === shape.length
  }
  if (collect(input, 0)) return convert(operation, shape, values, dtype ?? (kinds.has('boolean') ? 'bool' : 'float32'))
  return left(
    invalidShape(
      operation,
      shape,
      `${operation} was given nested arrays of unequal lengths; the first ones make ${shapeText(shape)}, ` +
        'but not all do: pad the short ones, or pass { shape, values }.'
    )
  )
}

const isRow = (input: Nested): input is ReadonlyArray<Nested> => Array.isArray(input)

const shapeOfNested = (input: Nested): Shape => {
  const shape: number[] = []
  for (let at: Nested | undefined = input; at !== undefined && isRow(at); at = at[0]) shape.push(at.length)
  return shape
}

/** The shape that an input would have; of ragged arrays, that of the first ones. */
export const shapeOfInput = (input: Input): Shape => {
  if (isTyped(input)) return [input.length]
  return isShaped(input) ? input.shape : shapeOfNested(input)
}
