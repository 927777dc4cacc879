import {
  accuracy,
  evaluate,
  forward,
  item,
  type Layer,
  lift,
  linear,
  type Measure,
  memory,
  ones,
  referenceKernels,
  type Result,
  softmaxCrossEntropy,
  type Tape,
  trace,
  type Traced
} from 'gradfold'
import { right } from 'fp-ts/Either'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
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
