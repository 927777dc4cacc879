import fc from 'fast-check'
import {
  accuracy,
  averagePrecision,
  classification,
  confusion,
  constant,
  type HostTensor,
  type Metric,
  ranking,
  type Readable,
  referenceKernels,
  regression,
  release,
  type Result,
  rocAuc,
  topKAccuracy,
  trace
} from 'gradfold'
import { inBatches } from '../../support/goldenMetrics'
import { hostTensor } from '../../support/hostTensors'
import { onTape } from '../../support/leaks'
import { leftOf, rightOf } from '../../support/results'
import { runs } from '../../support/runs'

const on = <A>(scores: HostTensor, labels: HostTensor, measure: (s: Readable, l: Readable) => Result<A>): A =>
  onTape(referenceKernels(), (tape) => {
    const { value } = rightOf(
      trace(tape, function* (run) {
        return { scores: yield* run(constant, scores), labels: yield* run(constant, labels) }
      })
    )
    return rightOf(measure(value.scores, value.labels))
  })

/** Scores of few values, so that there are ties, infinite ones too. */
const score = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(Infinity, -Infinity, -0),
  fc.double({ noNaN: true })
)

const rows = fc.integer({ min: 1, max: 5 }).chain((classes) =>
  fc
    .array(fc.tuple(fc.array(score, { minLength: classes, maxLength: classes }), fc.nat()), {
      minLength: 1,
      maxLength: 30
    })
    .map((drawn) => ({
      classes,
      scores: hostTensor(
        classes === 1 ? [drawn.length] : [drawn.length, classes],
        drawn.flatMap(([own]) => own)
      ),
      labels: hostTensor(
        [drawn.length],
        drawn.map(([, label]) => label % Math.max(2, classes)),
        'int32'
      )
    }))
)

/** Binary scores with at least one example of both classes. */
const pairs = fc
  .tuple(fc.array(score, { minLength: 1, maxLength: 15 }), fc.array(score, { minLength: 1, maxLength: 15 }))
  .map(([positive, negative]) => ({
    positive,
    negative,
    scores: hostTensor([positive.length + negative.length], [...positive, ...negative]),
    labels: hostTensor(
      [positive.length + negative.length],
      [...positive.map(() => 1), ...negative.map(() => 0)],
      'int32'
    )
  }))

describe('metrics that are folded', () => {
  it('do not depend on the batches', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 31 }), ({ scores, labels, classes }, size) => {
        const metric = classification(classes === 1 ? {} : { topK: [1, classes] })
        expect(inBatches(metric, scores, labels, size)).toEqual(inBatches(metric, scores, labels, 100))
        expect(inBatches(confusion(), scores, labels, size)).toEqual(inBatches(confusion(), scores, labels, 100))
      }),
      { numRuns: runs(150) }
    )
  })

  it('rank all batches together', () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: 1, max: 31 }), ({ scores, labels }, size) => {
        expect(inBatches(ranking(), scores, labels, size)).toEqual(inBatches(ranking(), scores, labels, 100))
      }),
      { numRuns: runs(100) }
    )
  })

  it('leave the state before as it was', () => {
    fc.assert(
      fc.property(
        rows.filter(({ classes }) => classes === 1),
        ({ scores, labels }) => {
          const keeps = <S>({ initial, add }: Metric<S>): void => {
            const once = rightOf(add(initial, scores, labels))
            const copy = structuredClone(once)
            add(once, scores, labels)
            expect(once).toEqual(copy)
          }
          keeps(classification())
          keeps(confusion())
          keeps(regression())
        }
      ),
      { numRuns: runs(30) }
    )
  })

  it('merge the variance of batches, far from 0 too', () => {
    const numbers = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), {
      minLength: 2,
      maxLength: 40
    })
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 9 }), fc.constantFrom(0, 1e6), (drawn, size, far) => {
        const predictions = hostTensor(
          [drawn.length],
          drawn.map(([x]) => x + far)
        )
        const targets = hostTensor(
          [drawn.length],
          drawn.map(([, y]) => y + far)
        )
        const mean = drawn.reduce((sum, [, y]) => sum + y, 0) / drawn.length
        const spread = drawn.reduce((sum, [, y]) => sum + (y - mean) ** 2, 0)
        const errors = drawn.reduce((sum, [x, y]) => sum + (x - y) ** 2, 0)
        const { r2, mse } = inBatches(regression(), predictions, targets, size) as { r2: number; mse: number }
        expect(mse).toBeCloseTo(errors / drawn.length, 8)
        if (spread > 0) expect(Math.abs(r2 - (1 - errors / spread))).toBeLessThan(1e-8 * (1 + errors / spread))
      }),
      { numRuns: runs(150) }
    )
  })
})

