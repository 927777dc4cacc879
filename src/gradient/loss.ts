/** What backward and gradient check before they start. */
import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { dtypeError, noGradientPath, notScalar, shapeMismatch, shapesText, shapeText } from '../error/tensorError'
import { sameShape, sizeOf } from '../kernels/shape'
import { isReleased } from '../kernels/tensor'
import { isBelow, tensorOf, type Variable } from '../tape/variable'
import { foreign, releasedError } from '../tape/record'
import { type Tape, topOf } from '../tape/tape'

/** The variables are on the tape. */
export const onTape = (
  operation: string,
  tape: Tape,
  variables: ReadonlyArray<Variable>
): Result<ReadonlyArray<Variable>> => {
  const top = topOf(tape)
  const stranger = variables.find((variable) => !isBelow(top, variable))
  if (stranger !== undefined) return left(foreign(operation, variables, stranger))
  const gone = variables.find((variable) => isReleased(tensorOf(variable)))
  return gone === undefined ? right(variables) : left(releasedError(operation, [gone]))
}

/** The loss is a float32 scalar on the tape, or there is an upstream gradient of its shape. */
export const checkLoss = (
  operation: string,
  tape: Tape,
  loss: Variable,
  upstream: Variable | undefined
): Result<Variable> => {
  const entries = onTape(operation, tape, upstream === undefined ? [loss] : [loss, upstream])
  if (isLeft(entries)) return entries
  const { shape, dtype } = loss
  if (dtype !== 'float32') {
    const text = `${operation} needs a float32 loss, not ${dtype}: no gradient flows through whole numbers. Cast earlier.`
    return left(dtypeError(operation, [dtype], text))
  }
  if (upstream === undefined && sizeOf(shape) !== 1) {
    return left(
      notScalar(
        operation,
        shape,
        `${operation} starts from one number, but the loss is ${shapeText(shape)}: reduce it with mean or sum, or pass ` +
          'the gradient of what follows as { upstream }.'
      )
    )
  }
  if (upstream !== undefined && upstream.dtype !== 'float32') {
    const text = `The upstream gradient must be float32, not ${upstream.dtype}: convert it with cast(tape, x, 'float32').`
    return left(dtypeError(operation, [upstream.dtype], text))
  }
  if (upstream !== undefined && !sameShape(upstream.shape, shape)) {
    const shapes = [upstream.shape, shape]
    const text = `The upstream gradient must have the loss' shape, but they are ${shapesText(shapes)}.`
    return left(shapeMismatch(operation, shapes, text))
  }
  return right(loss)
}

export const noPath = (operation: string, what: string): Result<never> =>
  left(
    noGradientPath(
      operation,
      `${what}. Gradients flow from parameters through float32 operations; constants, comparisons, whole numbers and ` +
        'what has left a scope are cut off. Is the variable a parameter, and is it used in the loss?'
    )
  )
