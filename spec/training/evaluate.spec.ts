import {
  accuracy,
  batchData,
  classification,
  confusion,
  constant,
  dataFrom,
  evaluate,
  forward,
  type Input,
  item,
  type Layer,
  lift,
  linear,
  mapData,
  type Measure,
  measureWith,
  memory,
  ones,
  precision,
  prefetchData,
  ranking,
  referenceKernels,
  regression,
  type Result,
  rowData,
  shuffleData,
  softmaxCrossEntropy,
  type Tape,
  trace,
  type Traced
} from 'gradfold'
import { left, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import { invalidArgument } from '../../src/error/tensorError'
import { kernelSets } from '../support/kernelSets'
import { watched } from '../support/dataSources'
import { onTape } from '../support/leaks'
import { onTapeAsync } from '../support/leaksAsync'
import { leftOf, rightOf } from '../support/results'

const data = {
  x: { shape: [7, 2], values: Float32Array.from({ length: 14 }, (_, i) => Math.sin(3 * i)) },
  labels: Int32Array.of(0, 1, 1, 2, 0, 2, 1)
}

const model = (tape: Tape): Traced<Layer> => rightOf(linear(tape, 2, 3))

const measure: Measure<Layer, typeof data> = (tape, layer, { x, labels }) =>
  trace(tape, function* (run) {
    const scores = yield* run(forward, layer, x)
    return {
      loss: yield* run(lift<number>, item(yield* run(softmaxCrossEntropy, scores, labels))),
      accuracy: yield* run(lift<number>, accuracy(scores, labels)),
      one: 1
    }
  })

describe.each(kernelSets)('evaluate on $name', ({ create }) => {
  it('is the mean over all examples, whatever the batches, and leaves nothing', () => {
    onTape(create(), (tape) => {
      const traced = model(tape)
      const live = memory(tape.kernels)
      const results = [1, 2, 3, 6, 7, 100].map((batchSize) => rightOf(evaluate(traced, data, measure, { batchSize })))
      const whole = rightOf(evaluate(traced, data, measure))
      for (const { loss, accuracy: share, one } of results) {
        expect(loss).toBeCloseTo(whole['loss']!, 6)
        expect(share).toBeCloseTo(whole['accuracy']!, 12)
        expect(one).toBe(1)
      }
      expect(memory(tape.kernels)).toEqual(live)
      expect(traced.tape.length).toBe(2)
    })
  })
})

describe('evaluate', () => {
  it('counts a batch by its size', () => {
    onTape(referenceKernels(), (tape) => {
      const sizes: number[] = []
      const size: Measure<Layer, typeof data> = (at, _, { x }) => {
        sizes.push(x.shape[0]!)
        return right({ value: { size: x.shape[0]! }, tape: at })
      }
      expect(rightOf(evaluate(model(tape), data, size, { batchSize: 3 }))).toEqual({ size: (9 + 9 + 1) / 7 })
      expect(sizes).toEqual([3, 3, 1])
    })
  })

  it('records an evaluation, though the model comes on a training tape', () => {
    onTape(referenceKernels(), (tape) => {
      const seen: boolean[] = []
      const look: Measure<Layer, typeof data> = (at) => {
        seen.push(at.training)
        return right({ value: {}, tape: at })
      }
      expect(rightOf(evaluate(model(tape), data, look))).toEqual({})
      expect([seen, tape.training]).toEqual([[false], true])
    })
  })

  it('gives the first error, and leaves nothing', () => {
    onTape(referenceKernels(), (tape) => {
      const traced = rightOf(linear(tape, 3, 3, { init: ones }))
      const live = memory(tape.kernels)
      expect(leftOf(evaluate(traced, data, measure))).toMatchObject({
        _tag: 'ShapeMismatch',
        operation: 'linearForward'
      })
      const thrower = (): Result<never> => {
        throw new Error('a mistake of the user')
      }
      expect(() => evaluate(traced, data, thrower)).toThrow('a mistake of the user')
      expect(memory(tape.kernels)).toEqual(live)
    })
  })

  it.each([0, -1, 2.5, NaN])('refuses %d examples at a time', (batchSize) => {
    onTape(referenceKernels(), (tape) => {
      expect(leftOf(evaluate(model(tape), data, measure, { batchSize }))).toMatchObject({
        _tag: 'InvalidArgument',
        operation: 'evaluate',
        argument: 'batchSize',
        value: batchSize
      })
    })
  })

  it('refuses no examples, and unequal counts', () => {
    onTape(referenceKernels(), (tape) => {
      const tagOf = (given: typeof data): string => leftOf(evaluate(model(tape), given, measure))._tag
      expect(tagOf({ x: { shape: [0, 2], values: new Float32Array() }, labels: new Int32Array() })).toBe('InvalidShape')
      expect(tagOf({ ...data, labels: Int32Array.of(1, 2) })).toBe('ShapeMismatch')
    })
  })
})

/** What a record of arrays and a pipeline of its rows have in common. */
type Fields = Readonly<Record<'x' | 'labels', Input>>

/** Metrics of all examples, beside means. */
const measureAll: Measure<Layer, Fields> = (tape, layer, { x, labels }) =>
  trace(tape, function* (run) {
    const scores = yield* run(forward, layer, x)
    return {
      loss: yield* run(lift<number>, item(yield* run(softmaxCrossEntropy, scores, labels))),
      classes: yield* run((at) => lift(at, measureWith(classification({ topK: [2] }), scores, labels))),
      table: yield* run((at) => lift(at, measureWith(confusion(), scores, labels))),
      ranks: yield* run((at) => lift(at, measureWith(ranking(), scores, labels))),
      first: yield* run((at) => lift(at, measureWith({ ...firstScore }, scores, labels)))
    }
  })

/** A user's own metric: the largest score of all. */
const firstScore = {
  initial: -Infinity,
  add: (state: number, scores: { readonly values: Iterable<number> }) => right(Math.max(state, ...scores.values)),
  result: (state: number) => right(state)
}

describe.each(kernelSets)('evaluate with metrics on $name', ({ create }) => {
  it('measures all examples together, whatever the batches, and leaves nothing', () => {
    onTape(create(), (tape) => {
      const traced = model(tape)
      const live = memory(tape.kernels)
      const whole = rightOf(evaluate(traced, data, measureAll))
      for (const batchSize of [1, 2, 3, 6]) {
        const { loss, first, ...exact } = rightOf(evaluate(traced, data, measureAll, { batchSize }))
        expect(loss).toBeCloseTo(whole['loss']!, 5)
        expect(first).toBeCloseTo(whole['first']!, 5)
        expect({ ...whole, ...exact }).toEqual(whole)
      }
      expect(memory(tape.kernels)).toEqual(live)
      const direct = rightOf(
        trace(traced.tape, function* (run) {
          const labels = yield* run(constant, data.labels)
          const scores = yield* run(forward, traced.value, yield* run(constant, data.x))
          return yield* run((at) => lift(at, precision(scores, labels)))
        })
      )
      expect(whole['classes.precision']).toBe(direct.value)
    })
  })
})

describe('evaluate with metrics', () => {
  it('names a number as it was returned, and several and tables after a dot', () => {
    onTape(referenceKernels(), (tape) => {
      const found = rightOf(evaluate(model(tape), data, measureAll, { batchSize: 2 }))
      expect(Object.keys(found).sort()).toEqual(
        [
          ...['first', 'loss', 'ranks.averagePrecision', 'ranks.rocAuc'],
          ...['accuracy', 'f1', 'precision', 'recall', 'top2'].map((name) => `classes.${name}`),
          ...['0.0', '0.1', '0.2', '1.0', '1.1', '1.2', '2.0', '2.1', '2.2'].map((place) => `table.${place}`)
        ].sort()
      )
      const counted = Object.entries(found).filter(([name]) => name.startsWith('table.'))
      expect(counted.reduce((sum, [, count]) => sum + count, 0)).toBe(7)
    })
  })

  it("gives a metric's error, of a batch and of the end, and leaves nothing", () => {
    onTape(referenceKernels(), (tape) => {
      const traced = model(tape)
      const live = memory(tape.kernels)
      const rank: Measure<Layer, typeof data> = (at, layer, { x, labels }) =>
        trace(at, function* (run) {
          const scores = yield* run(forward, layer, x)
          return { ranks: yield* run((own) => lift(own, measureWith(ranking(), scores, labels))) }
        })
      const labelled = (...labels: ReadonlyArray<number>) =>
        evaluate(traced, { ...data, labels: Int32Array.from(labels) }, rank)
      expect(leftOf(labelled(0, 0, 0, 0, 0, 0, 0))).toMatchObject({ operation: 'ranking', argument: 'labels' })
      expect(leftOf(labelled(0, 1, 2, 3, 0, 0, 0))).toMatchObject({ _tag: 'IndexOutOfBounds', operation: 'ranking' })
      const fails: Measure<Layer, typeof data> = (at, _, { x }) =>
        trace(at, function* (run) {
          const refuse = (): Result<never> => left(invalidArgument('mine', 'x', 1, 'too large'))
          const metric = { ...firstScore, result: refuse }
          return { mine: yield* run((own) => lift(own, measureWith(metric, x, x))) }
        })
      expect(leftOf(evaluate(traced, data, fails))).toMatchObject({ operation: 'mine' })
      expect(memory(tape.kernels)).toEqual(live)
    })
  })

  it('has the R2 of all examples, not the mean of the batches', () => {
    onTape(referenceKernels(), (tape) => {
      const line = { x: [1, 2, 4, 3], y: [1, 3, 5, 3] }
      const measured = (batchSize: number) =>
        rightOf(
          evaluate(
            model(tape),
            line,
            (at, _, { x, y }) =>
              trace(at, function* (run) {
                return { line: yield* run((own) => lift(own, measureWith(regression(), x, y))) }
              }),
            { batchSize }
          )
        )
      for (const batchSize of [1, 2, 3, 4]) {
        expect(measured(batchSize)).toEqual({ 'line.mse': 0.5, 'line.mae': 0.5, 'line.r2': 0.75 })
      }
    })
  })
})

describe('evaluate of a pipeline', () => {
  it('is that of its examples, batched or not, in any order', async () => {
    await onTapeAsync(referenceKernels(), async (tape) => {
      const traced = model(tape)
      const live = memory(tape.kernels)
      const rows = rightOf(rowData(data))
      const whole = rightOf(evaluate(traced, data, measureAll))
      const pipelines = [rows, pipe(rows, shuffleData({ seed: 3 }), batchData({ size: 3 }), prefetchData(2))]
      for (const pipeline of pipelines) {
        const { loss, ...found } = rightOf(await evaluate(traced, pipeline, measureAll))
        expect(loss).toBeCloseTo(whole['loss']!, 12)
        expect({ ...found, loss: 0 }).toEqual({ ...whole, loss: 0 })
      }
      expect(rightOf(await evaluate(traced, rows, measureAll, { batchSize: 2 }))['loss']).toBeCloseTo(
        whole['loss']!,
        12
      )
      expect(memory(tape.kernels)).toEqual(live)
    })
  })

  it('gives the first error and closes the source', async () => {
    await onTapeAsync(referenceKernels(), async (tape) => {
      const traced = model(tape)
      const { data: source, closed } = watched(20, 7)
      const examples = mapData((n: number) => ({ x: [n, 1], labels: 1 }))
      const count = (at: Tape) => right({ value: { one: 1 }, tape: at })
      expect(leftOf(await evaluate(traced, examples(source), count, { batchSize: 2 }))).toMatchObject({
        operation: 'dataFrom'
      })
      const early = watched(20)
      const fails = (): Result<never> => left(invalidArgument('mine', 'x', 1, 'too large'))
      expect(leftOf(await evaluate(traced, examples(early.data), fails, { batchSize: 2 }))).toMatchObject({
        operation: 'mine'
      })
      expect([closed(), early.closed(), early.given()]).toEqual([1, 1, 2])
      expect(leftOf(await evaluate(traced, examples(dataFrom([])), count))).toMatchObject({
        _tag: 'InvalidShape',
        operation: 'evaluate'
      })
      expect(leftOf(await evaluate(traced, examples(dataFrom([1])), count, { batchSize: 0 }))).toMatchObject({
        argument: 'batchSize'
      })
    })
  })
})
