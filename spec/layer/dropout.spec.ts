import fc from 'fast-check'
import {
  backward,
  channelDropout,
  channelDropoutForward,
  constant,
  dropout,
  dropoutForward,
  evaluation,
  fill,
  forward,
  type HostTensor,
  lift,
  named,
  parameter,
  referenceKernels,
  type Result,
  sequential,
  shapesKernels,
  sum,
  type Tape,
  trace,
  type Traced,
  uniform,
  type Variable
} from 'gradfold'
import { shapes, tensors } from 'gradfold/testing'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { gradientFor, numbersOf } from '../support/numbers'
import { refused } from '../support/refused'
import { rightOf } from '../support/results'
import { runs } from '../support/runs'

interface Kind {
  readonly name: string
  readonly apply: (tape: Tape, p: number, x: Variable) => Result<Traced<Variable>>
}

const kinds: ReadonlyArray<Kind> = [
  { name: 'dropout', apply: (tape, p, x) => dropoutForward(tape, dropout({ p }), x) },
  { name: 'channelDropout', apply: (tape, p, x) => channelDropoutForward(tape, channelDropout({ p }), x) }
]

/** Of images, and of rows of features: both kinds take them. */
const inputs: fc.Arbitrary<HostTensor> = tensors({ shape: shapes({ minRank: 2, maxRank: 4, maxElements: 60 }) })

/** y and the gradient of its sum to x. */
const applied = (tape: Tape, kind: Kind, p: number, x: HostTensor) => {
  const { value } = rightOf(
    trace(tape, function* (run) {
      const input = yield* run(parameter, x)
      const y = yield* run(kind.apply, p, input)
      const total = yield* run(sum, y)
      const gradients = yield* run((at) => lift(at, backward(at, total)))
      return { y: numbersOf(y), shape: y.shape, slopes: gradientFor(gradients, input).values }
    })
  )
  return { ...value, slopes: Array.from(value.slopes) }
}

describe('a layer of dropout', () => {
  it('is a plain record, of a half by default', () => {
    expect(dropout()).toEqual({ _tag: 'Dropout', p: 0.5 })
    expect(channelDropout({ p: 0.1 })).toEqual({ _tag: 'ChannelDropout', p: 0.1 })
  })

  it('draws nothing on kernels without numbers', () => {
    onTape(shapesKernels(), (tape) => {
      const y = trace(tape, function* (run) {
        const x = yield* run(uniform, [1_000_000, 1_000_000])
        return yield* run(forward, channelDropout(), yield* run(forward, dropout(), x))
      })
      expect(rightOf(y).value.shape).toEqual([1_000_000, 1_000_000])
    })
  })

  it.each(kinds)('keeps the expectation of x: $name', ({ apply }) => {
    const n = 20_000
    for (const p of [0.1, 0.5, 0.9]) {
      onTape(referenceKernels(), (tape) => {
        const y = trace(tape, function* (run) {
          return yield* run(apply, p, yield* run(fill, [n / 4, 4], 1))
        })
        const values = numbersOf(rightOf(y).value)
        const mean = values.reduce((total, value) => total + value, 0) / n
        // Each has the variance p / (1 - p).
        expect(Math.abs(mean - 1)).toBeLessThan(4 * Math.sqrt(p / (1 - p) / n))
      })
    }
  })

  it('takes one key where it draws, and none where it does not', () => {
    const next = (layer: ReturnType<typeof dropout>, isTraining = true): ReadonlyArray<number> =>
      onTape(referenceKernels(), (tape) => {
        const drawn = trace(isTraining ? tape : evaluation(tape), function* (run) {
          yield* run(dropoutForward, layer, yield* run(fill, [4], 1))
          return yield* run(uniform, [3])
        })
        return numbersOf(rightOf(drawn).value)
      })
    const untouched = onTape(referenceKernels(), (tape) => numbersOf(rightOf(uniform(tape, [3])).value))
    expect(next(dropout({ p: 0 }))).toEqual(untouched)
    expect(next(dropout({ p: 1 }))).toEqual(untouched)
    expect(next(dropout(), false)).toEqual(untouched)
    expect(next(dropout())).not.toEqual(untouched)
  })

  it('draws other numbers in the next layer, and with another seed', () => {
    const both = (seed: number): ReadonlyArray<ReadonlyArray<number>> =>
      onTape(
        referenceKernels(),
        (tape) => {
          const { value } = rightOf(
            trace(tape, function* (run) {
              const x = yield* run(fill, [64], 1)
              return [yield* run(forward, dropout(), x), yield* run(forward, dropout(), x)]
            })
          )
          return value.map(numbersOf)
        },
        { seed }
      )
    const [first, second] = both(1)
    expect(second).not.toEqual(first)
    expect(both(1)).toEqual([first, second])
    expect(both(2)[0]).not.toEqual(first)
  })

  it.each(kinds)('drops the same on every kernel set: $name', (kind) => {
    fc.assert(
      fc.property(inputs, fc.nat(), (x, seed) => {
        const kept = kernelSets.map(({ create }) =>
          onTape(create(), (tape) => applied(tape, kind, 0.375, x).slopes, { seed })
        )
        for (const other of kept) expect(other).toEqual(kept[0])
      }),
      { numRuns: runs(20) }
    )
  })
})

