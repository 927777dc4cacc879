import {
  averagePrecision,
  classification,
  confusion,
  confusionMatrix,
  constant,
  type Dtype,
  f1Score,
  type HostTensor,
  type Input,
  meanAbsoluteError,
  meanSquaredError,
  type Metric,
  precision,
  r2Score,
  ranking,
  type Readable,
  recall,
  regression,
  type Result,
  rocAuc,
  type TensorError,
  topKAccuracy,
  trace
} from 'gradfold'
import { hostTensor } from '../../support/hostTensors'
import { kernelSets } from '../../support/kernelSets'
import { onTape } from '../../support/leaks'
import { leftOf, rightOf } from '../../support/results'

type Function = (scores: Readable, labels: Readable) => Result<unknown>
type Case = readonly [
  name: string,
  measure: Function,
  scores: Input,
  labels: Input,
  error: Readonly<Record<string, unknown>>,
  says: RegExp
]

const none: Input = { shape: [0], values: [] }
const topK =
  (k: number): Function =>
  (scores, labels) =>
    topKAccuracy(scores, labels, { k })
const rows = [
  [1, 2, 3],
  [3, 2, 1]
]

const classifiers = Object.entries({
  precision,
  recall,
  f1Score,
  confusionMatrix,
  rocAuc,
  averagePrecision,
  topKAccuracy: topK(1)
})
const regressions = Object.entries({ r2Score, meanSquaredError, meanAbsoluteError })

const cases: ReadonlyArray<Case> = [
  ...classifiers.flatMap(([name, measure]): ReadonlyArray<Case> => [
    [name, measure, rows, [0], { _tag: 'ShapeMismatch', shapes: [[2, 3], [1]] }, /one label for each row/],
    [
      name,
      measure,
      [1, 2],
      [
        [1, 0],
        [0, 1]
      ],
      { _tag: 'ShapeMismatch' },
      /not one-hot rows/
    ],
    [name, measure, none, none, { _tag: 'InvalidShape', shape: [0] }, /no scores, \[0\]/],
    [name, measure, { shape: [2, 0], values: [] }, [0, 0], { _tag: 'InvalidShape', shape: [2, 0] }, /no scores/],
    [name, measure, rows, [0, 3], { _tag: 'IndexOutOfBounds', index: 3, size: 3 }, /label 3 \(number 1\).*0 to 2/],
    [name, measure, rows, [-1, 0], { _tag: 'IndexOutOfBounds', index: -1, size: 3 }, /label -1 \(number 0\)/],
    [name, measure, rows, [0.5, 0], { _tag: 'IndexOutOfBounds', index: 0.5, size: 3 }, /label 0.5/],
    [name, measure, rows, [NaN, 0], { _tag: 'IndexOutOfBounds', size: 3 }, /label NaN/]
  ]),
  ...Object.entries({ rocAuc, averagePrecision }).flatMap(([name, measure]): ReadonlyArray<Case> => [
    [name, measure, [1, 2], [1, 1], { _tag: 'InvalidArgument', argument: 'labels', value: 1 }, /all are of it/],
    [name, measure, [1, 2], [0, 0], { _tag: 'InvalidArgument', argument: 'labels', value: 1 }, /none is of it/],
    [name, measure, rows, [0, 1], { _tag: 'InvalidArgument', argument: 'labels', value: 2 }, /none is of it/],
    [name, measure, [1, NaN], [0, 1], { _tag: 'InvalidArgument', argument: 'scores', value: NaN }, /NaN \(number 1\)/]
  ]),
  ...[0, 4, 1.5, NaN, -1].map((k): Case => [
    'topKAccuracy',
    topK(k),
    rows,
    [0, 1],
    { _tag: 'InvalidArgument', argument: 'k', value: k },
    /from 1 to 3, the number of classes/
  ]),
  ['topKAccuracy', topK(1), [1, 2], [0, 1], { _tag: 'InvalidArgument', argument: 'k' }, /score for each class/],
  ...Object.entries({ precision, recall, f1Score }).flatMap(([name, measure]): ReadonlyArray<Case> => [
    [
      name,
      (scores, labels) => measure(scores, labels, { average: 'binary' }),
      rows,
      [0, 1],
      { _tag: 'InvalidArgument', argument: 'average', value: 'binary' },
      /there are 3: use 'macro'/
    ],
    [
      name,
      (scores, labels) => measure(scores, labels, { threshold: NaN }),
      [1, 2],
      [0, 1],
      { _tag: 'InvalidArgument', argument: 'threshold', value: NaN },
      /0 for logits/
    ]
  ]),
  ...regressions.flatMap(([name, measure]): ReadonlyArray<Case> => [
    [name, measure, [[1], [2]], [1, 2], { _tag: 'ShapeMismatch', shapes: [[2, 1], [2]] }, /\[n, 1\] is not \[n\]/],
    [name, measure, 1, 1, { _tag: 'DimensionError', shape: [] }, /make them \[1\]/],
    [name, measure, none, none, { _tag: 'InvalidShape', shape: [0] }, /no predictions/]
  ]),
  ['r2Score', r2Score, [1], [1], { _tag: 'InvalidShape', shape: [1] }, /two examples at least/]
]

