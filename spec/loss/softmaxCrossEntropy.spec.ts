import fc from 'fast-check'
import {
  backward,
  cast,
  constant,
  type Input,
  item,
  lift,
  named,
  parameter,
  referenceKernels,
  type Result,
  softmaxCrossEntropy,
  startTape,
  type Tape,
  trace,
  type Traced,
  type Variable,
  wasmKernels
} from 'gradfold'
import { anyTensor } from '../support/arbitraryTensors'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { gradientFor, numbersOf } from '../support/numbers'
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'

const lossOf = (tape: Tape, scores: Input, labels: Input): Result<Traced<Variable>> =>
  trace(tape, function* (run) {
    return yield* run(softmaxCrossEntropy, yield* run(parameter, scores), labels)
  })

describe.each(kernelSets)('softmaxCrossEntropy on $name', ({ create }) => {
  const kernels = create()
  const softly = (scores: Input, labels: Input): number =>
    onTape(kernels, (tape) => rightOf(item(rightOf(lossOf(tape, scores, labels)).value)))

  it('is the mean of -ln(softmax) at the labels', () => {
    // ln(e^1 + e^2 + e^3) = 3.4076059644443806
    expect(softly([[1, 2, 3]], [2])).toBeCloseTo(0.4076059644443806, 6)
    expect(
      softly(
        [
          [1, 2, 3],
          [0, 0, 0]
        ],
        [0, 1]
      )
    ).toBeCloseTo((2.4076059644443806 + Math.log(3)) / 2, 6)
  })

  it('takes distributions, and one-hot ones are labels', () => {
    expect(softly([[1, 2, 3]], [[0.5, 0, 0.5]])).toBeCloseTo(1.4076059644443806, 6)
    expect(softly([[1, 2, 3]], [[0, 0, 1]])).toBeCloseTo(softly([[1, 2, 3]], [2]), 6)
  })

  it('has one loss for each example by "none", and their sum by "sum"', () => {
    onTape(kernels, (tape) => {
      const { value } = rightOf(
        trace(tape, function* (run) {
          const scores = yield* run(constant, { shape: [2, 2, 3], values: [1, 2, 3, 0, 0, 0, 3, 2, 1, 5, 5, 5] })
          const labels = [
            [2, 0],
            [0, 1]
          ]
          return {
            each: yield* run(softmaxCrossEntropy, scores, labels, { reduction: 'none' }),
            sum: yield* run(softmaxCrossEntropy, scores, labels, { reduction: 'sum' })
          }
        })
      )
      expect(value.each.shape).toEqual([2, 2])
      const expected = [0.4076059644443806, Math.log(3), 0.4076059644443806, Math.log(3)]
      numbersOf(value.each).forEach((loss, i) => {
        expect(loss).toBeCloseTo(expected[i]!, 6)
      })
      expect(numbersOf(value.sum)[0]).toBeCloseTo(
        expected.reduce((a, b) => a + b),
        5
      )
    })
  })

  it.each([
    { scores: [1e4, -1e4], label: 0, loss: 0 },
    { scores: [1e4, -1e4], label: 1, loss: 2e4 },
    { scores: [-1e4, -1e4], label: 0, loss: Math.LN2 },
    { scores: [1e4, 1e4], label: 1, loss: Math.LN2 }
  ])('of the scores $scores at $label is $loss', ({ scores, label, loss }) => {
    expect(softly([scores], [label])).toBeCloseTo(loss, 3)
  })

  it('has the gradient (softmax - p) / n', () => {
    const rows = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })).chain(([n, classes]) =>
      fc.record({
        scores: anyTensor([n, classes], 'float32', 'plain'),
        labels: fc.array(fc.nat({ max: classes - 1 }), { minLength: n, maxLength: n })
      })
    )
    fc.assert(
      fc.property(rows, ({ scores, labels }) => {
        onTape(kernels, (tape) => {
          const { value } = rightOf(
            trace(tape, function* (run) {
              const x = yield* run(parameter, scores)
              const loss = yield* run(softmaxCrossEntropy, x, labels)
              return { x, gradients: yield* run((at) => lift(at, backward(at, loss))) }
            })
          )
          const [n, classes] = [scores.shape[0]!, scores.shape[1]!]
          gradientFor(value.gradients, value.x).values.forEach((slope, i) => {
            const from = i - (i % classes)
            const row = [...scores.values.subarray(from, from + classes)]
            const most = Math.max(...row)
            const total = row.reduce((sum, score) => sum + Math.exp(score - most), 0)
            const p = labels[from / classes] === i % classes ? 1 : 0
            expect(slope).toBeCloseTo((Math.exp(scores.values[i]! - most) / total - p) / n, 6)
          })
        })
      }),
      { numRuns: runs(40) }
    )
  })

  it.each([
    { labels: [0, 3], index: 3, why: 'the number of classes' },
    { labels: [0, -1], index: -1, why: 'negative' },
    { labels: [7, 0], index: 7, why: 'beyond' }
  ])('refuses the label $index: $why', ({ labels, index }) => {
    onTape(kernels, (tape) => {
      const scores = [
        [1, 2, 3],
        [4, 5, 6]
      ]
      const error = leftOf(named(tape, 'head', (inner) => lossOf(inner, scores, labels)))
      expect(error).toMatchObject({ _tag: 'IndexOutOfBounds', operation: 'softmaxCrossEntropy', path: 'head' })
      expect(error).toMatchObject({ index, size: 3 })
      expect(error.message).toMatch(new RegExp(`label ${index}.*from 0 to 2`))
    })
  })
})

