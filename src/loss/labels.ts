/** Labels of losses: their checks, those that do not count, and what is chosen by them. */
import { chain, isLeft, left, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import { attempt, type Result } from '../error/result'
import { atPath, indexOutOfBounds, invalidArgument } from '../error/tensorError'
import { sizeOf } from '../kernels/shape'
import { add } from '../operation/add'
import { cast } from '../operation/cast'
import { gather } from '../operation/gather'
import { notEqual } from '../operation/notEqual'
import { reshape } from '../operation/reshape'
import { wrongDtype } from '../operation/rules'
import { select } from '../operation/select'
import { constant } from '../tape/leaf'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { andThen, of, trace } from '../tape/trace'
import { tensorOf, type Variable } from '../tape/variable'
import { firstFailed, isUsable, numbersOfTarget, type Target, targetOnTape } from './checks'
import type { Reduction } from './reduction'

/** Labels that are classes, each of them. */
export interface Labels {
  /** int32; 0 in place of those that do not count. */
  readonly labels: Variable
  /** bool: which count; undefined where all do. */
  readonly counted: Variable | undefined
}

/** Settings of losses that some labels do not count for. */
export interface LabelSettings {
  readonly ignoreIndex: number | undefined
  readonly reduction: Reduction | undefined
}

/** Brings labels onto the tape; each of them is a class, or `ignoreIndex`. */
export const labelsOnTape = (
  tape: Tape,
  operation: string,
  target: Target,
  classes: number,
  { ignoreIndex, reduction }: LabelSettings = { ignoreIndex: undefined, reduction: undefined }
): Result<Traced<Labels>> =>
  pipe(
    targetOnTape(tape, target, 'int32'),
    andThen((at, labels) => {
      const checked = firstFailed(
        at,
        () => isUsable(at, operation, labels),
        () => isInt32(operation, labels)
      )
      if (isLeft(checked)) return checked
      if (ignoreIndex !== undefined) return withoutIgnored(at, operation, labels, classes, ignoreIndex, reduction)
      return pipe(
        areClasses(at, operation, labels, classes),
        andThen((next) => of(next, { labels, counted: undefined }))
      )
    })
  )

const isInt32 = (operation: string, { dtype }: Variable): Result<unknown> =>
  dtype === 'int32'
    ? right(undefined)
    : wrongDtype(operation, 'int32 labels', [dtype], `cast(tape, labels, 'int32'), or an Int32Array in JavaScript`)

const areClasses = (tape: Tape, operation: string, labels: Variable, classes: number): Result<Traced<void>> => {
  const { kernels, path } = contextOf(tape)
  const found = attempt(operation, kernels, () => right(kernels.firstOutOfRange(tensorOf(labels), classes)))
  if (isLeft(found)) return left(atPath(path)(found.left))
  if (found.right === undefined) return of(tape, undefined)
  const { value } = found.right
  const text =
    `${operation} was given the label ${value}, but ${classes} scores for each example take labels from 0 to ` +
    `${classes - 1}: do they start at 1, has the model too few outputs, or is it the ignoreIndex of examples without one?`
  return left(atPath(path)(indexOutOfBounds(operation, value, classes, text)))
}

const withoutIgnored = (
  tape: Tape,
  operation: string,
  labels: Variable,
  classes: number,
  ignoreIndex: number,
  reduction: Reduction = 'mean'
): Result<Traced<Labels>> =>
  trace(tape, function* (run) {
    const counted = yield* run(notEqual, labels, ignoreIndex)
    if (reduction === 'mean') yield* run(someCount, operation, counted, ignoreIndex)
    const known = yield* run(select, counted, labels, 0)
    yield* run(areClasses, operation, known, classes)
    return { labels: known, counted }
  })

/** Refuses a batch of which no label counts: its mean would be NaN. */
const someCount = (tape: Tape, operation: string, counted: Variable, ignoreIndex: number): Result<Traced<void>> =>
  pipe(
    numbersOfTarget(tape, operation, counted),
    chain((values) => {
      if (values.length === 0 || values.includes(1)) return of(tape, undefined)
      const text =
        `${operation} was given ${values.length} labels, all of them the ignoreIndex ${ignoreIndex}: leave the batch out, ` +
        "for the mean of nothing is not a number, or take the reduction 'sum', which is 0 then."
      return left(atPath(contextOf(tape).path)(invalidArgument(operation, 'ignoreIndex', ignoreIndex, text)))
    })
  )

/** A label that does not count, unlike any number that is no class. */
export const isIgnoreIndex = (operation: string, ignoreIndex: number | undefined): Result<unknown> => {
  if (ignoreIndex === undefined || ignoreIndex === (ignoreIndex | 0)) return right(undefined)
  const text = `${operation} compares labels with ignoreIndex, so it has to be a whole number of 32 bits, not ${String(ignoreIndex)}: -100, say.`
  return left(invalidArgument(operation, 'ignoreIndex', ignoreIndex, text))
}

/** The weight of each row's class, or 1; 0 where the label does not count. Undefined where all are 1. */
export const weightsOfRows = (
  tape: Tape,
  { labels, counted }: Labels,
  weights: Variable | undefined
): Result<Traced<Variable | undefined>> => {
  if (weights === undefined) return counted === undefined ? of(tape, undefined) : cast(tape, counted, 'float32')
  return pipe(
    gather(tape, weights, labels),
    andThen((at, ofRows) => (counted === undefined ? of(at, ofRows) : select(at, counted, ofRows, 0)))
  )
}

/** 0 for what does not count, were it infinite. */
export const onlyCounted = (tape: Tape, losses: Variable, { counted }: Labels): Result<Traced<Variable>> =>
  counted === undefined ? of(tape, losses) : select(tape, counted, losses, 0)

/** Of `[..., classes]` the number at the label of each row, `[...]`. */
export const atLabels = (tape: Tape, x: Variable, labels: Variable): Result<Traced<Variable>> => {
  const classes = x.shape.at(-1) ?? 1
  const rows = sizeOf(labels.shape)
  const starts = Int32Array.from({ length: rows }, (_, row) => row * classes)
  return pipe(
    constant(tape, { shape: labels.shape, values: starts }),
    andThen((at, offsets) => add(at, offsets, labels)),
    andThen((at, places) =>
      pipe(
        reshape(at, x, [rows * classes]),
        andThen((next, numbers) => gather(next, numbers, places))
      )
    )
  )
}