describe.each(kernelSets)('dropout on $name', ({ create }) => {
  const kernels = create()

  it.each(kinds)('divides what it keeps by 1 - p, and the gradient with it: $name', (kind) => {
    fc.assert(
      fc.property(inputs, fc.constantFrom(0.2, 0.5, 0.75), fc.nat(), (x, p, seed) => {
        onTape(
          kernels,
          (tape) => {
            const { y, shape, slopes } = applied(tape, kind, p, x)
            expect(shape).toEqual(x.shape)
            slopes.forEach((slope, i) => {
              if (slope !== 0) expect(slope).toBeCloseTo(1 / (1 - p), 6)
              expect(y[i]).toBeCloseTo(slope * x.values[i]!, 4)
            })
          },
          { seed }
        )
      }),
      { numRuns: runs(30) }
    )
  })

  it('of channels keeps or drops all places of a channel of an example together', () => {
    fc.assert(
      fc.property(inputs, fc.nat(), (x, seed) => {
        onTape(
          kernels,
          (tape) => {
            const { slopes } = applied(tape, kinds[1]!, 0.5, x)
            const [examples, channels] = [x.shape[0]!, x.shape.at(-1)!]
            const places = slopes.length / Math.max(1, examples * channels)
            slopes.forEach((slope, i) => {
              const example = Math.floor(i / (places * channels))
              expect(slope).toBe(slopes[example * places * channels + (i % channels)])
            })
          },
          { seed }
        )
      }),
      { numRuns: runs(30) }
    )
    onTape(kernels, (tape) => {
      const all = trace(tape, function* (run) {
        return yield* run(forward, channelDropout(), yield* run(fill, [16, 2, 16], 1))
      })
      // Which channels go differs from example to example.
      const values = numbersOf(rightOf(all).value)
      const rows = Array.from({ length: 16 }, (_, i) => values.slice(32 * i, 32 * i + 16).join())
      expect(new Set(rows).size).toBeGreaterThan(10)
    })
  })

  it.each(kinds)('of p = 0, and in evaluation, is x itself: $name', ({ apply }) => {
    onTape(kernels, (tape) => {
      const x = rightOf(uniform(tape, [2, 3]))
      for (const [at, p] of [
        [x.tape, 0],
        [evaluation(x.tape), 0.5],
        [evaluation(x.tape), 1]
      ] as const) {
        const y = rightOf(apply(at, p, x.value))
        expect(y.value).toBe(x.value)
        expect(y.tape).toBe(at)
      }
    })
  })

  it.each(kinds)('of p = 1 is 0 with a gradient of 0, of the infinite and NaN, too: $name', (kind) => {
    onTape(kernels, (tape) => {
      const x: HostTensor = { shape: [1, 4], dtype: 'float32', values: Float32Array.of(1, -2, Infinity, NaN) }
      expect(applied(tape, kind, 1, x)).toEqual({ shape: [1, 4], y: [0, 0, 0, 0], slopes: [0, 0, 0, 0] })
    })
  })
})

describe('dropout refuses', () => {
  it.each([-0.1, 1.5, 50, NaN, Infinity])('p = %d, in training and in evaluation', (p) => {
    onTape(referenceKernels(), (start) => {
      const { value: x, tape } = rightOf(constant(start, [[1, 2]]))
      for (const at of [tape, evaluation(tape)]) {
        for (const { name, apply } of kinds) {
          const error = refused(at, (next) => named(next, 'head', (inner) => apply(inner, p, x)))
          const operation = `${name}Forward`
          expect(error).toMatchObject({ _tag: 'InvalidArgument', operation, path: 'head', argument: 'p', value: p })
          expect(error.message).toContain(`p is ${p}`)
          expect(error.message.includes('per cent are 0.5')).toBe(p === 50)
        }
      }
    })
  })

  it('whole numbers, a variable of another tape, and channels without examples', () => {
    onTape(referenceKernels(), (start) => {
      const { value: x, tape } = rightOf(constant(start, [[1, 2]], { dtype: 'int32' }))
      for (const at of [tape, evaluation(tape)]) {
        for (const { name, apply } of kinds) {
          const error = refused(at, (next) => apply(next, 0.5, x))
          expect(error).toMatchObject({ _tag: 'DtypeError', operation: `${name}Forward`, dtypes: ['int32'] })
        }
      }
      const vector = rightOf(constant(tape, [1, 2]))
      const error = refused(vector.tape, (at) => channelDropoutForward(at, channelDropout(), vector.value))
      expect(error).toMatchObject({ _tag: 'DimensionError', operation: 'channelDropoutForward', shape: [2] })
      const foreign = refused(tape, (at) => dropoutForward(at, dropout(), vector.value))
      expect(foreign._tag).toBe('ForeignVariable')
    })
  })

  it('within a sequential under its place', () => {
    onTape(referenceKernels(), (start) => {
      const { value, tape } = rightOf(
        trace(start, function* (run) {
          return { model: yield* run(sequential, dropout({ p: 0 }), dropout({ p: 2 })), x: yield* run(constant, [1]) }
        })
      )
      expect(refused(tape, (at) => forward(at, value.model, value.x))).toMatchObject({ argument: 'p', path: '1' })
    })
  })
})
