/** What losses check before anything is recorded. */
import { chain, isLeft, left, mapLeft, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import { attempt, type Result } from '../error/result'
import { atPath, invalidArgument, shapeMismatch, shapesText, shapeText } from '../error/tensorError'
import { sameShape } from '../kernels/shape'
import { type Dtype, type HostTensor, isReleased, type Shape, type Values } from '../kernels/tensor'
import { wrongDtype } from '../operation/rules'
import { fitsFloat32 } from '../random/float32'
import { type Input, shapeOfInput, toHost } from '../tape/input'
import { constant } from '../tape/leaf'
import { foreign, releasedError } from '../tape/record'
import { contextOf, type Tape, topOf, type Traced } from '../tape/tape'
import { of } from '../tape/trace'
import { isBelow, tensorOf, Variable } from '../tape/variable'
import { notEmpty } from './reduction'

/** What predictions are compared with: on the tape, or in JavaScript, which is recorded as a constant. */
export type Target = Variable | Input

export const shapeOfTarget = (target: Target): Shape =>
  target instanceof Variable ? target.shape : shapeOfInput(target)

export const targetOnTape = (tape: Tape, target: Target, dtype: Dtype): Result<Traced<Variable>> =>
  target instanceof Variable ? of(tape, target) : constant(tape, target, { dtype })

/** For what looks at a target's numbers before it is recorded as an input of anything. */
export const isUsable = (tape: Tape, operation: string, target: Variable): Result<unknown> => {
  if (!isBelow(topOf(tape), target)) return left(foreign(operation, [target], target))
  return isReleased(tensorOf(target)) ? left(releasedError(operation, [tensorOf(target)])) : right(undefined)
}

/** A target's numbers; none of kernels without. */
export const numbersOfTarget = (
  tape: Tape,
  operation: string,
  target: Variable
): Result<Values | ReadonlyArray<number>> => {
  const { kernels, path } = contextOf(tape)
  if (kernels.precision === 'none') return right([])
  return pipe(
    isUsable(tape, operation, target),
    chain(() => attempt(operation, kernels, () => right(kernels.read(tensorOf(target))))),
    mapLeft(atPath(path))
  )
}

/** The first of these checks that fails, with the tape's layer path. */
export const firstFailed = (tape: Tape, ...checks: ReadonlyArray<() => Result<unknown>>): Result<unknown> => {
  for (const check of checks) {
    const checked = check()
    if (isLeft(checked)) return left(atPath(contextOf(tape).path)(checked.left))
  }
  return right(undefined)
}

/** Predictions that a loss can be taken of: float32, and at least one. */
export const isPrediction = (operation: string, prediction: Variable): Result<unknown> =>
  prediction.dtype === 'float32'
    ? notEmpty(operation, prediction)
    : wrongDtype(operation, 'float32 numbers', [prediction.dtype], `convert them with cast(tape, x, 'float32')`)

/** One label for each row of scores. */
export const oneForEachRow = (operation: string, scores: Variable, target: Target, what: string): Result<unknown> => {
  const rows = scores.shape.slice(0, -1)
  const shape = shapeOfTarget(target)
  if (sameShape(rows, shape)) return right(undefined)
  const text =
    `${operation} of ${shapeText(scores.shape)} takes one ${what} for each row, ${shapeText(rows)}, ` +
    `not ${shapesText([shape])}: reshape them, or is the batch another one?`
  return left(shapeMismatch(operation, [scores.shape, shape], text))
}

/** A number within bounds, both of them allowed. */
export const isWithin = (
  operation: string,
  argument: string,
  value: number,
  low: number,
  high: number
): Result<unknown> =>
  value >= low && value <= high && fitsFloat32(value)
    ? right(undefined)
    : left(
        invalidArgument(
          operation,
          argument,
          value,
          `${operation} needs ${argument} to be ${high === Infinity ? `a finite number from ${low} up` : `from ${low} to ${high}`}, ` +
            `not ${String(value)}.`
        )
      )

/** Weights, one for each class or one for all, as numbers of the host: finite and not negative. Undefined where there are none. */
export const weightsOfClasses = (
  tape: Tape,
  operation: string,
  argument: string,
  weights: Input | undefined,
  shapes: ReadonlyArray<Shape>
): Result<HostTensor | undefined> =>
  weights === undefined
    ? right(undefined)
    : pipe(
        toHost(operation, weights, 'float32'),
        chain(areWeights(operation, argument, shapes)),
        mapLeft(atPath(contextOf(tape).path))
      )

const areWeights =
  (operation: string, argument: string, shapes: ReadonlyArray<Shape>) =>
  (weights: HostTensor): Result<HostTensor> => {
    const { shape, values } = weights
    if (!shapes.some((allowed) => sameShape(shape, allowed))) {
      const expected = shapes.map(shapeText).join(' or ')
      const text =
        `${operation} takes ${argument} of shape ${expected}, one for each class along the last axis, ` +
        `not ${shapeText(shape)}.`
      return left(shapeMismatch(operation, [...shapes, shape], text))
    }
    const wrong = values.findIndex((weight) => !(weight >= 0 && fitsFloat32(weight)))
    if (wrong < 0) return right(weights)
    const value = values[wrong]
    const text =
      `${operation} needs ${argument} that are finite and not negative, but number ${wrong} is ${String(value)}: ` +
      'is it a division by a count of 0?'
    return left(invalidArgument(operation, argument, value, text))
  }
