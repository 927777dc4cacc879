/** The gradients of every layer, to its parameters and its input, and their own gradients, against central differences. */
import fc from 'fast-check'
import { pipe } from 'fp-ts/function'
import {
  activation,
  type ActivationName,
  add,
  andThen,
  custom,
  forward,
  type Layer,
  linear,
  type Linear,
  linearForward,
  type Maker,
  map,
  mul,
  named,
  of,
  parameter,
  sequential,
  sigmoid
} from 'gradfold'
import { checkModel, shapes, tensors } from 'gradfold/testing'
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
const residual: Maker = (tape) =>
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

const activations: { readonly [K in ActivationName]: K } = {
  relu: 'relu',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  softmax: 'softmax',
  logSoftmax: 'logSoftmax'
}

/** Of three features. A kind of layer without a row is a compile error. */
const kinds: { readonly [K in Layer['_tag']]: Readonly<Record<string, Maker>> } = {
  Linear: {
    'with a bias': (tape) => linear(tape, 3, 2),
    'without a bias': (tape) => linear(tape, 3, 2, { bias: false })
  },
  Activation: Object.fromEntries(
    Object.values(activations).map((name): [string, Maker] => [name, (tape) => of(tape, activation(name))])
  ),
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
    'with a layer in it': residual,
    'among others': (tape) => sequential(tape, (at) => linear(at, 3, 2), swish, activation('logSoftmax'))
  }
}

const rows = Object.entries(kinds).flatMap(([kind, makers]) =>
  Object.entries(makers).map(([which, create]) => ({ kind, which, create }))
)

/** Of any rank, from one example without a batch on. */
const inputs = tensors({ shape: shapes({ maxRank: 2, maxElements: 4 }).map((batch) => [...batch, 3]) })

describe('the gradients of a layer', () => {
  it.each(rows)('are right: $kind, $which', ({ create }) => {
    fc.assert(fc.property(inputs, checkModel(create, forward)), { numRuns: runs(8) })
  })
})
