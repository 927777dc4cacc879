import fc from 'fast-check'
import { isLeft } from 'fp-ts/Either'
import {
  batchNorm,
  batchNormForward,
  type BatchNormSettings,
  buffer,
  constant,
  evaluation,
  forward,
  memory,
  parameter,
  read,
  release,
  sequential,
  settle,
  sgd,
  shapesKernels,
  startTape,
  startTraining,
  stateOf,
  sum,
  type Tape,
  trace,
  trainingStep,
  type Variable,
  uniform
} from 'gradfold'
import { checkModel, tensors } from 'gradfold/testing'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'

const numbers = (x: Variable): ReadonlyArray<number> => Array.from(rightOf(read(x)).values)

const close = (got: ReadonlyArray<number>, wanted: ReadonlyArray<number>, digits = 5): void => {
  expect(got.length).toBe(wanted.length)
  got.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, digits))
}

describe.each(kernelSets)('batchNorm on $name', (set) => {
  it('has zero mean and unit variance in each feature of a training batch, of two to four axes', () => {
    for (const shape of [
      [64, 3],
      [8, 4, 3],
      [4, 2, 2, 3]
    ]) {
      onTape(set.create(), (tape) => {
        const y = rightOf(
          trace(tape, function* (run) {
            const x = yield* run(uniform, shape, { low: 3, high: 9 })
            return yield* run(batchNormForward, yield* run(batchNorm, 3), x)
          })
        ).value
        expect(y.shape).toEqual(shape)
        const values = numbers(y)
        for (let feature = 0; feature < 3; feature++) {
          const column = values.filter((_, i) => i % 3 === feature)
          const mean = column.reduce((total, value) => total + value, 0) / column.length
          const variance = column.reduce((total, value) => total + (value - mean) ** 2, 0) / column.length
          expect(mean).toBeCloseTo(0, 5)
          expect(variance).toBeCloseTo(1, 3)
        }
      })
    }
  })

  it('moves its running statistics by momentum, the variance unbiased, twice on one tape too', () => {
    onTape(set.create(), (tape) => {
      const traced = rightOf(
        trace(tape, function* (run) {
          const layer = yield* run(batchNorm, 1, { momentum: 0.5 })
          yield* run(batchNormForward, layer, yield* run(constant, [[1], [3]]))
          const once = yield* run(settle, layer)
          yield* run(batchNormForward, layer, yield* run(constant, [[5], [5], [8]]))
          return { layer, once, twice: yield* run(settle, layer) }
        })
      ).value
      close(numbers(traced.layer.runningMean), [0])
      close(numbers(traced.layer.runningVariance), [1])
      close(numbers(traced.once.runningMean), [1])
      close(numbers(traced.once.runningVariance), [1.5])
      close(numbers(traced.twice.runningMean), [3.5])
      close(numbers(traced.twice.runningVariance), [2.25])
      expect(traced.twice.scale).toBe(traced.layer.scale)
    })
  })

  it('uses its running statistics on an evaluation tape, and leaves them', () => {
    onTape(set.create(), (tape) => {
      const layer = rightOf(batchNorm(tape, 2, { eps: 0 }))
      const traced = rightOf(
        trace(evaluation(layer.tape), function* (run) {
          const mean = yield* run(buffer, [1, 2])
          const variance = yield* run(buffer, [4, 0.25])
          const seen = { ...layer.value, runningMean: mean, runningVariance: variance }
          const y = yield* run(batchNormForward, seen, yield* run(constant, [[5, 3]]))
          return { y, same: (yield* run(settle, seen)) === seen }
        })
      ).value
      close(numbers(traced.y), [2, 2])
      expect(traced.same).toBe(true)
    })
  })

  it('has no gradient and no update for its buffers; a training step settles them', () => {
    const kernels = set.create()
    const before = memory(kernels)
    const model = rightOf(sequential(startTape(kernels), (at) => batchNorm(at, 2)))
    const loss = (tape: Tape, layers: typeof model.value) =>
      trace(tape, function* (run) {
        const y = yield* run(
          forward,
          layers,
          yield* run(constant, [
            [1, 2],
            [3, 6]
          ])
        )
        return yield* run(sum, y)
      })
    for (const donate of [false, true]) {
      const start = startTraining(model)
      const next = rightOf(trainingStep(start, sgd({ learningRate: 0.5 }), loss))
      const later = rightOf(trainingStep(next, sgd({ learningRate: 0.5 }), loss, { donate }))
      const [norm] = later.value.model.layers
      expect(stateOf(later.value.model).map(({ path, kind }) => `${path} ${kind}`)).toEqual([
        '0.scale parameter',
        '0.offset parameter',
        '0.runningMean buffer',
        '0.runningVariance buffer'
      ])
      close(numbers(norm.runningMean), [0.38, 0.76])
      close(numbers(norm.runningVariance), [0.81 + 0.19 * 2, 0.81 + 0.19 * 8])
      close(numbers(norm.offset!), [-2, -2])
      expect(numbers(model.value.layers[0].runningMean)).toEqual([0, 0])
      if (donate) expect(isLeft(read(next.value.model.layers[0].runningMean))).toBe(true)
      release(next.value, model.value)
      release(later.value, model.value)
    }
    release(model.value)
    expect(memory(kernels)).toEqual(before)
  })

  it('stays finite for a feature that is the same everywhere, and for large numbers', () => {
    onTape(set.create(), (tape) => {
      const { value } = rightOf(
        trace(tape, function* (run) {
          const x = yield* run(parameter, [
            [2, 1e15],
            [2, -1e15]
          ])
          return yield* run(batchNormForward, yield* run(batchNorm, 2), x)
        })
      )
      close(numbers(value), [0, 1, 0, -1])
    })
  })
})

