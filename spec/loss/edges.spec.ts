/** What the cross-entropy says of shapes, and what it records. */
import { constant, referenceKernels, softmaxCrossEntropy, toArray } from 'gradfold'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'

describe('softmaxCrossEntropy', () => {
  it('looks at the scores first', () => {
    onTape(referenceKernels(), (start) => {
      const { value, tape } = rightOf(constant(start, 1))
      expect(leftOf(softmaxCrossEntropy(tape, value, 0.5))).toMatchObject({ _tag: 'DimensionError', shape: [] })
    })
  })

  it('names the shapes that labels may have', () => {
    onTape(referenceKernels(), (start) => {
      const { value, tape } = rightOf(constant(start, [[1, 2, 3]]))
      expect(leftOf(softmaxCrossEntropy(tape, value, [0, 1])).message).toBe(
        'softmaxCrossEntropy of [1, 3] scores takes labels [1] or distributions [1, 3], not [2]: one label for each example.'
      )
    })
  })

  it('of a batch against labels is one entry, their mean in it', () => {
    onTape(referenceKernels(), (start) => {
      const { value, tape } = rightOf(constant(start, [[1, 2, 3]]))
      const entries = toArray(rightOf(softmaxCrossEntropy(tape, value, [2])).tape)
      expect(entries.map(({ operation }) => operation)).toEqual(['constant', 'constant', 'softmaxCrossEntropy'])
    })
  })

  it('of scores with more than one leading axis is over the last, for distributions too', () => {
    onTape(referenceKernels(), (start) => {
      const scores = { shape: [2, 3, 4], values: new Float64Array(24) }
      const { value, tape } = rightOf(constant(start, scores))
      const losses = rightOf(softmaxCrossEntropy(tape, value, scores, { reduction: 'none' })).value
      expect(losses.shape).toEqual([2, 3])
    })
  })
})
