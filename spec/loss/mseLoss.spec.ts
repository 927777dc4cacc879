import {
  backward,
  constant,
  type Input,
  lift,
  type LossSettings,
  mseLoss,
  named,
  parameter,
  referenceKernels,
  type Result,
  type Tape,
  trace,
  type Traced,
  type Variable
} from 'gradfold'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { gradientFor, numbersOf } from '../support/numbers'
import { leftOf, rightOf } from '../support/results'

const lossOf = (tape: Tape, prediction: Input, target: Input, settings: LossSettings = {}): Result<Traced<Variable>> =>
  trace(tape, function* (run) {
    const x = yield* run(constant, prediction)
    return yield* run(mseLoss, x, yield* run(constant, target), settings)
  })

describe.each(kernelSets)('mseLoss on $name', ({ create }) => {
  const kernels = create()

  it.each([
    { settings: {}, loss: [5] },
    { settings: { reduction: 'mean' }, loss: [5] },
    { settings: { reduction: 'sum' }, loss: [20] },
    { settings: { reduction: 'none' }, loss: [0, 4, 16, 0] }
  ] satisfies ReadonlyArray<{ readonly settings: LossSettings; readonly loss: ReadonlyArray<number> }>)(
    'by $settings is $loss',
    ({ settings, loss }) => {
      onTape(kernels, (tape) => {
        const prediction = [
          [1, 2],
          [3, 4]
        ]
        const target = [
          [1, 4],
          [-1, 4]
        ]
        expect(numbersOf(rightOf(lossOf(tape, prediction, target, settings)).value)).toEqual(loss)
      })
    }
  )

  it('has the gradient 2 (prediction - target) / n to one and its opposite to the other', () => {
    onTape(kernels, (tape) => {
      const { value } = rightOf(
        trace(tape, function* (run) {
          const x = yield* run(parameter, [1, 2, 3, 4])
          const y = yield* run(parameter, [1, 4, -1, 4])
          const loss = yield* run(mseLoss, x, y)
          return { x, y, gradients: yield* run((at) => lift(at, backward(at, loss))) }
        })
      )
      expect([...gradientFor(value.gradients, value.x).values].map((slope) => slope + 0)).toEqual([0, -1, 2, 0])
      expect([...gradientFor(value.gradients, value.y).values].map((slope) => slope + 0)).toEqual([0, 1, -2, 0])
    })
  })
})

describe('mseLoss', () => {
  it.each([
    { prediction: [3, 1], target: [3] },
    { prediction: [3], target: [] },
    { prediction: [2, 3], target: [3, 2] }
  ])('refuses $prediction against $target, though some would broadcast', ({ prediction, target }) => {
    onTape(referenceKernels(), (tape) => {
      const filled = (shape: ReadonlyArray<number>): Input => ({
        shape,
        values: new Float32Array(shape.reduce((size, n) => size * n, 1))
      })
      const error = leftOf(named(tape, 'head', (inner) => lossOf(inner, filled(prediction), filled(target))))
      expect(error).toMatchObject({ _tag: 'ShapeMismatch', operation: 'mseLoss', path: 'head' })
      expect(error).toMatchObject({ shapes: [prediction, target] })
      expect(error.message).toContain(`[${prediction.join(', ')}] and [${target.join(', ')}]`)
    })
  })

  it('refuses an empty batch', () => {
    onTape(referenceKernels(), (tape) => {
      const nothing = { shape: [0, 2], values: [] }
      expect(leftOf(lossOf(tape, nothing, nothing))).toMatchObject({
        _tag: 'InvalidShape',
        operation: 'mseLoss',
        shape: [0, 2]
      })
    })
  })

  it('refuses whole numbers', () => {
    onTape(referenceKernels(), (tape) => {
      expect(leftOf(lossOf(tape, Int32Array.of(1, 2), Int32Array.of(1, 2)))._tag).toBe('DtypeError')
    })
  })
})
