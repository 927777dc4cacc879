import { isLeft, left, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { shapeMismatch, shapesText } from '../error/tensorError'
import { sameShape } from '../kernels/shape'
import { allOrNothing } from '../tape/allOrNothing'
import type { Tape, Traced } from '../tape/tape'
import { andThen } from '../tape/trace'
import type { Variable } from '../tape/variable'
import { firstFailed, isPrediction, shapeOfTarget, type Target, targetOnTape } from './checks'

/** Records a loss that compares two tensors of one shape number by number, after its checks. */
export const pairwise = (
  tape: Tape,
  operation: string,
  prediction: Variable,
  target: Target,
  loss: (tape: Tape, target: Variable) => Result<Traced<Variable>>,
  ...checks: ReadonlyArray<() => Result<unknown>>
): Result<Traced<Variable>> => {
  const checked = firstFailed(
    tape,
    () => sameShapes(operation, prediction, target),
    () => isPrediction(operation, prediction),
    ...checks
  )
  if (isLeft(checked)) return checked
  return allOrNothing(tape, () => pipe(targetOnTape(tape, target, 'float32'), andThen(loss)))
}

const sameShapes = (operation: string, prediction: Variable, target: Target): Result<unknown> => {
  const shapes = [prediction.shape, shapeOfTarget(target)]
  if (sameShape(prediction.shape, shapeOfTarget(target))) return right(undefined)
  const text = `${operation} compares number by number, but prediction and target are ${shapesText(shapes)}: reshape one of them.`
  return left(shapeMismatch(operation, shapes, text))
}