describe.each(kernelSets)('metrics on $name', ({ create }) => {
  const kernels = create()
  const refusal = (measure: Function, scores: Input, labels: Input): TensorError =>
    onTape(kernels, (tape) => {
      const { value } = rightOf(
        trace(tape, function* (run) {
          return { scores: yield* run(constant, scores), labels: yield* run(constant, labels) }
        })
      )
      return leftOf(measure(value.scores, value.labels))
    })

  it.each(cases)('%s %p of %j for %j is refused', (operation, measure, scores, labels, error, says) => {
    const found = refusal(measure, scores, labels)
    expect(found).toMatchObject({ operation, ...error })
    expect(found.message).toMatch(says)
  })
})

describe('metrics that are folded', () => {
  const host = (shape: ReadonlyArray<number>, dtype: Dtype = 'int32'): HostTensor =>
    hostTensor(shape, new Array<number>(shape.reduce((size, n) => size * n, 1)).fill(0), dtype)
  const refusals = <S>(metric: Metric<S>): ReadonlyArray<TensorError> => {
    const first = rightOf(metric.add(metric.initial, host([4, 3]), host([4])))
    return [leftOf(metric.result(metric.initial)), leftOf(metric.add(first, host([4, 2]), host([4])))]
  }

  it('refuse to be read before the first batch, and another number of classes in a later one', () => {
    for (const errors of [refusals(classification()), refusals(confusion()), refusals(ranking())]) {
      expect(errors.map(({ _tag }) => _tag)).toEqual(['InvalidShape', 'ShapeMismatch'])
      expect(errors[1]!.message).toMatch(/2 after 3/)
    }
  })

  it('refuse other outputs in a later batch', () => {
    const { initial, add, result } = regression()
    const first = rightOf(add(initial, host([2, 3]), host([2, 3])))
    expect(leftOf(add(first, host([2]), host([2])))).toMatchObject({ _tag: 'ShapeMismatch', shapes: [[3], []] })
    expect(leftOf(result(initial))._tag).toBe('InvalidShape')
  })

  it('refuse what their settings cannot mean', () => {
    const add = (metric: ReturnType<typeof classification>) => metric.add(metric.initial, host([2, 3]), host([2]))
    expect(leftOf(add(classification({ topK: [1, 4] })))).toMatchObject({ argument: 'topK', value: 4 })
    expect(leftOf(add(classification({ threshold: NaN })))).toMatchObject({ argument: 'threshold' })
    const binary = classification({ average: 'binary' })
    expect(leftOf(binary.result(rightOf(add(binary))))).toMatchObject({ argument: 'average', value: 'binary' })
  })
})
