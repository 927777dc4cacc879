import fc from 'fast-check'
import {
  backward,
  constant,
  embedding,
  embeddingForward,
  forward,
  gather,
  lift,
  linear,
  mul,
  named,
  ones,
  referenceKernels,
  sequential,
  shapesKernels,
  startTape,
  sum,
  trace,
  uniform,
  xavierUniform
} from 'gradfold'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { gradientFor, numbersOf } from '../support/numbers'
import { refused } from '../support/refused'
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'
import { momentsOf } from '../support/statistics'

describe('embedding', () => {
  it('makes a table [count, features], of the standard normal distribution', () => {
    onTape(referenceKernels(), (tape) => {
      const { value, tape: next } = rightOf(named(tape, 'words', (inner) => embedding(inner, 200, 100)))
      expect(value).toEqual({ _tag: 'Embedding', count: 200, features: 100, weight: value.weight })
      expect([value.weight.shape, value.weight.path, next.length]).toEqual([[200, 100], 'words.weight', 1])
      const { mean, variance } = momentsOf(numbersOf(value.weight))
      // Standard errors for n = 20,000: 1 / sqrt(n) and sqrt(2 / n).
      expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(20_000))
      expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / 20_000))
    })
  })

  it('takes an initialiser, with fanIn as its features and fanOut as its count', () => {
    onTape(referenceKernels(), (tape) => {
      expect(numbersOf(rightOf(embedding(tape, 2, 2, { init: ones })).value.weight)).toEqual([1, 1, 1, 1])
      const table = numbersOf(rightOf(embedding(tape, 200, 100, { init: xavierUniform })).value.weight)
      const bound = Math.sqrt(6 / 300)
      expect(Math.max(...table)).toBeLessThanOrEqual(bound)
      expect(Math.max(...table)).toBeGreaterThan(0.99 * bound)
    })
  })

  it.each([
    [0, 0],
    [-1, 2],
    [-3, 0]
  ])('begins with 0 in the row of the padding %d', (paddingIndex, row) => {
    onTape(referenceKernels(), (tape) => {
      const { value } = rightOf(embedding(tape, 3, 2, { paddingIndex }))
      expect(value.paddingIndex).toBe(row)
      const plain = numbersOf(rightOf(embedding(tape, 3, 2)).value.weight)
      expect(numbersOf(value.weight)).toEqual(plain.map((number, i) => (Math.floor(i / 2) === row ? 0 : number)))
    })
  })

  it('is the same for a seed on every kernel set, and draws nothing where there are no numbers', () => {
    const tables = kernelSets.map(({ create }) =>
      onTape(create(), (tape) => numbersOf(rightOf(embedding(tape, 5, 3, { paddingIndex: 1 })).value.weight), {
        seed: 3
      })
    )
    for (const table of tables) expect(table).toEqual(tables[0])
    onTape(shapesKernels(), (tape) => {
      const y = trace(tape, function* (run) {
        const words = yield* run(embedding, 1e6, 1e6, { paddingIndex: 0 })
        return yield* run(forward, words, yield* run(constant, { shape: [2, 3], values: new Int32Array(6) }))
      })
      expect(rightOf(y).value.shape).toEqual([2, 3, 1e6])
    })
  })

  it('refuses sizes, paddings without a row, and initialisers without a number', () => {
    onTape(referenceKernels(), (tape) => {
      for (const size of [0, -1, 1.5, NaN]) {
        const wrong = { _tag: 'InvalidArgument', operation: 'embedding', path: 'words', value: size }
        const ofCount = refused(tape, (at) => named(at, 'words', (inner) => embedding(inner, size, 2)))
        const ofFeatures = refused(tape, (at) => named(at, 'words', (inner) => embedding(inner, 2, size)))
        expect(ofCount).toMatchObject({ ...wrong, argument: 'count' })
        expect(ofFeatures).toMatchObject({ ...wrong, argument: 'features' })
        expect(ofCount.message).toContain(`not ${size}`)
      }
      for (const paddingIndex of [3, -4, 0.5, NaN]) {
        const error = refused(tape, (at) => embedding(at, 3, 2, { paddingIndex }))
        expect(error).toMatchObject({ _tag: 'InvalidArgument', argument: 'paddingIndex', value: paddingIndex })
        expect(error.message).toContain(`-3 to 2, not ${paddingIndex}`)
      }
      const init = { _tag: 'Constant', value: NaN } as const
      expect(refused(tape, (at) => embedding(at, 3, 2, { init }))).toMatchObject({ argument: 'init', path: '' })
      expect(refused(tape, (at) => embedding(at, 2 ** 31, 2 ** 31))._tag).toBe('InvalidShape')
    })
  })
})

