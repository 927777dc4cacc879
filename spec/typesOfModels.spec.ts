/** What the compiler says of models: layers, gradients, updates and steps keep their types. */
/* eslint-disable @typescript-eslint/no-unsafe-argument -- what does not compile has no type */
import { pipe } from 'fp-ts/function'
import {
  type Activation,
  activation,
  andThen,
  backward,
  custom,
  type Custom,
  edit,
  forward,
  gradient,
  type Linear,
  linear,
  linearForward,
  map,
  mul,
  of,
  parameter,
  parameters,
  referenceKernels,
  relu,
  renew,
  type Result,
  scope,
  scopeAsync,
  type Sequential,
  sequential,
  sgd,
  startTraining,
  sum,
  trace,
  type Traced,
  type TrainingState,
  trainingStep,
  uniform,
  update,
  type Variable
} from 'gradfold'
import { onTape } from './support/leaks'
import { rightOf } from './support/results'
import { hasType, neverCompiles } from './support/types'

const kernels = referenceKernels()

describe('models', () => {
  it('sequential knows each of its layers, nested ones too', () => {
    onTape(kernels, (empty) => {
      const made = sequential(
        empty,
        (tape) => linear(tape, 3, 4),
        activation('relu'),
        (tape) => sequential(tape, (inner) => linear(inner, 4, 2))
      )
      const { value: model, tape } = rightOf(made)
      const same: Sequential<readonly [Linear, Activation, Sequential<readonly [Linear]>]> = model
      hasType<3>()(same.layers.length)
      hasType<3>()(model.layers.length)
      hasType<Variable>()(model.layers[0].weight)
      hasType<Variable | undefined>()(model.layers[0].bias)
      hasType<'relu' | 'sigmoid' | 'tanh' | 'softmax' | 'logSoftmax'>()(model.layers[1].activation)
      hasType<Variable>()(model.layers[2].layers[0].weight)
      const x = rightOf(uniform(tape, [1, 3]))
      hasType<Result<Traced<Variable>>>()(forward(x.tape, model, x.value))
      expect(parameters(model)).toHaveLength(4)
      neverCompiles(
        // @ts-expect-error three layers
        () => model.layers[3],
        // @ts-expect-error an activation has no weight
        () => model.layers[1].weight,
        // @ts-expect-error a layer is no number
        () => sequential(empty, 3),
        // @ts-expect-error no such activation
        () => activation('step'),
        // @ts-expect-error a record that is no layer
        () => forward(tape, { weight: x.value }, x.value),
        // @ts-expect-error a layer is readonly
        () => (model.layers[0].inFeatures = 2)
      )
      const edited = edit(model, (draft) => {
        draft.layers[1].activation = 'tanh'
        draft.layers[0].weight = x.value
        // @ts-expect-error no such activation
        draft.layers[1].activation = 'step'
      })
      hasType<typeof model>()(edited)
    })
  })

  it('a custom layer hands its parameters to its forward', () => {
    onTape(kernels, (tape) => {
      const { value } = rightOf(parameter(tape, 2))
      const layer = custom('Scale', { factor: value, power: 2 }, (at, parts, x) => {
        hasType<{ factor: Variable; power: number }>()(parts)
        return mul(at, x, parts.factor)
      })
      hasType<Custom<{ factor: Variable; power: number }>>()(layer)
      neverCompiles(
        // @ts-expect-error no such parameter
        () => custom('Scale', { factor: value }, (at, { scale }, x) => mul(at, x, scale)),
        // @ts-expect-error it gives a traced variable
        () => custom('Scale', {}, (at, parts, x) => x)
      )
    })
  })

  it('gradients, updates and scopes keep the type of what they are given', () => {
    onTape(kernels, (empty) => {
      const { value, tape } = rightOf(
        trace(empty, function* (run) {
          const layer = yield* run(linear, 2, 1)
          const x = yield* run(uniform, [3, 2])
          return { layer, x, loss: yield* run(sum, yield* run(linearForward, layer, x)) }
        })
      )
      const { layer, loss, x } = value
      hasType<Result<Traced<Linear>>>()(gradient(tape, loss, layer))
      hasType<Result<Traced<Variable>>>()(gradient(tape, loss, x))
      const slopes = rightOf(gradient(tape, loss, { layer, list: [x] as const })).value
      hasType<{ layer: Linear; list: readonly [Variable] }>()(slopes)

      const gradients = rightOf(backward(tape, loss))
      const updated = rightOf(update(tape, sgd({ learningRate: 0.1 }), { model: { layer }, gradients })).value
      hasType<{ layer: Linear }>()(updated.model)

      hasType<Result<Traced<{ a: Variable; n: number }>>>()(
        scope(tape, (inner) => pipe(relu(inner, x), map((a) => ({ a, n: 1 })))) // prettier-ignore
      )
      hasType<Result<Traced<Linear>>>()(renew(tape, (inner) => of(inner, layer)))
      const state = startTraining({ value: layer, tape })
      hasType<Traced<TrainingState<Linear>>>()(state)
      const step = trainingStep(state, sgd({ learningRate: 0.1 }), (inner, model) => {
        hasType<Linear>()(model)
        return pipe(linearForward(inner, model, rightOf(of(inner, x)).value), andThen(sum)) // prettier-ignore
      })
      hasType<Result<Traced<TrainingState<Linear>>>>()(step)
      neverCompiles(
        () => hasType<Promise<Result<Traced<number>>>>()(scopeAsync(tape, (inner) => Promise.resolve(of(inner, 1)))),
        // @ts-expect-error a body gives a traced result
        () => scope(tape, () => 3),
        // @ts-expect-error a learning rate there must be
        () => sgd({}),
        // @ts-expect-error the loss is a traced variable
        () => trainingStep(state, sgd({ learningRate: 0.1 }), (inner, model) => model),
        // @ts-expect-error gradients are a map
        () => update(tape, sgd({ learningRate: 0.1 }), { model: layer, gradients: [] })
      )
    })
  })
})
