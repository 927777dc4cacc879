/** The gradients of every layer, to its parameters and its input, and their own gradients, against central differences. */
import fc from 'fast-check'
import { pipe } from 'fp-ts/function'
import {
  activation,
  type ActivationName,
  add,
  andThen,
  batchNorm,
  channelDropout,
  custom,
  dropout,
  embedding,
  flatten,
  forward,
  groupNorm,
  type HostTensor,
  instanceNorm,
  type Layer,
  layerNorm,
  linear,
  type Linear,
  linearForward,
  type Maker,
  map,
  mul,
  named,
  of,
  parallel,
  parameter,
  prelu,
  reshapeTo,
  residual,
  type Result,
  rmsNorm,
  sequential,
  type Shape,
  sigmoid,
  swiglu,
  type Tape,
  trace,
  type Traced,
  type Variable
} from 'gradfold'
import { checkModel, shapes, tensors } from 'gradfold/testing'
import { hostTensor } from '../support/hostTensors'
import { runs } from '../support/runs'

/** x sigmoid(factor x) */
const swish: Maker = (tape) =>
  pipe(
    parameter(tape, 0.5, { name: 'factor' }),
    map((factor) =>
      custom('Swish', { factor }, (at, own, x) =>
        pipe(
          mul(at, own.factor, x),
          andThen(sigmoid),
          andThen((later, gate) => mul(later, x, gate))
        )
      )
    )
  )

/** A layer with a layer in it. */
const customResidual: Maker = (tape) =>
  pipe(
    named(tape, 'inner', (inner) => linear(inner, 3, 3)),
    map((inner) =>
      custom('Residual', { inner }, (at, own: { readonly inner: Linear }, x) =>
        pipe(
          linearForward(at, own.inner, x),
          andThen((later, y) => add(later, x, y))
        )
      )
    )
  )

/** A norm with other numbers than the ones and zeros that it begins with. */
const stirred = <L extends Layer & { readonly scale?: Variable; readonly offset?: Variable }>(
  tape: Tape,
  create: Maker<L>
): Result<Traced<L>> =>
  trace(tape, function* (run) {
    const layer = yield* run(create)
    const { scale, offset } = layer
    return {
      ...layer,
      ...(scale && { scale: yield* run(waves, scale.shape, 1) }),
      ...(offset && { offset: yield* run(waves, offset.shape, 2) })
    }
  })

const waves = (tape: Tape, shape: Shape, phase: number) =>
  parameter(tape, {
    shape,
    values: Float64Array.from(
      { length: shape.reduce((size, n) => size * n, 1) },
      (_, i) => 1.5 * Math.sin(2 * i + phase)
    )
  })

const activations: { readonly [K in ActivationName]: K } = {
  celu: 'celu',
  elu: 'elu',
  gelu: 'gelu',
  geluTanh: 'geluTanh',
  glu: 'glu',
  hardSigmoid: 'hardSigmoid',
  hardSwish: 'hardSwish',
  leakyRelu: 'leakyRelu',
  logSoftmax: 'logSoftmax',
  mish: 'mish',
  relu: 'relu',
  selu: 'selu',
  sigmoid: 'sigmoid',
  silu: 'silu',
  softmax: 'softmax',
  softplus: 'softplus',
  tanh: 'tanh'
}

/** Of any rank, from one example without a batch on. */
const anyInputs = tensors({ shape: shapes({ maxRank: 2, maxElements: 4 }).map((batch) => [...batch, 3]) })

type Inputs = fc.Arbitrary<HostTensor>

/** A layer; where it does not take any shape with three features, with what it takes. `random`: it draws its numbers. */
type Row = Maker | { readonly create: Maker; readonly inputs?: Inputs; readonly random?: boolean }

/** Two examples of three or four axes, more than one number for each channel of each: few, for each is moved in turn. */
const placed = (channels: number): Inputs => tensors({ shape: fc.constantFrom([2, 2, channels], [2, 1, 2, channels]) })

const indices: Inputs = fc
  .array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 5 })
  .map((values) => hostTensor([values.length], values, 'int32'))

