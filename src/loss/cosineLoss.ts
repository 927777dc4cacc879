import { chain, isLeft, left, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { atPath, invalidArgument, shapeMismatch, shapesText } from '../error/tensorError'
import { sameShape } from '../kernels/shape'
import { add } from '../operation/add'
import { div } from '../operation/div'
import { equal } from '../operation/equal'
import { less } from '../operation/less'
import { mul } from '../operation/mul'
import { atLeastRank } from '../operation/rules'
import { select } from '../operation/select'
import { sqrt } from '../operation/sqrt'
import { square } from '../operation/square'
import { sub } from '../operation/sub'
import { sum } from '../operation/sum'
import { allOrNothing } from '../tape/allOrNothing'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { of, trace } from '../tape/trace'
import type { Variable } from '../tape/variable'
import {
  firstFailed,
  isPrediction,
  isWithin,
  numbersOfTarget,
  oneForEachRow,
  type Target,
  targetOnTape
} from './checks'
import { type LossSettings, reduceLoss } from './reduction'

/** Settings of cosineLoss. */
export interface CosineSettings extends LossSettings {
  /** The cosine up to which unlike vectors cost nothing, from -1 to 1; 0 by default. */
  readonly margin?: number
}

/** Added to the squared lengths, as in PyTorch, where it is float32 too: the cosine with a vector of zeros is 0, and its slope finite. */
const EPS = Math.fround(1e-12)

/**
 * The cosine embedding loss: pairs of vectors with target 1 should point the same way, those with -1 apart. With c the cosine
 * of a pair, 1 - c where the target is 1, max(0, c - margin) where it is -1; then their mean. Vectors are along the last axis,
 * `[..., features]` both; targets are `[...]`, on the tape (float32 or int32) or in JavaScript.
 *
 * Errors: ShapeMismatch, InvalidShape for an empty batch, InvalidArgument for the margin and for targets other than 1 and -1,
 * DimensionError, DtypeError. PyTorch's cosine_embedding_loss.
 * @example
 * import { constant, cosineLoss, defaultKernels, show, startTape, trace } from 'gradfold'
 * const losses = trace(startTape(defaultKernels()), function* (run) {
 *   const x = yield* run(constant, [[1, 0], [1, 0], [1, 0]])
 *   const y = yield* run(constant, [[2, 0], [0, 3], [4, 0]])
 *   return yield* run(cosineLoss, x, y, [1, 1, -1], { reduction: 'none' })
 * })
 * console.log(show(losses)) // => [0, 1, 1]
 */
export const cosineLoss = (
  tape: Tape,
  x: Variable,
  y: Variable,
  targets: Target,
  { margin = 0, reduction }: CosineSettings = {}
): Result<Traced<Variable>> => {
  const checked = firstFailed(
    tape,
    () => atLeastRank('cosineLoss', x, 1, 'the last axis holds the features'),
    () => ofOneShape(x, y),
    () => isPrediction('cosineLoss', x),
    () => isPrediction('cosineLoss', y),
    () => oneForEachRow('cosineLoss', x, targets, 'target'),
    () => isWithin('cosineLoss', 'margin', margin, -1, 1)
  )
  if (isLeft(checked)) return checked
  return allOrNothing(tape, () =>
    trace(tape, function* (run) {
      const signs = yield* run(areSigns, yield* run(targetOnTape, targets, 'float32'))
      const cosine = yield* run(cosineOf, x, y)
      const above = yield* run(sub, cosine, margin)
      // The slope on the margin is PyTorch's 1; relu has 0 there.
      const apart = yield* run(select, yield* run(less, above, 0), 0, above)
      const together = yield* run(sub, 1, cosine)
      const losses = yield* run(select, yield* run(equal, signs, 1), together, apart)
      return yield* run(reduceLoss, losses, reduction)
    })
  )
}

const ofOneShape = (x: Variable, y: Variable): Result<unknown> => {
  const shapes = [x.shape, y.shape]
  if (sameShape(x.shape, y.shape)) return right(undefined)
  const text = `cosineLoss compares vector by vector, but x and y are ${shapesText(shapes)}: reshape or broadcast one of them.`
  return left(shapeMismatch('cosineLoss', shapes, text))
}

/** Other targets would count for nothing, and nobody would know. */
const areSigns = (tape: Tape, targets: Variable): Result<Traced<Variable>> =>
  pipe(
    numbersOfTarget(tape, 'cosineLoss', targets),
    chain((values) => {
      const wrong = values.findIndex((value) => value !== 1 && value !== -1)
      if (wrong < 0) return of(tape, targets)
      const value = values[wrong]
      const text =
        `cosineLoss takes targets 1 (alike) and -1 (unlike), but number ${wrong} is ${String(value)}: ` +
        'are they 0 and 1? Then 2 t - 1 is what is wanted.'
      return left(atPath(contextOf(tape).path)(invalidArgument('cosineLoss', 'targets', value, text)))
    })
  )

const cosineOf = (tape: Tape, x: Variable, y: Variable): Result<Traced<Variable>> =>
  trace(tape, function* (run) {
    const product = yield* run(sum, yield* run(mul, x, y), { axis: -1 })
    const lengths = yield* run(mul, yield* run(lengthOf, x), yield* run(lengthOf, y))
    return yield* run(div, product, lengths)
  })

/** Each length by itself: the product of the squares would leave float32 sooner. */
const lengthOf = (tape: Tape, x: Variable): Result<Traced<Variable>> =>
  trace(tape, function* (run) {
    const squares = yield* run(sum, yield* run(square, x), { axis: -1 })
    return yield* run(sqrt, yield* run(add, squares, EPS))
  })
