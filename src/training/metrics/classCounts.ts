/** How often each class was named, was right, and was there: what precision, recall and F1 are made of. */
import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import {
  indexOutOfBounds,
  invalidArgument,
  invalidShape,
  shapeMismatch,
  shapesText,
  shapeText
} from '../../error/tensorError'
import { sameShape, sizeOf } from '../../kernels/shape'
import type { HostTensor } from '../../kernels/tensor'
import { predictions } from '../accuracy'

/** Scores and labels that fit each other. */
export interface Scored {
  readonly classes: number
  /** One score per example, which speaks for class 1 of two. */
  readonly single: boolean
  readonly scores: HostTensor
  readonly labels: HostTensor
}

/**
 * Scores `[..., classes]` with labels `[...]`, or one score per example: `[...]` or `[..., 1]`. ShapeMismatch if they
 * do not fit; InvalidShape for none; IndexOutOfBounds for a label that is no class.
 */
export const scored = (operation: string, scores: HostTensor, labels: HostTensor): Result<Scored> => {
  const rows = sameShape(scores.shape.slice(0, -1), labels.shape) && scores.shape.length > 0
  if (!rows && !sameShape(scores.shape, labels.shape)) {
    const shapes = [scores.shape, labels.shape]
    const text =
      `${operation} needs one label for each row of scores, [n, classes] and [n], or for each score, [n] and [n], ` +
      `not ${shapesText(shapes)}: labels are class numbers, not one-hot rows.`
    return left(shapeMismatch(operation, shapes, text))
  }
  if (sizeOf(scores.shape) === 0) {
    const text = `${operation} was given no scores, ${shapeText(scores.shape)}: of nothing there is nothing to measure.`
    return left(invalidShape(operation, scores.shape, text))
  }
  const width = rows ? scores.shape.at(-1)! : 1
  const classes = width === 1 ? 2 : width
  for (let i = 0; i < labels.values.length; i++) {
    const label = labels.values[i]!
    if (Number.isInteger(label) && label >= 0 && label < classes) continue
    const text =
      `${operation} was given the label ${label} (number ${i}), but they are whole numbers from 0 to ${classes - 1}: ` +
      'do they start at 1, or is the number of classes too small?'
    return left(indexOutOfBounds(operation, label, classes, text))
  }
  return right({ classes, single: width === 1, scores, labels })
}

/** Counts by class; undefined before the first batch. */
export interface ClassCounts {
  readonly classes: number
  readonly single: boolean
  readonly count: number
  readonly correct: Float64Array
  readonly predicted: Float64Array
  readonly actual: Float64Array
}

/** The predicted classes; of a single score, 1 above the threshold. */
export const guessesOf = ({ single, scores }: Scored, threshold: number): Int32Array =>
  single ? Int32Array.from(scores.values, (score) => (score > threshold ? 1 : 0)) : predictions(scores)

/** The counts with one more batch. */
export const addCounts = (
  operation: string,
  before: ClassCounts | undefined,
  batch: Scored,
  threshold: number
): Result<ClassCounts> => {
  const same = sameClasses(operation, before?.classes ?? batch.classes, batch.classes)
  if (isLeft(same)) return same
  const guesses = guessesOf(batch, threshold)
  const correct = Float64Array.from(before?.correct ?? new Float64Array(batch.classes))
  const predicted = Float64Array.from(before?.predicted ?? new Float64Array(batch.classes))
  const actual = Float64Array.from(before?.actual ?? new Float64Array(batch.classes))
  for (let i = 0; i < guesses.length; i++) {
    const guess = guesses[i]!
    const label = batch.labels.values[i]!
    predicted[guess]!++
    actual[label]!++
    if (guess === label) correct[label]!++
  }
  const { classes, single } = batch
  return right({ classes, single, count: (before?.count ?? 0) + guesses.length, correct, predicted, actual })
}

/** ShapeMismatch unless a batch has as many classes as those before it. */
export const sameClasses = (operation: string, before: number, now: number): Result<unknown> => {
  const text = `${operation} needs as many classes in every batch, but was given ${now} after ${before}.`
  return before === now ? right(undefined) : left(shapeMismatch(operation, [[before], [now]], text))
}

/** InvalidArgument for a threshold that is not a number. */
export const checkThreshold = (operation: string, threshold: number): Result<unknown> => {
  const text =
    `${operation} needs threshold to be a number, not ${threshold}: 0.5 for probabilities, 0 for logits, and a score ` +
    'above it is class 1.'
  return Number.isNaN(threshold) ? left(invalidArgument(operation, 'threshold', threshold, text)) : right(undefined)
}

/** InvalidShape: a metric was read before it was given anything. */
export const nothingMeasured = (operation: string): Result<never> =>
  left(invalidShape(operation, [0], `${operation} was given no examples: add a batch before reading it.`))
