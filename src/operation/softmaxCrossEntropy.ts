import { isLeft, left, right } from 'fp-ts/Either'
import { indexOutOfBounds, shapeMismatch, shapesText } from '../error/tensorError'
import { sameShape, sizeOf } from '../kernels/shape'
import type { Primitive } from '../tape/primitive'
import { neverAsked, scalar } from './cotangent'
import { atLeastRank, unaryRule, wrongDtype } from './rules'

const NAME = 'softmaxCrossEntropy'

/** Whether the losses of the rows become one, their mean. */
interface Attributes {
  readonly mean: boolean
}

/**
 * -ln(softmax(scores)) of `[..., classes]` at the int32 label of each row, `[...]`: the loss of each example, in one kernel
 * where softmax, logarithm and choice would be six; or their mean, `[]`. Recorded by the loss of this name.
 *
 * Derivative to the scores: g (softmax(scores) - onehot(labels)), over the number of rows for their mean. Saved: inputs.
 */
export const softmaxCrossEntropyPrimitive: Primitive<Attributes> = {
  name: NAME,
  saves: 'inputs',
  rule: ([scores, labels], { mean }) => {
    const ranked = atLeastRank(NAME, scores!, 1, 'the last axis counts the classes')
    if (isLeft(ranked)) return ranked
    const typed = unaryRule(NAME, 'float32')([scores!])
    if (isLeft(typed)) return typed
    if (labels!.dtype !== 'int32') {
      return wrongDtype(
        NAME,
        'int32 labels',
        [labels!.dtype],
        `cast(tape, labels, 'int32'), or an Int32Array in JavaScript`
      )
    }
    const shape = scores!.shape.slice(0, -1)
    if (sameShape(labels!.shape, shape)) return right({ shape: mean ? [] : shape, dtype: 'float32' })
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
  run: (kernels, [scores, labels], { mean }) => {
    const losses = kernels.softmaxCrossEntropy(scores!, labels!)
    if (!mean) return losses
    const axes = losses.shape.map((_, axis) => axis)
    const total = kernels.mean(losses, axes, false)
    kernels.release(losses)
    return total
  },
  derivative: (operations, upstream, at, { mean }) => [
    () => {
      const rows = at.shape(0).slice(0, -1)
      const error = operations.softmaxMinusOneHot(at.input(0), at.input(1))
      const slope = mean
        ? operations.mul(upstream, scalar(operations, 1 / sizeOf(rows)))
        : operations.reshape(upstream, [...rows, 1])
      return operations.mul(error, slope)
    },
    neverAsked
  ]
}
