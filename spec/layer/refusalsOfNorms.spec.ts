import {
  constant,
  forward,
  groupNorm,
  groupNormForward,
  instanceNorm,
  instanceNormForward,
  type Layer,
  layerNorm,
  layerNormForward,
  type Maker,
  named,
  parameters,
  referenceKernels,
  release,
  type Result,
  rmsNorm,
  rmsNormForward,
  type Shape,
  startTape,
  type Tape,
  trace,
  type Traced,
  uniform
} from 'gradfold'
import { onTape } from '../support/leaks'
import { refused } from '../support/refused'
import { rightOf } from '../support/results'

type Norm = Extract<Layer, { readonly _tag: 'LayerNorm' | 'GroupNorm' | 'InstanceNorm' | 'RmsNorm' }>

describe('a norm refuses', () => {
  const makers: ReadonlyArray<
    readonly [name: string, argument: string, (tape: Tape, size: number) => Result<Traced<unknown>>]
  > = [
    ['layerNorm', 'features', (tape, size) => layerNorm(tape, size)],
    ['layerNorm', 'shape[1]', (tape, size) => layerNorm(tape, [2, size])],
    ['rmsNorm', 'features', (tape, size) => rmsNorm(tape, size)],
    ['groupNorm', 'groups', (tape, size) => groupNorm(tape, size, 4)],
    ['groupNorm', 'channels', (tape, size) => groupNorm(tape, 1, size)],
    ['instanceNorm', 'channels', (tape, size) => instanceNorm(tape, size)]
  ]

  it.each(makers)('%s of %s that are no size', (operation, argument, make) => {
    onTape(referenceKernels(), (tape) => {
      for (const value of [0, -2, 1.5, NaN, Infinity]) {
        const error = refused(tape, (at) => named(at, 'norm', (inner) => make(inner, value)))
        expect(error).toMatchObject({ _tag: 'InvalidArgument', operation, argument, value, path: 'norm' })
        expect(error.message).toContain(`not ${value}`)
      }
    })
  })

  it('an eps that is negative or no number, no axis, and groups that do not divide the channels', () => {
    onTape(referenceKernels(), (tape) => {
      for (const value of [-1e-5, NaN, Infinity]) {
        const all: ReadonlyArray<(at: Tape) => Result<unknown>> = [
          (at) => layerNorm(at, 2, { eps: value }),
          (at) => rmsNorm(at, 2, { eps: value }),
          (at) => groupNorm(at, 1, 2, { eps: value }),
          (at) => instanceNorm(at, 2, { eps: value })
        ]
        for (const make of all) {
          const error = refused(tape, make)
          expect(error).toMatchObject({ _tag: 'InvalidArgument', argument: 'eps', value })
          expect(error.message).toContain(`it is ${value}`)
        }
      }
      expect(refused(tape, (at) => layerNorm(at, []))).toMatchObject({ operation: 'layerNorm', argument: 'shape' })
      expect(refused(tape, (at) => rmsNorm(at, []))).toMatchObject({ operation: 'rmsNorm', argument: 'shape' })
      const error = refused(tape, (at) => groupNorm(at, 3, 4))
      expect(error).toMatchObject({ _tag: 'InvalidArgument', operation: 'groupNorm', argument: 'groups', value: 3 })
      expect(error.message).toContain('3 groups do not divide 4 channels')
      expect(refused(tape, (at) => layerNorm(at, [2 ** 31, 2 ** 31]))._tag).toBe('InvalidShape')
    })
  })

  const forwards: ReadonlyArray<
    readonly [operation: string, shape: Shape, tag: string, says: string, make: Maker<Norm>]
  > = [
    ['layerNormForward', [2, 3], 'ShapeMismatch', 'make the layer for [3]', (tape) => layerNorm(tape, 4)],
    ['layerNormForward', [3], 'ShapeMismatch', 'takes [2, 3]', (tape) => layerNorm(tape, [2, 3])],
    ['layerNormForward', [], 'ShapeMismatch', 'x is []', (tape) => layerNorm(tape, 1)],
    ['rmsNormForward', [3, 4], 'ShapeMismatch', 'takes [3]', (tape) => rmsNorm(tape, 3)],
    ['groupNormForward', [4], 'DimensionError', 'not [4]', (tape) => groupNorm(tape, 2, 4)],
    ['groupNormForward', [2, 4, 3], 'ShapeMismatch', 'channels come first', (tape) => groupNorm(tape, 2, 4)],
    ['groupNormForward', [3, 4], 'InvalidShape', 'one number alone', (tape) => groupNorm(tape, 4, 4)],
    ['instanceNormForward', [3, 4], 'DimensionError', 'places', (tape) => instanceNorm(tape, 4)],
    ['instanceNormForward', [2, 4, 3], 'ShapeMismatch', 'with 3 channels', (tape) => instanceNorm(tape, 4)],
    ['instanceNormForward', [2, 1, 1, 4], 'InvalidShape', 'more than one place', (tape) => instanceNorm(tape, 4)]
  ]

  it.each(forwards)('%s of %j: %s', (operation, shape, tag, says, make) => {
    onTape(referenceKernels(), (start) => {
      const { value, tape } = rightOf(
        trace(start, function* (run) {
          return { layer: yield* run(make), x: yield* run(uniform, shape) }
        })
      )
      const error = refused(tape, (at) => named(at, 'norm', (inner) => forward(inner, value.layer, value.x)))
      expect(error).toMatchObject({ _tag: tag, operation, path: 'norm' })
      expect(error.message).toContain(says)
    })
  })

  it('whole numbers, other tapes, and released parameters', () => {
    onTape(referenceKernels(), (start) => {
      const { value, tape } = rightOf(
        trace(start, function* (run) {
          return {
            layer: yield* run(layerNorm, 2),
            rms: yield* run(rmsNorm, 2),
            group: yield* run(groupNorm, 1, 2),
            instance: yield* run((at) => instanceNorm(at, 2, { affine: true })),
            whole: yield* run((at) =>
              constant(
                at,
                [
                  [
                    [1, 2],
                    [3, 4]
                  ]
                ],
                { dtype: 'int32' }
              )
            ),
            x: yield* run(constant, [
              [
                [1, 2],
                [3, 4]
              ]
            ])
          }
        })
      )
      const { layer, rms, group, instance, whole, x } = value
      const other = rightOf(
        constant(startTape(tape.kernels), [
          [
            [1, 2],
            [3, 4]
          ]
        ])
      ).value
      const all: ReadonlyArray<(at: Tape, input: typeof x) => Result<unknown>> = [
        (at, input) => layerNormForward(at, layer, input),
        (at, input) => rmsNormForward(at, rms, input),
        (at, input) => groupNormForward(at, group, input),
        (at, input) => instanceNormForward(at, instance, input)
      ]
      for (const apply of all) {
        expect(refused(tape, (at) => apply(at, whole))).toMatchObject({ _tag: 'DtypeError', dtypes: ['int32'] })
        expect(refused(tape, (at) => apply(at, other))._tag).toBe('ForeignVariable')
      }
      release([layer, rms, group, instance].flatMap((one) => parameters(one).map(({ variable }) => variable)))
      for (const apply of all) expect(refused(tape, (at) => apply(at, x))._tag).toBe('Released')
    })
  })
})
