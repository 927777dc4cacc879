import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { indexOutOfBounds, invalidShape, shapeMismatch, shapesText, shapeText } from '../error/tensorError'
import { sameShape, sizeOf } from '../kernels/shape'
import type { HostTensor, Values } from '../kernels/tensor'
import { type Readable, read } from '../tape/read'

/**
 * The place of the largest score in each row; of equal ones, the first. NaN counts as the largest, as in NumPy.
 * @example
 * import { predictions } from 'gradfold'
 * console.log(Array.from(predictions({ shape: [2, 2], dtype: 'float32', values: Float32Array.of(0, 1, 3, 2) }))) // => [1, 0]
 */
export const predictions = ({ shape, values }: HostTensor): Int32Array => {
  const classes = shape.at(-1) ?? 1
  return Int32Array.from({ length: classes === 0 ? 0 : values.length / classes }, (_, row) =>
    placeOfLargest(values, row * classes, classes)
  )
}

const placeOfLargest = (values: Values, from: number, count: number): number => {
  let best = 0
  for (let i = 1; i < count; i++) {
    const value = values[from + i]!
    const largest = values[from + best]!
    if (value > largest || (Number.isNaN(value) && !Number.isNaN(largest))) best = i
  }
  return best
}

/**
 * The share of examples whose largest score is at the label, from 0 to 1: scores `[n, classes]`, labels `[n]`.
 *
 * Errors: ShapeMismatch, IndexOutOfBounds for a label that is no class, InvalidShape for an empty batch, Released.
 * @example
 * import { accuracy, constant, startTape, trace, wasmKernels, lift } from 'gradfold'
 * trace(startTape(wasmKernels()), function* (run) {
 *   const scores = yield* run(constant, [[0, 1], [1, 0]])
 *   return yield* run(lift, accuracy(scores, yield* run(constant, [1, 1], { dtype: 'int32' }))) // 0.5
 * })
 */
export const accuracy = (scores: Readable, labels: Readable): Result<number> => {
  if (!sameShape(scores.shape.slice(0, -1), labels.shape)) {
    const shapes = [scores.shape, labels.shape]
    const text = `accuracy needs one label for each row of scores, not ${shapesText(shapes)}.`
    return left(shapeMismatch('accuracy', shapes, text))
  }
  if (sizeOf(scores.shape) === 0) {
    const text = `accuracy was given no scores, ${shapeText(scores.shape)}: the share of nothing is not a number.`
    return left(invalidShape('accuracy', scores.shape, text))
  }
  const rows = read(scores)
  if (isLeft(rows)) return rows
  const known = read(labels)
  if (isLeft(known)) return known
  const classes = scores.shape.at(-1) ?? 1
  const stray = known.right.values.find((label) => !(label >= 0 && label < classes && Number.isInteger(label)))
  if (stray !== undefined) {
    const text =
      `accuracy was given the label ${stray}, but ${classes} scores for each example take labels from 0 to ${classes - 1}: ` +
      'do they start at 1, or has the model too few outputs?'
    return left(indexOutOfBounds('accuracy', stray, classes, text))
  }
  const guesses = predictions(rows.right)
  return right(guesses.filter((guess, i) => guess === known.right.values[i]).length / guesses.length)
}