describe.each(kernelSets)('embeddingForward on $name', ({ create }) => {
  const kernels = create()

  it('gives the rows of the indices, from the tape or from JavaScript', () => {
    onTape(kernels, (tape) => {
      const { value } = rightOf(
        trace(tape, function* (run) {
          const words = yield* run(embedding, 4, 3)
          const list = [
            [3, 0],
            [1, 3]
          ]
          const indices = yield* run((at) => constant(at, list, { dtype: 'int32' }))
          return {
            wanted: yield* run(gather, words.weight, list),
            got: [
              yield* run(embeddingForward, words, list),
              yield* run(embeddingForward, words, indices),
              yield* run(forward, words, indices)
            ],
            none: yield* run(embeddingForward, words, { shape: [0, 2], values: new Int32Array() })
          }
        })
      )
      for (const y of value.got) {
        expect(y.shape).toEqual([2, 2, 3])
        expect(numbersOf(y)).toEqual(numbersOf(value.wanted))
      }
      expect(value.none.shape).toEqual([0, 2, 3])
    })
  })

  it('sums the gradients of a row, and gives none to the padding', () => {
    const tables = fc.record({
      list: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 12 }),
      paddingIndex: fc.constantFrom(undefined, 0, 2, -1)
    })
    fc.assert(
      fc.property(tables, ({ list, paddingIndex }) => {
        onTape(kernels, (tape) => {
          const { value } = rightOf(
            trace(tape, function* (run) {
              const settings = paddingIndex === undefined ? {} : { paddingIndex }
              const words = yield* run((at) => embedding(at, 4, 2, { ...settings, init: ones }))
              const y = yield* run(embeddingForward, words, list)
              const slopes = list.map((_, i) => [i + 1, -i])
              const loss = yield* run(sum, yield* run(mul, y, yield* run(constant, slopes)))
              return { words, y, gradients: yield* run((at) => lift(at, backward(at, loss))) }
            })
          )
          const row = value.words.paddingIndex
          const wanted = [0, 1, 2, 3].flatMap((word) => {
            const places = word === row ? [] : Array.from(list.keys()).filter((i) => list[i] === word)
            return [places.reduce((total, i) => total + i + 1, 0), places.reduce((total, i) => total - i, 0)]
          })
          expect(Array.from(gradientFor(value.gradients, value.words.weight).values)).toEqual(wanted)
          expect(numbersOf(value.y)).toEqual(list.flatMap((word) => (word === row ? [0, 0] : [1, 1])))
        })
      }),
      { numRuns: runs(40) }
    )
  })

  it('refuses indices out of range, numbers that are not whole, and other tapes, before it computes', () => {
    onTape(kernels, (start) => {
      for (const settings of [{}, { paddingIndex: 0 }]) {
        const { value: words, tape } = rightOf(named(start, 'words', (at) => embedding(at, 3, 2, settings)))
        for (const index of [3, -1]) {
          const error = refused(tape, (at) => named(at, 'words', (inner) => embeddingForward(inner, words, [0, index])))
          expect(error).toMatchObject({ _tag: 'IndexOutOfBounds', index, size: 3, path: 'words' })
        }
        const real = rightOf(uniform(tape, [2]))
        const error = refused(real.tape, (at) => forward(at, words, real.value))
        expect(error).toMatchObject({ _tag: 'DtypeError', dtypes: ['float32'] })
        const other = rightOf(constant(startTape(tape.kernels), [1], { dtype: 'int32' }))
        expect(leftOf(embeddingForward(tape, words, other.value))._tag).toBe('ForeignVariable')
      }
    })
  })

  it('is the first layer of a sequential', () => {
    onTape(kernels, (tape) => {
      const y = trace(tape, function* (run) {
        const model = yield* run(
          sequential,
          (at) => embedding(at, 10, 4),
          (at) => linear(at, 4, 2)
        )
        return yield* run(forward, model, yield* run((at) => constant(at, [[1, 2, 3]], { dtype: 'int32' })))
      })
      expect(rightOf(y).value.shape).toEqual([1, 3, 2])
    })
  })
})
