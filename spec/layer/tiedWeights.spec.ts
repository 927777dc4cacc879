/** One variable in two places of a model: one gradient, the sum of both; one update; one parameter. */
import fc from 'fast-check'
import {
  adam,
  backward,
  type Embedding,
  embedding,
  embeddingForward,
  lift,
  type Linear,
  linear,
  linearForward,
  type Optimizer,
  parameter,
  parameterCount,
  parameters,
  type Result,
  sequential,
  sgd,
  softmaxCrossEntropy,
  startTraining,
  type Tape,
  trace,
  type Traced,
  trainingStep,
  type Variable
} from 'gradfold'
import { checkModel, tensors } from 'gradfold/testing'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { gradientFor, numbersOf } from '../support/numbers'
import { rightOf } from '../support/results'
import { runs } from '../support/runs'

interface Model {
  readonly table: Embedding
  readonly hidden: Linear
  readonly head: Linear
}

const words = Int32Array.of(2, 0, 2, 1)
const following = Int32Array.of(0, 2, 1, 2)

/** Words to words: the table that reads them, `[4, 3]`, is the weight `[out, in]` of the layer that writes them. */
const tied = (tape: Tape): Result<Traced<Model>> =>
  trace(tape, function* (run) {
    const table = yield* run(embedding, 4, 3)
    const hidden = yield* run(linear, 3, 3)
    const head: Linear = { _tag: 'Linear', inFeatures: 3, outFeatures: 4, weight: table.weight }
    return { table, hidden, head }
  })

const lossOf = (tape: Tape, { table, hidden, head }: Model): Result<Traced<Variable>> =>
  trace(tape, function* (run) {
    const x = yield* run(linearForward, hidden, yield* run(embeddingForward, table, words))
    return yield* run(softmaxCrossEntropy, yield* run(linearForward, head, x), following)
  })

const gradientsOf = (tape: Tape, model: Model) =>
  rightOf(
    trace(tape, function* (run) {
      const loss = yield* run(lossOf, model)
      return yield* run((at) => lift(at, backward(at, loss)))
    })
  ).value

const near = (got: ArrayLike<number>, wanted: ArrayLike<number>): void => {
  expect(got).toHaveLength(wanted.length)
  Array.from(got).forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i] ?? NaN, 5)
  })
}

const optimizers: ReadonlyArray<readonly [string, Optimizer]> = [
  ['sgd', sgd({ learningRate: 0.5 })],
  ['adam', adam({ learningRate: 0.1 })]
]

describe.each(kernelSets)('a weight in two places on $name', ({ create }) => {
  const kernels = create()

  it('has the sum of the gradients that two weights would have', () => {
    onTape(kernels, (tape) => {
      const { value: model, tape: next } = rightOf(tied(tape))
      const { weight } = model.table
      const copy = rightOf(parameter(next, { shape: weight.shape, values: Float64Array.from(numbersOf(weight)) }))
      const untied: Model = { ...model, head: { ...model.head, weight: copy.value } }
      const together = gradientFor(gradientsOf(copy.tape, model), weight).values
      const apart = gradientsOf(copy.tape, untied)
      const reading = gradientFor(apart, weight).values
      const writing = gradientFor(apart, copy.value).values
      expect([...reading].some((x) => x !== 0) && [...writing].some((x) => x !== 0)).toBe(true)
      near(
        together,
        Array.from(reading, (x, i) => x + (writing[i] ?? NaN))
      )
    })
  })

  it.each(optimizers)('is one parameter, which %s moves once and leaves in both places', (_name, optimizer) => {
    onTape(kernels, (tape) => {
      const made = rightOf(tied(tape))
      const model = made.value
      expect(parameters(model).map(({ path }) => path)).toEqual(['table.weight', 'hidden.weight', 'hidden.bias'])
      expect(parameterCount(model)).toBe(4 * 3 + 3 * 3 + 3)
      const before = numbersOf(model.table.weight)
      const slope = gradientFor(gradientsOf(made.tape, model), model.table.weight).values
      // Of Adam's first step the size is the learning rate, whatever the gradient.
      const wanted = before.map((x, i) => {
        const g = slope[i] ?? NaN
        return x - (optimizer._tag === 'Sgd' ? 0.5 * g : 0.1 * Math.sign(g))
      })
      const first = rightOf(trainingStep(startTraining(made), optimizer, lossOf))
      near(numbersOf(first.value.model.table.weight), wanted)
      expect(first.value.model.head.weight).toBe(first.value.model.table.weight)
      const second = rightOf(trainingStep(first, optimizer, lossOf)).value
      expect(second.model.head.weight).toBe(second.model.table.weight)
      expect(numbersOf(second.model.head.weight)).not.toEqual(wanted)
    })
  })
})

describe('a layer in two places', () => {
  it('has the right gradients', () => {
    const twice = (tape: Tape) =>
      trace(tape, function* (run) {
        const layer = yield* run(linear, 2, 2)
        return yield* run(sequential, layer, layer, layer)
      })
    const f = (tape: Tape, model: { readonly layers: readonly [Linear, Linear, Linear] }, x: Variable) =>
      trace(tape, function* (run) {
        const [first, second, third] = model.layers
        return yield* run(linearForward, third, yield* run(linearForward, second, yield* run(linearForward, first, x)))
      })
    fc.assert(fc.property(tensors({ shape: [2, 2] }), checkModel(twice, f)), { numRuns: runs(8) })
  })
})