describe('the gradients of batchNorm', () => {
  const cases: ReadonlyArray<readonly [string, ReadonlyArray<number>, BatchNormSettings]> = [
    ['of two axes', [4, 2], {}],
    ['of three axes, without scale and offset', [2, 2, 2], { affine: false }],
    ['of four axes', [2, 1, 2, 1], { eps: 0.5 }]
  ]
  it.each(cases)('are right in training: %s', (_, shape, settings) => {
    const check = checkModel((tape) => batchNorm(tape, shape.at(-1)!, settings), batchNormForward)
    fc.assert(fc.property(tensors({ shape: fc.constant(shape) }), check), { numRuns: runs(10) })
  })

  it.each(cases)('are right in evaluation: %s', (_, shape, settings) => {
    const check = checkModel(
      (tape) => batchNorm(tape, shape.at(-1)!, settings),
      (tape, layer, x) => batchNormForward(evaluation(tape), layer, x)
    )
    fc.assert(fc.property(tensors({ shape: fc.constant(shape) }), check), { numRuns: runs(10) })
  })
})

describe('batchNorm refuses', () => {
  const tape = startTape(shapesKernels())

  it.each([
    [0, {}, 'features'],
    [1.5, {}, 'features'],
    [2, { eps: -1e-5 }, 'eps'],
    [2, { eps: NaN }, 'eps'],
    [2, { momentum: 1.5 }, 'momentum'],
    [2, { momentum: NaN }, 'momentum']
  ] as const)('%p features with %p', (features, settings, argument) => {
    expect(leftOf(batchNorm(tape, features, settings))).toMatchObject({
      _tag: 'InvalidArgument',
      operation: 'batchNorm',
      argument
    })
  })

  const applied = (shape: ReadonlyArray<number>, at: Tape = tape): unknown =>
    leftOf(
      trace(at, function* (run) {
        const layer = yield* run(batchNorm, 3)
        return yield* run(batchNormForward, layer, yield* run(uniform, shape))
      })
    )

  it('a batch of one and an empty one in training, other ranks and other features', () => {
    expect(applied([1, 3])).toMatchObject({
      _tag: 'InvalidShape',
      message: expect.stringContaining("last: 'drop'") as unknown
    })
    expect(applied([0, 3])).toMatchObject({ _tag: 'InvalidShape' })
    expect(applied([3])).toMatchObject({ _tag: 'DimensionError' })
    expect(applied([1, 1, 1, 1, 3])).toMatchObject({ _tag: 'DimensionError' })
    expect(applied([2, 4], evaluation(tape))).toMatchObject({ _tag: 'ShapeMismatch' })
  })
})
