import { isLeft, left, right } from 'fp-ts/Either'
import { indexOutOfBounds, shapeMismatch, shapesText } from '../error/tensorError'
import { sameShape } from '../kernels/shape'
import type { Primitive } from '../tape/primitive'
import { neverAsked } from './cotangent'
import { atLeastRank, unaryRule, wrongDtype } from './rules'

const NAME = 'softmaxCrossEntropy'

/**
 * -ln(softmax(scores)) of `[..., classes]` at the int32 label of each row, `[...]`: the loss of each example, in one kernel
 * where softmax, logarithm and choice would be six. Recorded by the loss of this name.
 *
 * Derivative to the scores: g (softmax(scores) - onehot(labels)). Saved: inputs.
 */
export const softmaxCrossEntropyPrimitive: Primitive<object> = {
  name: NAME,
  saves: 'inputs',
  rule: ([scores, labels]) => {
    const ranked = atLeastRank(NAME, scores!, 1, 'the last axis counts the classes')
    if (isLeft(ranked)) return ranked
    const typed = unaryRule(NAME, 'float32')([scores!])
    if (isLeft(typed)) return typed
    if (labels!.dtype !== 'int32') {
      return wrongDtype(NAME, 'int32 labels', [labels!.dtype], `cast(tape, labels, 'int32')`)
    }
    const shape = scores!.shape.slice(0, -1)
    if (sameShape(labels!.shape, shape)) return right({ shape, dtype: 'float32' })
    const shapes = [scores!.shape, labels!.shape]
    const text = `${NAME} needs one label for each row of scores, not ${shapesText(shapes)}.`
    return left(shapeMismatch(NAME, shapes, text))
  },
  inspect: (kernels, [scores, labels]) => {
    const classes = scores!.shape.at(-1)!
    const fault = kernels.firstOutOfRange(labels!, classes)
    if (fault === undefined) return right(undefined)
    const text =
      `${NAME} was given the label ${fault.value}, but ${classes} scores for each example take labels from 0 to ` +
      `${classes - 1}: do they start at 1, or has the model too few outputs?`
    return left(indexOutOfBounds(NAME, fault.value, classes, text))
  },
  run: (kernels, [scores, labels]) => kernels.softmaxCrossEntropy(scores!, labels!),
  derivative: (operations, upstream, at) => [
    () => {
      const shape = at.shape(0)
      const classes = shape.at(-1)!
      const error = operations.sub(operations.softmax(at.input(0)), operations.oneHot(at.input(1), classes))
      return operations.mul(error, operations.reshape(upstream, [...shape.slice(0, -1), 1]))
    },
    neverAsked
  ]
}
