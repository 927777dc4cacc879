/** From tensors and variables back to JavaScript. */
import { isLeft, left, map, right } from 'fp-ts/Either'
import { attempt, type Result } from '../error/result'
import { notScalar, shapeText } from '../error/tensorError'
import { sizeOf, stridesOf } from '../kernels/shape'
import { type HostTensor, Tensor } from '../kernels/tensor'
import { tensorOf, type Variable } from './variable'
import type { Nested } from './input'
import { releasedError } from './record'

/** What can be read. */
export type Readable = Variable | Tensor

const handleOf = (x: Readable): Tensor => (x instanceof Tensor ? x : tensorOf(x))

/**
 * A copy of the numbers, with shape and dtype. On a GPU it waits for them.
 * Released: their memory was freed. KernelError: these kernels have no numbers (shapes).
 * @example
 * import { constant, defaultKernels, read, startTape } from 'gradfold'
 * import { chain } from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * pipe(constant(startTape(defaultKernels()), [1, 2]), chain(({ value }) => read(value)))
 */
export const read = (x: Readable): Result<HostTensor> => {
  const tensor = handleOf(x)
  if (tensor.owner === undefined) return left(releasedError('read', [tensor]))
  const { kernels } = tensor.owner
  return attempt('read', kernels, () =>
    right({ shape: tensor.shape, dtype: tensor.dtype, values: kernels.read(tensor) })
  )
}

/**
 * The one number of a tensor that has one: a loss, say. NotScalar: it has more, or none.
 * @example
 * import { chain } from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * import { andThen, constant, defaultKernels, item, startTape, sum } from 'gradfold'
 * const total = pipe(constant(startTape(defaultKernels()), [1, 2]), andThen(sum), chain(({ value }) => item(value)))
 * console.log(total) // => { _tag: 'Right', right: 3 }
 */
export const item = (x: Readable): Result<number> => {
  const { shape } = x
  if (sizeOf(shape) !== 1) {
    return left(
      notScalar('item', shape, `item reads one number, but ${shapeText(shape)} has ${sizeOf(shape)}: use read.`)
    )
  }
  const host = read(x)
  return isLeft(host) ? host : right(host.right.values[0] ?? NaN)
}

/**
 * The numbers as nested arrays, row by row, for printing and comparing.
 * @example
 * import { chain } from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * import { constant, defaultKernels, nested, startTape } from 'gradfold'
 * const rows = pipe(constant(startTape(defaultKernels()), [[1, 2], [3, 4]]), chain(({ value }) => nested(value)))
 * console.log(rows) // => { _tag: 'Right', right: [ [ 1, 2 ], [ 3, 4 ] ] }
 */
export const nested = (x: Readable): Result<Nested> => map(toNested)(read(x))

const toNested = ({ shape, dtype, values }: HostTensor): Nested => {
  const strides = stridesOf(shape)
  const build = (axis: number, offset: number): Nested => {
    const value = values[offset]
    if (axis === shape.length) return dtype === 'bool' ? value === 1 : (value ?? NaN)
    return Array.from({ length: shape[axis]! }, (_, i) => build(axis + 1, offset + i * strides[axis]!))
  }
  return build(0, 0)
}
