import {
  averagePrecision,
  classification,
  confusion,
  confusionMatrix,
  constant,
  f1Score,
  type HostTensor,
  type Measures,
  meanAbsoluteError,
  meanSquaredError,
  precision,
  r2Score,
  ranking,
  type Readable,
  recall,
  regression,
  type Result,
  rocAuc,
  topKAccuracy,
  trace
} from 'gradfold'
import { classified, inBatches, labelsOf, regressed, scoresOf, witness } from '../../support/goldenMetrics'
import { hostTensor } from '../../support/hostTensors'
import { kernelSets } from '../../support/kernelSets'
import { onTape } from '../../support/leaks'
import { rightOf } from '../../support/results'

const kinds = ['macro', 'micro', 'weighted'] as const
const sizes = [1, 7, 1000]

const near = (found: number, expected: number): void => {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)))
}

const allNear = (found: ReadonlyArray<number>, expected: ReadonlyArray<number>): void => {
  expect(found).toHaveLength(expected.length)
  found.forEach((value, i) => near(value, expected[i]!))
}

it('has the witness that its maker names', () => {
  expect(witness).toBe('1.9.1')
  expect([classified.length, regressed.length]).toEqual([15, 6])
})

describe.each(kernelSets)("scikit-learn's numbers of one batch on $name", ({ name: set, create }) => {
  const on = <A>(scores: HostTensor, labels: HostTensor, measure: (s: Readable, l: Readable) => A): A =>
    onTape(create(), (tape) => {
      const { value } = rightOf(
        trace(tape, function* (run) {
          return { scores: yield* run(constant, scores), labels: yield* run(constant, labels) }
        })
      )
      return measure(value.scores, value.labels)
    })

  it.each(classified)('of $name', (row) => {
    on(scoresOf(row), labelsOf(row), (scores, labels) => {
      const threshold = row.threshold ?? 0.5
      const ratios = { precision, recall, f1Score }
      for (const name of ['precision', 'recall', 'f1Score'] as const) {
        for (const average of kinds) {
          near(rightOf(ratios[name](scores, labels, { average, threshold })), row[name][average])
        }
        allNear(rightOf(ratios[name](scores, labels, { average: 'none', threshold })), row[name].none)
        near(rightOf(ratios[name](scores, labels, { threshold })), row[name].binary ?? row[name].macro)
      }
      expect([...rightOf(confusionMatrix(scores, labels, { threshold })).values]).toEqual(row.confusion)
      for (const [k, expected] of Object.entries(row.topK ?? {})) {
        near(rightOf(topKAccuracy(scores, labels, { k: Number(k) })), expected)
      }
      if (row.rocAuc !== undefined) near(rightOf(rocAuc(scores, labels)), row.rocAuc)
      if (row.averagePrecision !== undefined) near(rightOf(averagePrecision(scores, labels)), row.averagePrecision)
    })
  })

  it.each(regressed)('of $name', (row) => {
    const { shape, predictions, targets } = row
    on(hostTensor(shape, predictions), hostTensor(shape, targets), (predicted, known) => {
      // float32 kernels hold 1000.123 to 3e-5.
      const digits = set === 'reference' ? 12 : 3
      const close = (found: Result<number>, expected: number): void =>
        expect(rightOf(found)).toBeCloseTo(expected, digits)
      close(r2Score(predicted, known), row.r2Score)
      close(meanSquaredError(predicted, known), row.meanSquaredError)
      close(meanAbsoluteError(predicted, known), row.meanAbsoluteError)
    })
  })
})

describe.each(sizes)("scikit-learn's numbers in batches of %d", (size) => {
  it.each(classified)('of $name', (row) => {
    const [scores, labels] = [scoresOf(row), labelsOf(row)]
    const threshold = row.threshold ?? 0.5
    const topK = Object.keys(row.topK ?? {}).map(Number)
    for (const average of kinds) {
      const measured = inBatches(classification({ average, topK, threshold }), scores, labels, size)
      near(measured['accuracy']!, row.accuracy)
      near(measured['precision']!, row.precision[average])
      near(measured['recall']!, row.recall[average])
      near(measured['f1']!, row.f1Score[average])
      for (const k of topK) near(measured[`top${k}`]!, row.topK![k]!)
    }
    expect([...inBatches(confusion({ threshold }), scores, labels, size).values]).toEqual(row.confusion)
    if (row.rocAuc === undefined) return
    const ranked: Measures = inBatches(ranking(), scores, labels, size)
    near(ranked['rocAuc']!, row.rocAuc)
    near(ranked['averagePrecision']!, row.averagePrecision!)
  })

  it.each(regressed)('of $name', ({ shape, predictions, targets, ...row }) => {
    const measured = inBatches(regression(), hostTensor(shape, predictions), hostTensor(shape, targets), size)
    near(measured['r2']!, row.r2Score)
    near(measured['mse']!, row.meanSquaredError)
    near(measured['mae']!, row.meanAbsoluteError)
  })
})
