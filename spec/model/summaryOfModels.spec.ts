/** Rows of models that are no layers, or hold them in other ways. */
import {
  activation,
  buffer,
  custom,
  gather,
  type Layer,
  linear,
  linearForward,
  mul,
  named,
  parameter,
  parameterCount,
  relu,
  residual,
  sequential,
  shapesKernels,
  startTape,
  summary,
  type Tape,
  trace
} from 'gradfold'
import { leftOf, rightOf } from '../support/results'

const shapesTape = (): Tape => startTape(shapesKernels())

describe('summary of models that are no layers', () => {
  const hand = (tape: Tape) =>
    trace(tape, function* (run) {
      return {
        encoder: yield* run(linear, 4, 3),
        head: yield* run(linear, 3, 2),
        spare: yield* run(linear, 7, 7),
        steps: yield* run(buffer, [0, 0])
      }
    })

  it('takes what the model does, and knows the layers by their parameters', () => {
    const model = rightOf(hand(shapesTape())).value
    const { rows, totals } = rightOf(
      summary(model, [5, 4], {
        forward: (tape, { encoder, head }, x) =>
          trace(tape, function* (run) {
            const hidden = yield* run(relu, yield* run(linearForward, encoder, x))
            return yield* run(linearForward, head, hidden)
          })
      })
    )
    expect(
      rows.map(({ path, kind, output, parameters, buffers }) => [path, kind, output, parameters, buffers])
    ).toEqual([
      // Not a part of any layer, and so at the model's own path, as the buffer that nothing uses.
      ['encoder', 'Linear', [5, 3], 15, 0],
      ['', 'relu', [5, 3], 0, 2],
      ['head', 'Linear', [5, 2], 8, 0],
      ['spare', 'Linear', undefined, 56, 0]
    ])
    expect(totals.parameters).toBe(parameterCount(model))
  })

  it('has the rows of named parts, and one for a layer that is used twice', () => {
    const model = rightOf(linear(shapesTape(), 3, 3)).value
    const { rows } = rightOf(
      summary({ shared: model }, [2, 3], {
        forward: (tape, { shared }, x) =>
          trace(tape, function* (run) {
            const once = yield* run((at) => named(at, 'shared', (inner) => linearForward(inner, shared, x)))
            const grown = yield* run((at) => named(at, 'between', (inner) => mul(inner, once, 2)))
            return yield* run((at) => named(at, 'shared', (inner) => linearForward(inner, shared, grown)))
          })
      })
    )
    expect(rows.map(({ path, kind, parameters, multiplyAdds }) => [path, kind, parameters, multiplyAdds])).toEqual([
      ['shared', 'Linear', 12, 36],
      ['between', 'mul', 0, 0]
    ])
  })

  it('counts a variable in two places once, where it is used first', () => {
    const layer = rightOf(linear(shapesTape(), 3, 3)).value
    const tied: Layer = { _tag: 'Sequential', layers: [layer, activation('relu'), layer] }
    const { rows, totals } = rightOf(summary(tied, [2, 3]))
    expect(rows.map(({ path, parameters, multiplyAdds }) => [path, parameters, multiplyAdds])).toEqual([
      ['0', 12, 18],
      ['1', 0, 0],
      ['2', 0, 18]
    ])
    expect(totals.parameters).toBe(12)
  })

  it('names what holds layers where it records something itself', () => {
    const model = rightOf(
      sequential(shapesTape(), (tape) => residual(tape, (at) => linear(at, 3, 3)), activation('relu'))
    ).value
    const rows = rightOf(summary(model, [2, 3])).rows.map(({ path, kind, parameters }) => [path, kind, parameters])
    expect(rows).toEqual([
      ['0.inner', 'Linear', 12],
      ['0', 'Residual', 0],
      ['1', 'relu', 0]
    ])
  })

  it('takes indices', () => {
    const table = rightOf(parameter(shapesTape(), { shape: [10, 4], values: new Float32Array(40) })).value
    const embed = custom('Lookup', { table }, (tape, own, x) => gather(tape, own.table, x))
    const { rows } = rightOf(summary(embed, [2, 7], { dtype: 'int32' }))
    expect(rows).toMatchObject([{ path: '', kind: 'Lookup', output: [2, 7, 4], parameters: 40 }])
    expect(leftOf(summary(embed, [2, 7]))._tag).toBe('DtypeError')
  })
})