describe('softmaxCrossEntropy', () => {
  it.each([
    { name: 'no examples', shape: [0, 3], labels: [] },
    { name: 'no classes', shape: [2, 0], labels: [0, 0] }
  ])('refuses $name', ({ shape, labels }) => {
    onTape(wasmKernels(), (tape) => {
      const error = leftOf(lossOf(tape, { shape, values: [] }, labels))
      expect(error).toMatchObject({ _tag: 'InvalidShape', operation: 'softmaxCrossEntropy', shape })
    })
  })

  it.each([
    { name: 'too few labels', labels: [0], shape: [1] },
    { name: 'labels in a column', labels: [[0], [1]], shape: [2, 1] },
    {
      name: 'distributions over too many classes',
      labels: [
        [1, 0, 0, 0],
        [1, 0, 0, 0]
      ],
      shape: [2, 4]
    }
  ])('refuses $name', ({ labels, shape }) => {
    onTape(referenceKernels(), (tape) => {
      const scores = { shape: [2, 3], values: new Float32Array(6) }
      const error = leftOf(named(tape, 'head', (inner) => lossOf(inner, scores, labels)))
      expect(error).toMatchObject({ _tag: 'ShapeMismatch', operation: 'softmaxCrossEntropy', path: 'head' })
      expect(error).toMatchObject({ shapes: [[2, 3], shape] })
      for (const text of ['[2, 3]', '[2]', `[${shape.join(', ')}]`]) expect(error.message).toContain(text)
    })
  })

  it('refuses a scalar, fractions as labels, labels in float32, and labels of another tape', () => {
    onTape(referenceKernels(), (tape) => {
      const scores = rightOf(constant(tape, [[1, 2]]))
      const tagOf = (labels: Variable | Input): string =>
        leftOf(softmaxCrossEntropy(scores.tape, scores.value, labels))._tag
      expect(leftOf(lossOf(tape, 1, 0))._tag).toBe('DimensionError')
      expect(tagOf([0.5])).toBe('DtypeError')
      const floats = rightOf(constant(scores.tape, [1]))
      const error = leftOf(softmaxCrossEntropy(floats.tape, scores.value, floats.value))
      expect(error).toMatchObject({ _tag: 'DtypeError', operation: 'softmaxCrossEntropy', dtypes: ['float32'] })
      expect(error.message).toContain('cast')
      const whole = rightOf(cast(floats.tape, floats.value, 'int32'))
      expect(rightOf(softmaxCrossEntropy(whole.tape, scores.value, whole.value)).value.shape).toEqual([])
      const elsewhere = rightOf(constant(startTape(tape.kernels), [1], { dtype: 'int32' }))
      expect(tagOf(elsewhere.value)).toBe('ForeignVariable')
    })
  })
})