/** Of three features. A kind of layer without a row is a compile error. */
const kinds: { readonly [K in Layer['_tag']]: Readonly<Record<string, Row>> } = {
  BatchNorm: {
    'in training': { create: (tape) => stirred(tape, (at) => batchNorm(at, 3)), inputs: placed(3) },
    'without parameters': { create: (tape) => batchNorm(tape, 3, { affine: false }), inputs: placed(3) }
  },
  ChannelDropout: {
    'of a half': { create: (tape) => of(tape, channelDropout()), inputs: placed(4), random: true },
    'of all': {
      create: (tape) => sequential(tape, (at) => linear(at, 3, 3), channelDropout({ p: 1 })),
      inputs: placed(3)
    }
  },
  Dropout: {
    'of a half': { create: (tape) => of(tape, dropout()), random: true },
    'of none': (tape) => sequential(tape, (at) => linear(at, 3, 3), dropout({ p: 0 })),
    'of all': (tape) => sequential(tape, (at) => linear(at, 3, 3), dropout({ p: 1 })),
    'between others': {
      create: (tape) => sequential(tape, (at) => linear(at, 3, 4), dropout({ p: 0.2 }), activation('tanh')),
      random: true
    }
  },
  Embedding: {
    'of words': { create: (tape) => embedding(tape, 4, 2), inputs: indices },
    'with a padding that is not there': {
      create: (tape) => embedding(tape, 5, 2, { paddingIndex: -1 }),
      inputs: indices
    }
  },
  GroupNorm: {
    'of two groups': { create: (tape) => stirred(tape, (at) => groupNorm(at, 2, 4)), inputs: placed(4) },
    'of one group': { create: (tape) => stirred(tape, (at) => groupNorm(at, 1, 3)), inputs: placed(3) },
    'without parameters': { create: (tape) => groupNorm(tape, 3, 3, { affine: false }), inputs: placed(3) }
  },
  InstanceNorm: {
    'without parameters': { create: (tape) => instanceNorm(tape, 3), inputs: placed(3) },
    'with parameters': {
      create: (tape) => stirred(tape, (at) => instanceNorm(at, 3, { affine: true })),
      inputs: placed(3)
    }
  },
  LayerNorm: {
    'over one axis': (tape) => stirred(tape, (at) => layerNorm(at, 3)),
    'without parameters': (tape) => layerNorm(tape, [3], { affine: false }),
    'over two axes': {
      create: (tape) => stirred(tape, (at) => layerNorm(at, [2, 3])),
      inputs: tensors({ shape: shapes({ maxRank: 1, maxElements: 3 }).map((batch) => [...batch, 2, 3]) })
    }
  },
  RmsNorm: {
    'over one axis': (tape) => stirred(tape, (at) => rmsNorm(at, 3)),
    'without parameters': (tape) => rmsNorm(tape, 3, { eps: 0.1, affine: false }),
    'over two axes': {
      create: (tape) => stirred(tape, (at) => rmsNorm(at, [2, 3])),
      inputs: tensors({ shape: shapes({ maxRank: 1, maxElements: 3 }).map((batch) => [...batch, 2, 3]) })
    }
  },
  Linear: {
    'with a bias': (tape) => linear(tape, 3, 2),
    'without a bias': (tape) => linear(tape, 3, 2, { bias: false })
  },
  Activation: Object.fromEntries(
    Object.values(activations).map((name): [string, Row] => [
      name,
      { create: (tape) => of(tape, activation(name)), ...(name === 'glu' && { inputs: placed(4) }) }
    ])
  ),
  Flatten: {
    'after the batch': { create: (tape) => of(tape, flatten()), inputs: placed(3) },
    'of the first axes': { create: (tape) => of(tape, flatten({ from: 0, to: -2 })), inputs: placed(3) }
  },
  Parallel: {
    'one after the other': (tape) => parallel(tape, [(at) => linear(at, 3, 2), activation('tanh')]),
    'along the first axis': {
      create: (tape) => parallel(tape, [(at) => linear(at, 3, 3), activation('sigmoid')], { axis: 0 }),
      inputs: placed(3)
    },
    added: (tape) => parallel(tape, [(at) => linear(at, 3, 3), prelu, activation('tanh')], { join: 'add' }),
    multiplied: (tape) => parallel(tape, [(at) => linear(at, 3, 2), (at) => linear(at, 3, 2)], { join: 'mul' }),
    'of one layer twice': (tape) =>
      pipe(
        linear(tape, 3, 3),
        andThen((at, layer) => parallel(at, [layer, layer], { join: 'mul' }))
      )
  },
  Prelu: {
    'of one slope': (tape) => prelu(tape),
    'of three slopes': (tape) => prelu(tape, { channels: 3, slope: -0.5 }),
    'after another layer': (tape) =>
      sequential(
        tape,
        (at) => linear(at, 3, 4),
        (at) => prelu(at, { channels: 4 })
      )
  },
  ReshapeTo: {
    'two axes': { create: (tape) => of(tape, reshapeTo([3, -1])), inputs: placed(3) },
    'and back': { create: (tape) => sequential(tape, [reshapeTo([-1]), reshapeTo([-1, 3])]), inputs: placed(3) }
  },
  Residual: {
    'of a linear layer': (tape) => residual(tape, (at) => linear(at, 3, 3)),
    'of a sequential': (tape) =>
      residual(tape, (at) =>
        sequential(at, [(below) => linear(below, 3, 2), activation('gelu'), (below) => linear(below, 2, 3)])
      ),
    'of another': (tape) => residual(tape, (at) => residual(at, activation('tanh')))
  },
  Swiglu: {
    'without biases': (tape) => swiglu(tape, 3, 4, 2),
    'with biases': (tape) => swiglu(tape, 3, 2, 3, { bias: true })
  },
  Sequential: {
    'of nothing but activations': (tape) => sequential(tape, activation('tanh'), activation('softmax')),
    'in another': (tape) =>
      sequential(
        tape,
        (at) => linear(at, 3, 4),
        activation('relu'),
        (at) =>
          sequential(
            at,
            (below) => linear(below, 4, 2, { bias: false }),
            activation('sigmoid'),
            (below) => linear(below, 2, 2)
          )
      ),
    'with one layer twice': (tape) =>
      pipe(
        linear(tape, 3, 3),
        andThen((at, layer) => sequential(at, layer, activation('tanh'), layer))
      )
  },
  Custom: {
    'with a parameter': swish,
    'with a layer in it': customResidual,
    'among others': (tape) => sequential(tape, (at) => linear(at, 3, 2), swish, activation('logSoftmax'))
  }
}

const rows = Object.entries(kinds).flatMap(([kind, makers]) =>
  Object.entries(makers).map(([which, row]) => ({
    kind,
    which,
    inputs: anyInputs,
    random: false,
    ...(typeof row === 'function' ? { create: row } : row)
  }))
)

describe('the gradients of a layer', () => {
  it.each(rows)('are right: $kind, $which', ({ create, inputs, random }) => {
    fc.assert(fc.property(inputs, checkModel(create, forward, { random })), { numRuns: runs(8) })
  })
})
