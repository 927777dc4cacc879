/** Layer, group, instance and RMS norm, each against its definition, number by number. */
import fc from 'fast-check'
import {
  constant,
  evaluation,
  forward,
  groupNorm,
  type HostTensor,
  instanceNorm,
  type Layer,
  layerNorm,
  type Maker,
  named,
  parameter,
  parameters,
  referenceKernels,
  type Result,
  rmsNorm,
  type Shape,
  shapesKernels,
  type Tape,
  trace,
  type Traced,
  uniform
} from 'gradfold'
import { shapes, tensors } from 'gradfold/testing'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { rightOf } from '../support/results'
import { runs } from '../support/runs'

type Norm = Extract<Layer, { readonly _tag: 'LayerNorm' | 'GroupNorm' | 'InstanceNorm' | 'RmsNorm' }>

interface Kind {
  readonly name: string
  /** Shapes of x and what makes a layer for them. */
  readonly cases: fc.Arbitrary<{ readonly shape: Shape; readonly create: Maker<Norm> }>
  /** Which numbers are normalised together: the same key, the same mean. */
  readonly keyOf: (layer: Norm, shape: Shape, i: number) => string
}

const product = (shape: Shape): number => shape.reduce((size, n) => size * n, 1)
const eps = 0.25

const overLastAxes = (create: (tape: Tape, shape: Shape, affine: boolean) => Result<Traced<Norm>>): Kind['cases'] =>
  fc
    .record({ shape: shapes({ minRank: 1, minSize: 1, maxElements: 40 }), affine: fc.boolean() })
    .chain(({ shape, affine }) =>
      fc.integer({ min: 1, max: shape.length }).map((count) => ({
        shape,
        create: (tape) => create(tape, shape.slice(-count), affine)
      }))
    )

const ofLastAxes: Kind['keyOf'] = (layer, _, i) => `${Math.floor(i / ('shape' in layer ? product(layer.shape) : NaN))}`

const ofChannels =
  (sizeOf: (layer: Norm) => number): Kind['keyOf'] =>
  (layer, shape, i) => {
    const channels = shape.at(-1)!
    const example = Math.floor(i / product(shape.slice(1)))
    return `${example} ${Math.floor((i % channels) / sizeOf(layer))}`
  }

const placed = (minRank: number): fc.Arbitrary<Shape> =>
  shapes({ minRank: minRank - 2, maxRank: 2, minSize: 2, maxElements: 9 }).chain((places) =>
    fc.integer({ min: 0, max: 2 }).map((examples) => [examples, ...places])
  )

const kinds: ReadonlyArray<Kind> = [
  {
    name: 'layerNorm',
    cases: overLastAxes((tape, shape, affine) => layerNorm(tape, shape, { eps, affine })),
    keyOf: ofLastAxes
  },
  {
    name: 'rmsNorm',
    cases: overLastAxes((tape, shape, affine) => rmsNorm(tape, shape, { eps, affine })),
    keyOf: ofLastAxes
  },
  {
    name: 'groupNorm',
    cases: fc
      .record({
        leading: placed(2),
        groups: fc.integer({ min: 1, max: 3 }),
        size: fc.integer({ min: 2, max: 3 }),
        affine: fc.boolean()
      })
      .map(({ leading, groups, size, affine }) => ({
        shape: [...leading, groups * size],
        create: (tape) => groupNorm(tape, groups, groups * size, { eps, affine })
      })),
    keyOf: ofChannels((layer) => (layer._tag === 'GroupNorm' ? layer.channels / layer.groups : NaN))
  },
  {
    name: 'instanceNorm',
    cases: fc
      .record({ leading: placed(3), channels: fc.integer({ min: 1, max: 4 }), affine: fc.boolean() })
      .map(({ leading, channels, affine }) => ({
        shape: [...leading, channels],
        create: (tape) => instanceNorm(tape, channels, { eps, affine })
      })),
    keyOf: ofChannels(() => 1)
  }
]

/** By its definition; scale and offset go along the last numbers. */
const byHand = (
  kind: Kind,
  layer: Norm,
  x: HostTensor,
  scale: ReadonlyArray<number>,
  offset: ReadonlyArray<number>
) => {
  const values = Array.from(x.values)
  const keys = values.map((_, i) => kind.keyOf(layer, x.shape, i))
  return values.map((value, i) => {
    const together = values.filter((_, j) => keys[j] === keys[i])
    const mean = layer._tag === 'RmsNorm' ? 0 : together.reduce((sum, other) => sum + other, 0) / together.length
    const variance = together.reduce((sum, other) => sum + (other - mean) ** 2, 0) / together.length
    const standard = (value - mean) / Math.sqrt(variance + eps)
    return standard * (scale[i % scale.length] ?? 1) + (offset[i % offset.length] ?? 0)
  })
}

