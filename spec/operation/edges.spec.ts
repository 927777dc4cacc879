/** Edges of shape rules that few programs come to, and what is recorded where an operation has a short way. */
import {
  type Dtype,
  fill,
  gradient,
  max,
  mean,
  parameter,
  type ReduceSettings,
  referenceKernels,
  type Result,
  type Shape,
  softmax,
  sum,
  type Tape,
  toArray,
  type Traced,
  type Variable
} from 'gradfold'
import type { TensorType } from '../../src/kernels/tensor'
import { normalizeAxes } from '../../src/operation/axes'
import { concatPrimitive } from '../../src/operation/concat'
import { padPrimitive } from '../../src/operation/pad'
import { reluGradientPrimitive } from '../../src/operation/reluGradient'
import { softmaxCrossEntropyPrimitive } from '../../src/operation/softmaxCrossEntropy'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { leftOf, rightOf } from '../support/results'

const type = (shape: Shape, dtype: Dtype = 'float32'): TensorType => ({ shape, dtype })

describe('the shape rule', () => {
  it('of axes puts them in order, however they are named', () => {
    expect(rightOf(normalizeAxes('probe', [2, 3, 4], [-1, 0, 1]))).toEqual([0, 1, 2])
    expect(rightOf(normalizeAxes('probe', [2, 3, 4], [2, -3]))).toEqual([0, 2])
  })

  it('of concat refuses another number of axes, more or fewer', () => {
    for (const shapes of [
      [[2, 1], [2]],
      [[2], [2, 1]]
    ]) {
      const error = leftOf(
        concatPrimitive.rule(
          shapes.map((shape) => type(shape)),
          { axis: 0 }
        )
      )
      expect(error).toMatchObject({ _tag: 'ShapeMismatch', shapes })
    }
  })

  it('of pad refuses counts for other axes than there are, before or after', () => {
    for (const [before, after] of [
      [[0, 0], [1]],
      [[1], [0, 0]],
      [
        [0, 0],
        [0, 0, 1]
      ]
    ] as const) {
      expect(leftOf(padPrimitive.rule([type([2, 3])], { before, after }))._tag).toBe('InvalidArgument')
    }
  })

  it("of relu's gradient wants numbers, of one shape", () => {
    const rule = (...inputs: ReadonlyArray<TensorType>): Result<TensorType> => reluGradientPrimitive.rule(inputs, {})
    expect(rightOf(rule(type([2]), type([2])))).toEqual(type([2]))
    expect(leftOf(rule(type([2], 'bool'), type([2], 'bool')))._tag).toBe('DtypeError')
    expect(leftOf(rule(type([2]), type([1])))).toMatchObject({ _tag: 'ShapeMismatch', shapes: [[2], [1]] })
  })

  it('of the cross-entropy of labels wants a label for each row of scores', () => {
    const rule = (scores: TensorType, labels: TensorType, mean = false): Result<TensorType> =>
      softmaxCrossEntropyPrimitive.rule([scores, labels], { mean })
    expect(rightOf(rule(type([2, 3]), type([2], 'int32')))).toEqual(type([2]))
    expect(rightOf(rule(type([2, 3]), type([2], 'int32'), true))).toEqual(type([]))
    expect(leftOf(rule(type([]), type([], 'int32')))).toMatchObject({ _tag: 'DimensionError', shape: [] })
    const shapes = [[2, 3], [3]]
    expect(leftOf(rule(type([2, 3]), type([3], 'int32')))).toMatchObject({ _tag: 'ShapeMismatch', shapes })
  })
})

describe('numbers at the edge', () => {
  it('both bools are filled', () => {
    onTape(referenceKernels(), (tape) => {
      for (const value of [0, 1]) {
        expect(numbersOf(rightOf(fill(tape, [2], value, { dtype: 'bool' })).value)).toEqual([value, value])
      }
    })
  })

  it('the largest of nothing is nothing, if nothing is asked for', () => {
    onTape(referenceKernels(), (start) => {
      const { tape, value } = rightOf(fill(start, [0, 0], 1))
      expect(rightOf(max(tape, value, { axis: 0 })).value.shape).toEqual([0])
      expect(leftOf(max(tape, value))._tag).toBe('InvalidShape')
    })
  })
})

/** The names of what a program records, after a parameter of two rows and three columns. */
const recorded = (program: (tape: Tape, x: Variable) => Result<Traced<unknown>>): ReadonlyArray<string> =>
  onTape(referenceKernels(), (start) => {
    const { tape, value } = rightOf(parameter(start, { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] }))
    const end = rightOf(program(tape, value)).tape
    return toArray(end)
      .slice(1)
      .map(({ operation }) => operation)
  })

describe('what is recorded', () => {
  it.each([
    [{ axis: -1 }, ['softmax']],
    [{ axis: 1 }, ['softmax']],
    [{ axis: 0 }, ['transpose', 'softmax', 'transpose']]
  ])('of softmax along %p', (settings, names) => {
    expect(recorded((tape, x) => softmax(tape, x, settings))).toEqual(names)
  })

  /** Of the gradient of a reduction, whose result is the upstream gradient, too. */
  const slope =
    (reduction: typeof sum, settings: ReduceSettings) =>
    (tape: Tape, x: Variable): Result<Traced<unknown>> => {
      const loss = rightOf(reduction(tape, x, settings))
      return gradient(loss.tape, loss.value, x, { upstream: loss.value })
    }

  it('the gradient of a sum has its axes back where they are gone, and is broadcast as it is where not', () => {
    expect(recorded(slope(sum, {}))).toEqual(['sum', 'broadcast'])
    expect(recorded(slope(sum, { axis: 1, keepDims: true }))).toEqual(['sum', 'broadcast'])
    expect(recorded(slope(sum, { axis: 1 }))).toEqual(['sum', 'reshape', 'broadcast'])
  })

  it('the gradient of a mean likewise, after its share', () => {
    const share = ['mean', 'fill', 'mul']
    expect(recorded(slope(mean, {}))).toEqual([...share, 'broadcast'])
    expect(recorded(slope(mean, { axis: 0, keepDims: true }))).toEqual([...share, 'broadcast'])
    expect(recorded(slope(mean, { axis: 0 }))).toEqual([...share, 'reshape', 'broadcast'])
  })
})
