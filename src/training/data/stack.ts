/** Examples to one batch: a first axis before those of each field. */
import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import { dtypeError, invalidArgument, shapeMismatch, shapesText } from '../../error/tensorError'
import { sameShape, sizeOf } from '../../kernels/shape'
import type { Dtype, HostTensor, Values } from '../../kernels/tensor'
import { toHost } from '../../tape/input'
import type { Dataset, Rows } from '../dataset'

/** One example: `{ image: number[][], label: 3 }`. */
export type Example = Dataset

/** The dtypes of some fields. */
export type Dtypes = Readonly<Record<string, Dtype>>

/** Stacks the fields of examples, the first of which has the number `from` in its epoch. There is one at least. */
export function stack<A extends Example>(
  operation: string,
  examples: ReadonlyArray<A>,
  from: number,
  dtypes: Dtypes
): Result<Rows<A>>
export function stack(
  operation: string,
  examples: ReadonlyArray<Example>,
  from: number,
  dtypes: Dtypes
): Result<Rows<Example>> {
  // A function without types may have made them: null is an example without fields.
  const names = Object.keys(examples[0] ?? {})
  for (let i = 0; i < examples.length; i++) {
    const own = Object.keys(examples[i] ?? {})
    const odd = own.find((name) => !names.includes(name)) ?? names.find((name) => !own.includes(name))
    if (odd === undefined && own.length > 0) continue
    const text =
      odd === undefined
        ? `${operation} was given an example without fields, number ${from + i}: make it { x, y } with mapData.`
        : `${operation} needs the same fields in every example, but ${odd} is not in all of them: look at example ` +
          `number ${from + i}.`
    return left(invalidArgument(operation, odd ?? 'example', from + i, text))
  }
  const fields: Record<string, HostTensor> = {}
  for (const name of names) {
    const hosts: HostTensor[] = []
    for (let i = 0; i < examples.length; i++) {
      const host = toHost(operation, examples[i]![name]!, dtypes[name])
      if (isLeft(host)) return left({ ...host.left, message: `${placeText(name, from + i)}: ${host.left.message}` })
      hosts.push(host.right)
    }
    const stacked = stackField(operation, name, hosts, from)
    if (isLeft(stacked)) return stacked
    fields[name] = stacked.right
  }
  return right(fields)
}

const placeText = (name: string, index: number): string => `Field ${name} of example number ${index}`

const stackField = (
  operation: string,
  name: string,
  hosts: ReadonlyArray<HostTensor>,
  from: number
): Result<HostTensor> => {
  const { shape, dtype } = hosts[0]!
  const width = sizeOf(shape)
  const values = emptyOf(hosts, hosts.length * width)
  for (let i = 0; i < hosts.length; i++) {
    const host = hosts[i]!
    if (!sameShape(host.shape, shape)) {
      const shapes = [shape, host.shape]
      const text =
        `${placeText(name, from + i)} has another shape than the batch's first, number ${from}: ${shapesText(shapes)} ` +
        'do not stack. Pad, crop or resize the examples with mapData.'
      return left(shapeMismatch(operation, shapes, text))
    }
    if (host.dtype !== dtype) {
      const text =
        `${placeText(name, from + i)} is ${host.dtype}, but the batch's first, number ${from}, is ${dtype}: name the ` +
        `dtype, batchData({ size, dtypes: { ${name}: '${dtype}' } }).`
      return left(dtypeError(operation, [dtype, host.dtype], text))
    }
    values.set(host.values, i * width)
  }
  return right({ shape: [hosts.length, ...shape], dtype, values })
}

/** float64 where one of the fields is: the reference kernels keep it. */
const emptyOf = (hosts: ReadonlyArray<HostTensor>, size: number): Values => {
  const { dtype } = hosts[0]!
  if (dtype === 'int32') return new Int32Array(size)
  if (dtype === 'bool') return new Uint8Array(size)
  return hosts.every(({ values }) => values instanceof Float32Array) ? new Float32Array(size) : new Float64Array(size)
}
