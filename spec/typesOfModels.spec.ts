/** What the compiler says of models: layers, gradients, updates and steps keep their types. */
/* eslint-disable @typescript-eslint/no-unsafe-argument -- what does not compile has no type */
import { pipe } from 'fp-ts/function'
import {
  type Activation,
  activation,
  type ActivationName,
  andThen,
  backward,
  custom,
  type Custom,
  edit,
  flatten,
  type Flatten,
  forward,
  gradient,
  type Layer,
  type Linear,
  linear,
  linearForward,
  map,
  mul,
  of,
  parallel,
  type Parallel,
  parameter,
  parameters,
  prelu,
  type Prelu,
  referenceKernels,
  relu,
  renew,
  residual,
  type Residual,
  type Result,
  scope,
  scopeAsync,
  type Sequential,
  sequential,
  sgd,
  startTraining,
  sum,
  swiglu,
  type Swiglu,
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
      hasType<ActivationName>()(model.layers[1].activation)
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

  it('a list in a sequential is its elements, by run and inside another too', () => {
    onTape(kernels, (empty) => {
      const { value: model, tape } = rightOf(
        sequential(empty, [
          (at) => linear(at, 3, 4),
          activation('gelu'),
          (at) => sequential(at, [(below) => linear(below, 4, 2), flatten()])
        ])
      )
      const same: Sequential<readonly [Linear, Activation, Sequential<readonly [Linear, Flatten]>]> = model
      hasType<3>()(same.layers.length)
      hasType<Variable>()(model.layers[0].weight)
      hasType<Flatten>()(model.layers[2].layers[1])
      hasType<Result<Traced<Sequential<readonly []>>>>()(sequential(empty))
      hasType<Result<Traced<Sequential<readonly []>>>>()(sequential(empty, []))
      const many: ReadonlyArray<Layer> = model.layers
      hasType<Result<Traced<Sequential>>>()(sequential(tape, many))
      hasType<Result<Traced<Sequential>>>()(sequential(tape, ...many))
      const traced = trace(tape, function* (run) {
        const listed = yield* run(sequential, [model.layers[0], activation('tanh')])
        // The elements of a list are told apart where it is written into the call itself.
        hasType<Sequential<ReadonlyArray<Linear | Activation>>>()(listed)
        const spread = yield* run(sequential, model.layers[0], activation('tanh'))
        hasType<Sequential<readonly [Linear, Activation]>>()(spread)
        return spread.layers[0].weight
      })
      hasType<Result<Traced<Variable>>>()(traced)
      neverCompiles(
        // @ts-expect-error three layers
        () => model.layers[3],
        // @ts-expect-error a number is no layer
        () => sequential(empty, [3]),
        // @ts-expect-error one list, not two
        () => sequential(empty, [activation('relu')], [activation('relu')])
      )
    })
  })

  it('layers of layers know what they hold', () => {
    onTape(kernels, (empty) => {
      const both = rightOf(parallel(empty, [(at) => linear(at, 3, 4), activation('relu')], { join: 'concat' })).value
      hasType<Parallel<readonly [Linear, Activation]>>()(both)
      hasType<Variable>()(both.layers[0].weight)
      const around = rightOf(residual(empty, (at) => sequential(at, (below) => linear(below, 3, 3)))).value
      hasType<Residual<Sequential<readonly [Linear]>>>()(around)
      hasType<Variable>()(around.inner.layers[0].weight)
      const deep = rightOf(
        sequential(
          empty,
          (at) => residual(at, (below) => linear(below, 3, 3)),
          (at) => parallel(at, [prelu, (below) => swiglu(below, 3, 4, 3)])
        )
      ).value
      hasType<Sequential<readonly [Residual<Linear>, Parallel<readonly [Prelu, Swiglu]>]>>()(deep)
      neverCompiles(
        // @ts-expect-error no such join
        () => parallel(empty, [prelu], { join: 'sub' }),
        // @ts-expect-error a number is no layer
        () => residual(empty, 3)
      )
    })
  })

  it('an activation takes the settings of its function, and no others', () => {
    hasType<Activation>()(activation('leakyRelu', { slope: 0.2 }))
    hasType<Activation>()(activation('glu', { axis: 1, gate: 'silu' }))
    hasType<Activation>()(activation('celu', { alpha: 2 }))
    const layer = activation('elu', { alpha: 2 })
    const edited = edit(layer, (draft) => {
      draft.activation = 'leakyRelu'
      draft.slope = 0.3
    })
    expect(edited).toEqual({ _tag: 'Activation', activation: 'leakyRelu', alpha: 2, slope: 0.3 })
    neverCompiles(
      // @ts-expect-error relu has no settings
      () => activation('relu', { slope: 0.2 }),
      // @ts-expect-error leakyRelu has no alpha
      () => activation('leakyRelu', { alpha: 0.2 }),
      // @ts-expect-error a slope is a number
      () => activation('leakyRelu', { slope: '0.2' }),
      // @ts-expect-error no such gate
      () => activation('glu', { gate: 'tanh' })
    )
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
