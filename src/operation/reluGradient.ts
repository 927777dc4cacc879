import { isLeft, left, right } from 'fp-ts/Either'
import { shapeMismatch, shapesText } from '../error/tensorError'
import { sameShape } from '../kernels/shape'
import type { Primitive } from '../tape/primitive'
import { binaryRule } from './rules'

/** The derivative of relu as an operation of its own; only derivatives record it. z = g where y > 0, else 0. */
export const reluGradientPrimitive: Primitive<object> = {
  name: 'reluGradient',
  saves: 'inputs',
  rule: ([upstream, output]) => {
    const typed = binaryRule('reluGradient', 'float32')([upstream!, output!])
    if (isLeft(typed)) return typed
    const shapes = [upstream!.shape, output!.shape]
    return sameShape(upstream!.shape, output!.shape)
      ? right(upstream!)
      : left(shapeMismatch('reluGradient', shapes, `reluGradient needs two equal shapes, not ${shapesText(shapes)}.`))
  },
  run: (kernels, [upstream, output]) => kernels.reluGradient(upstream!, output!),
  derivative: (operations, upstream, at) => [
    () => operations.reluGradient(upstream, at.input(1)),
    () => operations.fill(at.shape(1), 0, 'float32')
  ]
}
