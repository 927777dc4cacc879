/** What derivatives share. */
import type { Operations } from '../kernels/operations'
import { reducedShape, sameShape, stretchedAxes } from '../kernels/shape'
import type { Shape } from '../kernels/tensor'

/** The adjoint of broadcasting: sums over the axes that were stretched or added. */
export const sumTo = <T>(operations: Operations<T>, x: T, shape: Shape): T => {
  const from = operations.shapeOf(x)
  if (sameShape(from, shape)) return x
  const axes = stretchedAxes(shape, from)
  const sum = operations.sum(x, axes, false)
  return sameShape(reducedShape(from, axes, false), shape) ? sum : operations.reshape(sum, shape)
}

/** `x`, a reduction over `axes`, with the reduced axes back at size 1; a scalar broadcasts as it is. */
export const keepReduced = <T>(operations: Operations<T>, x: T, shape: Shape, axes: ReadonlyArray<number>): T => {
  const kept = reducedShape(shape, axes, true)
  const from = operations.shapeOf(x)
  return from.length === 0 || sameShape(from, kept) ? x : operations.reshape(x, kept)
}

/** A float32 scalar. */
export const scalar = <T>(operations: Operations<T>, value: number): T => operations.fill([], value, 'float32')

/** For inputs that are not float32: asking for their cotangent is a defect. */
export const neverAsked = (): never => {
  throw new Error('gradfold: a cotangent was asked for an input that has none')
}
