/** One number at a time: maps of one, two and three tensors, the latter two broadcast. */
import { broadcastShapes, broadcastStrides, sameShape } from '../shape'
import type { Dtype, Shape } from '../tensor'
import { type Block, generate, places } from './numbers'

/** `f` of every number. */
export const mapOne = (x: Block, dtype: Dtype, f: (a: number) => number): Block =>
  generate(x.shape, dtype, (i) => f(x.numbers[i]!))

/** `f` of every pair of numbers that broadcasting brings together. */
export const mapTwo = (x: Block, y: Block, dtype: Dtype, f: (a: number, b: number) => number): Block => {
  const shape = commonShape(x.shape, y.shape)
  const a = stretched(x, shape)
  const b = stretched(y, shape)
  return generate(shape, dtype, (i) => f(a(i), b(i)))
}

/** `x` where the condition is not 0, else `y`. */
export const select = (condition: Block, x: Block, y: Block): Block => {
  const shape = commonShape(condition.shape, commonShape(x.shape, y.shape))
  const c = stretched(condition, shape)
  const a = stretched(x, shape)
  const b = stretched(y, shape)
  return generate(shape, x.dtype, (i) => (c(i) !== 0 ? a(i) : b(i)))
}

const commonShape = (a: Shape, b: Shape): Shape => {
  const shape = broadcastShapes(a, b)
  if (shape === undefined) throw new Error(`kernels were given [${a.join(', ')}] and [${b.join(', ')}]`)
  return shape
}

/** The number that stands at place i of `shape` when x is stretched to it. */
const stretched = ({ shape: own, numbers }: Block, shape: Shape): ((place: number) => number) => {
  if (sameShape(own, shape)) return (i) => numbers[i]!
  const walk = places(shape, broadcastStrides(own, shape))
  return (i) => numbers[walk[i]!]!
}