/** The layer with other parameters than ones and zeros, and their numbers. */
const stirred = (tape: Tape, layer: Norm) =>
  trace(tape, function* (run) {
    const size = layer.scale === undefined ? 0 : product(layer.scale.shape)
    const scale = Array.from({ length: size }, (_, i) => 1 + i / 4)
    const offset = 'offset' in layer ? scale.map((_, i) => i / 8 - 0.5) : []
    const shape = layer.scale?.shape ?? []
    const placed: Norm = {
      ...layer,
      ...(layer.scale && { scale: yield* run(parameter, { shape, values: Float64Array.from(scale) }) }),
      ...('offset' in layer && { offset: yield* run(parameter, { shape, values: Float64Array.from(offset) }) })
    }
    return { layer: placed, scale, offset }
  })

describe.each(kinds)('$name', (kind) => {
  it.each(kernelSets)('is its definition on $name, in training and in evaluation', ({ create }) => {
    const kernels = create()
    const given = kind.cases.chain(({ shape, create: make }) => fc.tuple(tensors({ shape }), fc.constant(make)))
    fc.assert(
      fc.property(given, ([x, make]) => {
        onTape(kernels, (tape) => {
          const { value, tape: next } = rightOf(
            trace(tape, function* (run) {
              const made = yield* run(stirred, yield* run(make))
              return { ...made, input: yield* run(constant, x) }
            })
          )
          const y = rightOf(forward(next, value.layer, value.input)).value
          expect(y.shape).toEqual(x.shape)
          const wanted = byHand(kind, value.layer, x, value.scale, value.offset)
          numbersOf(y).forEach((number, i) => {
            expect(Math.abs(number - wanted[i]!)).toBeLessThan(1e-4 * Math.max(1, Math.abs(wanted[i]!)))
          })
          expect(numbersOf(rightOf(forward(evaluation(next), value.layer, value.input)).value)).toEqual(numbersOf(y))
        })
      }),
      { numRuns: runs(40) }
    )
  })
})

describe('a norm', () => {
  it('begins as nothing but the norm, with parameters that it names', () => {
    onTape(referenceKernels(), (tape) => {
      const all = named(tape, 'norm', (at) =>
        trace(at, function* (run) {
          return [
            yield* run(layerNorm, 3),
            yield* run(layerNorm, [2, 3], { affine: false }),
            yield* run(groupNorm, 2, 4),
            yield* run(instanceNorm, 2),
            yield* run(instanceNorm, 2, { affine: true }),
            yield* run(rmsNorm, 3),
            yield* run(rmsNorm, 3, { affine: false })
          ]
        })
      )
      const layers = rightOf(all).value
      const [layer, bare, group, instance, affine, rms, plain] = layers
      expect(bare).toEqual({ _tag: 'LayerNorm', shape: [2, 3], eps: 1e-5 })
      expect(instance).toEqual({ _tag: 'InstanceNorm', channels: 2, eps: 1e-5 })
      expect(plain).toEqual({ _tag: 'RmsNorm', shape: [3], eps: 2 ** -23 })
      expect(layer).toMatchObject({ _tag: 'LayerNorm', shape: [3], eps: 1e-5 })
      expect(group).toMatchObject({ _tag: 'GroupNorm', groups: 2, channels: 4, eps: 1e-5 })
      for (const one of [layer, group, affine]) {
        expect(parameters(one).map(({ path }) => path)).toEqual(['scale', 'offset'])
        expect(parameters(one).map(({ variable }) => variable.path)).toEqual(['norm.scale', 'norm.offset'])
        expect(parameters(one).map(({ variable }) => [...new Set(numbersOf(variable))])).toEqual([[1], [0]])
      }
      expect(parameters(rms).map(({ path, variable }) => [path, ...numbersOf(variable)])).toEqual([['scale', 1, 1, 1]])
    })
  })

  it('of equal numbers is the offset, without a division by 0', () => {
    onTape(referenceKernels(), (tape) => {
      const y = trace(tape, function* (run) {
        const x = yield* run(constant, [
          [
            [5, 5],
            [5, 5]
          ]
        ])
        const layers: ReadonlyArray<Norm> = [
          yield* run(layerNorm, [2, 2]),
          yield* run(groupNorm, 1, 2),
          yield* run(instanceNorm, 2)
        ]
        const all = []
        for (const layer of layers) all.push(yield* run(forward, layer, x))
        const zero = yield* run(constant, [0, 0])
        return [...all, yield* run(forward, yield* run(rmsNorm, 2), zero)]
      })
      for (const value of rightOf(y).value) expect(new Set(numbersOf(value))).toEqual(new Set([0]))
    })
  })

  it('computes shapes where there are no numbers', () => {
    onTape(shapesKernels(), (tape) => {
      const y = trace(tape, function* (run) {
        let x = yield* run(uniform, [64, 1000, 1000, 512])
        const layers = [
          yield* run(layerNorm, [1000, 512]),
          yield* run(groupNorm, 32, 512),
          yield* run(instanceNorm, 512, { affine: true }),
          yield* run(rmsNorm, 512)
        ]
        for (const layer of layers) x = yield* run(forward, layer, x)
        return x
      })
      expect(rightOf(y).value.shape).toEqual([64, 1000, 1000, 512])
    })
  })
})
