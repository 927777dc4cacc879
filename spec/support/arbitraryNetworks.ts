/** Small networks with a batch and its loss, for specs that go through all calls of a training step. */
import fc from 'fast-check'
import {
  activation,
  type ActivationName,
  constant,
  custom,
  forward,
  type Layer,
  linear,
  map,
  mseLoss,
  mul,
  named,
  parameter,
  type Result,
  sequential,
  softmaxCrossEntropy,
  type Tape,
  trace,
  type Traced,
  uniform,
  type Variable
} from 'gradfold'

export interface Plan {
  /** Features of the input, then of each linear layer. */
  readonly widths: ReadonlyArray<number>
  readonly activation: ActivationName
  readonly bias: boolean
  /** Ends with a layer of the user's own. */
  readonly scaled: boolean
  readonly loss: 'mseLoss' | 'softmaxCrossEntropy'
  readonly batch: number
}

export const plans: fc.Arbitrary<Plan> = fc.record({
  widths: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 3 }),
  activation: fc.constantFrom('relu', 'tanh'),
  bias: fc.boolean(),
  scaled: fc.boolean(),
  loss: fc.constantFrom('mseLoss', 'softmaxCrossEntropy'),
  batch: fc.integer({ min: 1, max: 3 })
})

/** A layer that multiplies by a parameter. */
const scale = (tape: Tape): Result<Traced<Layer>> =>
  map((factor: Variable): Layer => custom('Scale', { factor }, (at, parameters, x) => mul(at, x, parameters.factor)))(
    parameter(tape, 1.5, { name: 'factor' })
  )

export const networkOf = (tape: Tape, { widths, activation: name, bias, scaled }: Plan): Result<Traced<Layer>> => {
  const linears = widths
    .slice(1)
    .flatMap((width, i) => [
      ...(i === 0 ? [] : [activation(name)]),
      (at: Tape) => linear(at, widths[i]!, width, { bias })
    ])
  return sequential(tape, ...linears, ...(scaled ? [scale] : []))
}

export interface Batch {
  readonly x: Variable
  readonly y: Variable
}

/** Inputs and targets, the latter labels or numbers. */
export const batchOf = (tape: Tape, { widths, loss, batch }: Plan): Result<Traced<Batch>> =>
  trace(tape, function* (run) {
    const x = yield* run(uniform, [batch, widths[0]!], { low: -1, high: 1 })
    const classes = widths.at(-1)!
    const labels = Int32Array.from({ length: batch }, (_, row) => row % classes)
    const y = loss === 'softmaxCrossEntropy' ? yield* run(constant, labels) : yield* run(uniform, [batch, classes])
    return { x, y }
  })

export const lossOf =
  ({ loss }: Plan) =>
  (tape: Tape, model: Layer, { x, y }: Batch): Result<Traced<Variable>> =>
    trace(tape, function* (run) {
      const scores = yield* run((at: Tape) => named(at, 'model', (inner) => forward(inner, model, x)))
      return yield* run((at: Tape) =>
        named(at, 'loss', (inner) =>
          loss === 'mseLoss' ? mseLoss(inner, scores, y) : softmaxCrossEntropy(inner, scores, y)
        )
      )
    })

export interface Made extends Batch {
  readonly model: Layer
  readonly loss: Variable
}

/** The model, a batch and its loss, on one tape. */
export const madeOf = (tape: Tape, plan: Plan): Result<Traced<Made>> =>
  trace(tape, function* (run) {
    const model = yield* run(networkOf, plan)
    const batch = yield* run(batchOf, plan)
    return { ...batch, model, loss: yield* run(lossOf(plan), model, batch) }
  })