describe('classification', () => {
  it('has the accuracy as its micro averages and as its top 1, and 1 as its top of all', () => {
    fc.assert(
      fc.property(
        rows.filter(({ classes }) => classes > 1),
        ({ scores, labels, classes }) => {
          const found = inBatches(classification({ average: 'micro', topK: [1, classes] }), scores, labels, 100)
          const expected = on(scores, labels, accuracy)
          expect(found).toEqual({
            accuracy: expected,
            precision: expected,
            recall: expected,
            f1: expected,
            top1: expected,
            [`top${classes}`]: classes === 1 ? expected : 1
          })
        }
      ),
      { numRuns: runs(100) }
    )
  })

  it('has the classes in the rows, and what was predicted in the columns', () => {
    fc.assert(
      fc.property(rows, ({ scores, labels, classes }) => {
        const { values, shape } = inBatches(confusion(), scores, labels, 100)
        const size = Math.max(2, classes)
        expect(shape).toEqual([size, size])
        for (let label = 0; label < size; label++) {
          const inRow = [...values].slice(label * size, (label + 1) * size).reduce((sum, n) => sum + n, 0)
          expect(inRow).toBe(Array.from(labels.values).filter((own) => own === label).length)
        }
      }),
      { numRuns: runs(60) }
    )
  })

  it('takes NaN as the largest score of a row, and the first of equal ones, as predictions does', () => {
    const nan = hostTensor([1, 3], [1, NaN, 5])
    const label = (n: number) => hostTensor([1], [n], 'int32')
    const top = (scores: HostTensor, n: number, k: number) => on(scores, label(n), (s, l) => topKAccuracy(s, l, { k }))
    expect([top(nan, 1, 1), top(nan, 2, 1), top(nan, 2, 2), top(nan, 0, 2)]).toEqual([1, 0, 1, 0])
    const equal = hostTensor([1, 3], [2, 2, 2])
    expect([top(equal, 0, 1), top(equal, 1, 1), top(equal, 1, 2), top(equal, 2, 2)]).toEqual([1, 0, 1, 0])
    expect([...inBatches(confusion(), nan, label(2), 1).values]).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 0])
  })

  it('takes one score for each example as a column, too', () => {
    const labels = hostTensor([4], [1, 1, 0, 0], 'int32')
    const scores = [0.9, 0.4, 0.6, 0.1]
    const found = [[4], [4, 1]].map((shape) => inBatches(classification(), hostTensor(shape, scores), labels, 4))
    expect(found[0]).toEqual(found[1])
    expect(found[0]).toEqual({ accuracy: 0.5, precision: 0.5, recall: 0.5, f1: 0.5 })
  })
})

describe('rocAuc', () => {
  it('is the share of pairs in order, equal ones half', () => {
    fc.assert(
      fc.property(pairs, ({ positive, negative, scores, labels }) => {
        const wins = positive.flatMap((p) => negative.map((n) => (p > n ? 1 : p === n ? 0.5 : 0)))
        const expected = wins.reduce((sum: number, win) => sum + win, 0) / wins.length
        expect(on(scores, labels, rocAuc)).toBeCloseTo(expected, 12)
      }),
      { numRuns: runs(150) }
    )
  })

  it('is the rest of 1 for opposite scores, and for opposite labels', () => {
    fc.assert(
      fc.property(pairs, ({ scores, labels }) => {
        const auc = on(scores, labels, rocAuc)
        const opposite = hostTensor(
          scores.shape,
          Array.from(scores.values, (value) => -value)
        )
        const swapped = hostTensor(
          labels.shape,
          Array.from(labels.values, (value) => 1 - value),
          'int32'
        )
        expect(on(opposite, labels, rocAuc)).toBeCloseTo(1 - auc, 12)
        expect(on(scores, swapped, rocAuc)).toBeCloseTo(1 - auc, 12)
      }),
      { numRuns: runs(60) }
    )
  })
})

describe('averagePrecision', () => {
  it('is 1 for scores in order, and the share of positives for equal ones', () => {
    const labels = hostTensor([5], [1, 0, 1, 0, 0], 'int32')
    expect(on(hostTensor([5], [3, 1, 2, 0, -1]), labels, averagePrecision)).toBe(1)
    expect(on(hostTensor([5], [1, 1, 1, 1, 1]), labels, averagePrecision)).toBe(0.4)
  })
})

it('reads nothing that was released', () => {
  onTape(referenceKernels(), (tape) => {
    const scores = rightOf(constant(tape, [1, 2]))
    const labels = rightOf(constant(scores.tape, [0, 1]))
    release(labels.value)
    expect(leftOf(rocAuc(scores.value, labels.value))._tag).toBe('Released')
    release(scores.value)
    expect(leftOf(topKAccuracy(scores.value, labels.value, { k: 1 }))._tag).toBe('Released')
  })
})
