import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import { dimensionError, invalidShape, shapeMismatch, shapesText, shapeText } from '../../error/tensorError'
import { sameShape, sizeOf } from '../../kernels/shape'
import type { HostTensor } from '../../kernels/tensor'
import { nothingMeasured } from './classCounts'
import type { Measures, Metric } from './metric'

/** Sums for each output, over examples; undefined before the first batch. */
export interface RegressionState {
  readonly count: number
  readonly shape: ReadonlyArray<number>
  readonly squared: Float64Array
  readonly absolute: Float64Array
  /** The targets' means, and the sums of their squared distances from these. */
  readonly mean: Float64Array
  readonly spread: Float64Array
}

type State = RegressionState | undefined

/**
 * A metric for `measureWith`: `mse`, `mae` and `r2` of all batches together. Predictions and targets `[n]` or
 * `[n, ...outputs]`, which count equally. The targets' variance is merged batch by batch as in Chan, Golub and LeVeque
 * (1983), "Algorithms for computing the sample variance", The American Statistician 37, 242-247.
 *
 * Errors: those of `r2Score`; ShapeMismatch for other outputs in a later batch.
 * @example
 * import { regression } from 'gradfold'
 * const metric = regression()
 * const predictions = { shape: [3], dtype: 'float32', values: Float32Array.of(1, 2, 4) } as const
 * const state = metric.add(metric.initial, predictions, { shape: [3], dtype: 'float32', values: Float32Array.of(1, 3, 5) })
 * if (state._tag === 'Right') console.log(metric.result(state.right))
 * // => { _tag: 'Right', right: { mse: 0.6666666666666666, mae: 0.6666666666666666, r2: 0.75 } }
 */
export const regression = (): Metric<State, Measures> => ({
  initial: undefined,
  add: (state, predictions, targets) => addErrors('regression', state, predictions, targets),
  result: (state) => {
    if (state === undefined) return nothingMeasured('regression')
    const r2 = r2Of('regression', state)
    return isLeft(r2)
      ? r2
      : right({ mse: meanOf(state, state.squared), mae: meanOf(state, state.absolute), r2: r2.right })
  }
})

/** A metric of one number of these. */
export const regressionBy = (
  operation: string,
  number: (operation: string, state: RegressionState) => Result<number>
): Metric<State, number> => ({
  initial: undefined,
  add: (state, predictions, targets) => addErrors(operation, state, predictions, targets),
  result: (state) => (state === undefined ? nothingMeasured(operation) : number(operation, state))
})

/** The mean over examples and outputs. */
export const meanOf = ({ count }: RegressionState, sums: Float64Array): number =>
  sums.reduce((total, sum) => total + sum, 0) / (count * sums.length)

/** 1 - squared errors / squared distances from the mean, and the mean of these over the outputs. */
export const r2Of = (operation: string, { count, squared, spread }: RegressionState): Result<number> => {
  if (count < 2) {
    const text = `${operation} needs two examples at least: one alone has no variance to explain.`
    return left(invalidShape(operation, [count], text))
  }
  const ratios = squared.map((error, i) => {
    if (spread[i] === 0) return error === 0 ? 1 : 0
    return 1 - error / spread[i]!
  })
  return right(ratios.reduce((total, ratio) => total + ratio, 0) / ratios.length)
}

const addErrors = (
  operation: string,
  before: State,
  predictions: HostTensor,
  targets: HostTensor
): Result<RegressionState> => {
  const fits = checkPair(operation, before, predictions, targets)
  if (isLeft(fits)) return fits
  const [added = 0, ...shape] = targets.shape
  const width = sizeOf(shape)
  const count = (before?.count ?? 0) + added
  const zeros = new Float64Array(width)
  const squared = Float64Array.from(before?.squared ?? zeros)
  const absolute = Float64Array.from(before?.absolute ?? zeros)
  const mean = Float64Array.from(before?.mean ?? zeros)
  const spread = Float64Array.from(before?.spread ?? zeros)
  for (let column = 0; column < width; column++) {
    let sum = 0
    for (let i = column; i < targets.values.length; i += width) {
      const target = targets.values[i]!
      const error = predictions.values[i]! - target
      squared[column]! += error * error
      absolute[column]! += Math.abs(error)
      sum += target
    }
    const own = sum / added
    let distance = 0
    for (let i = column; i < targets.values.length; i += width) distance += (targets.values[i]! - own) ** 2
    const shift = own - mean[column]!
    spread[column]! += distance + (shift * shift * (count - added) * added) / count
    mean[column]! += (shift * added) / count
  }
  return right({ count, shape, squared, absolute, mean, spread })
}

const checkPair = (operation: string, before: State, predictions: HostTensor, targets: HostTensor): Result<unknown> => {
  const { shape } = targets
  if (!sameShape(predictions.shape, shape)) {
    const shapes = [predictions.shape, shape]
    const text = `${operation} needs a prediction for each target, not ${shapesText(shapes)}: reshape one of them, [n, 1] is not [n].`
    return left(shapeMismatch(operation, shapes, text))
  }
  if (shape.length === 0) {
    const text = `${operation} needs a first axis that counts examples, but was given scalars: make them [1].`
    return left(dimensionError(operation, shape, [0], text))
  }
  if (sizeOf(shape) === 0) {
    const text = `${operation} was given no predictions, ${shapeText(shape)}: of nothing there is nothing to measure.`
    return left(invalidShape(operation, shape, text))
  }
  if (before === undefined || sameShape(before.shape, shape.slice(1))) return right(undefined)
  const shapes = [before.shape, shape.slice(1)]
  const text = `${operation} needs the same outputs in every batch, but was given ${shapesText(shapes)}.`
  return left(shapeMismatch(operation, shapes, text))
}
