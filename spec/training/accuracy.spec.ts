import { accuracy, constant, type Dtype, type Input, predictions, referenceKernels, release, trace } from 'gradfold'
import { hostTensor } from '../support/hostTensors'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'

describe('predictions', () => {
  it.each([
    { row: [1, 3, 2], place: 1, why: 'the largest' },
    { row: [-3, -1, -2], place: 1, why: 'the largest of negative ones' },
    { row: [2, 2, 1], place: 0, why: 'the first of equal ones' },
    { row: [1, 2, 2], place: 1, why: 'the first of equal ones' },
    { row: [-0, 0], place: 0, why: '0 and -0 are equal' },
    { row: [-Infinity, -Infinity], place: 0, why: 'the first of equal ones' },
    { row: [1, NaN, 5], place: 1, why: 'NaN, as the largest' },
    { row: [NaN, NaN, Infinity], place: 0, why: 'the first NaN' },
    { row: [7], place: 0, why: 'the only one' }
  ])('of $row is $place: $why', ({ row, place }) => {
    expect([...predictions(hostTensor([row.length], row))]).toEqual([place])
  })

  it('has one place for each row, of any rank', () => {
    const scores = hostTensor([2, 2, 3], [1, 2, 3, 3, 2, 1, 1, 3, 2, 0, 0, 0])
    expect([...predictions(scores)]).toEqual([2, 0, 1, 0])
    expect([...predictions(hostTensor([0, 3], []))]).toEqual([])
    expect([...predictions(hostTensor([3, 0], []))]).toEqual([])
  })

  it('takes whole numbers', () => {
    expect([...predictions(hostTensor([2, 2], [1, 2, 4, 3], 'int32'))]).toEqual([1, 0])
  })
})

describe.each(kernelSets)('accuracy on $name', ({ create }) => {
  const kernels = create()
  const share = (scores: Input, labels: Input, dtype: Dtype = 'int32') =>
    onTape(kernels, (tape) => {
      const { value } = rightOf(
        trace(tape, function* (run) {
          return { scores: yield* run(constant, scores), labels: yield* run(constant, labels, { dtype }) }
        })
      )
      return accuracy(value.scores, value.labels)
    })
  const rows = [
    [0, 1],
    [1, 0],
    [0.25, 0.5],
    [3, 2]
  ]

  it.each([
    { labels: [1, 0, 1, 0], expected: 1 },
    { labels: [0, 1, 0, 1], expected: 0 },
    { labels: [1, 0, 0, 1], expected: 0.5 },
    { labels: [1, 1, 0, 1], expected: 0.25 }
  ])('with the labels $labels is $expected', ({ labels, expected }) => {
    expect(rightOf(share(rows, labels))).toBe(expected)
    expect(rightOf(share(rows, labels, 'float32'))).toBe(expected)
  })

  it('takes labels of any rank', () => {
    expect(
      rightOf(
        share({ shape: [2, 2, 2], values: rows.flat() }, [
          [1, 0],
          [1, 1]
        ])
      )
    ).toBe(0.75)
    expect(rightOf(share([0, 1], 1))).toBe(1)
  })

  it('refuses other labels than one for each row', () => {
    for (const labels of [[1], [[1, 0, 1, 0]], rows]) {
      const error = leftOf(share(rows, labels, 'float32'))
      expect(error).toMatchObject({ _tag: 'ShapeMismatch', operation: 'accuracy' })
      expect(error.message).toContain('[4, 2]')
    }
  })

  it('refuses a label that is no class', () => {
    onTape(create(), (tape) => {
      const scores = rightOf(constant(tape, [[1, 2]]))
      for (const label of [-100, 2]) {
        const labels = rightOf(constant(scores.tape, Int32Array.of(label)))
        const refusal = leftOf(accuracy(scores.value, labels.value))
        expect(refusal).toMatchObject({ _tag: 'IndexOutOfBounds', operation: 'accuracy', index: label, size: 2 })
      }
    })
  })

  it('refuses an empty batch, and rows without classes', () => {
    expect(leftOf(share({ shape: [0, 3], values: [] }, []))).toMatchObject({ _tag: 'InvalidShape', shape: [0, 3] })
    expect(leftOf(share({ shape: [2, 0], values: [] }, [0, 0]))).toMatchObject({ _tag: 'InvalidShape', shape: [2, 0] })
  })
})

describe('accuracy', () => {
  it('refuses what was released', () => {
    onTape(referenceKernels(), (tape) => {
      const scores = rightOf(constant(tape, [[1, 2]]))
      const labels = rightOf(constant(scores.tape, [1]))
      release(labels.value)
      expect(leftOf(accuracy(scores.value, labels.value))._tag).toBe('Released')
      release(scores.value)
      expect(leftOf(accuracy(scores.value, labels.value))._tag).toBe('Released')
    })
  })
})
