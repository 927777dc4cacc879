import fc from 'fast-check'
import {
  bilinear,
  bilinearForward,
  constant,
  heNormal,
  named,
  ones,
  parameters,
  referenceKernels,
  release,
  shapesKernels,
  startTape,
  trace,
  uniform
} from 'gradfold'
import { checkModel, shapes, tensors } from 'gradfold/testing'
import { anyTensor } from '../support/arbitraryTensors'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { refused } from '../support/refused'
import { rightOf } from '../support/results'
import { runs } from '../support/runs'

describe('bilinear', () => {
  it('makes a weight [out, in1, in2] and a bias [out] of zeros, or none', () => {
    onTape(referenceKernels(), (tape) => {
      const { value, tape: next } = rightOf(named(tape, 'score', (at) => bilinear(at, 3, 4, 2)))
      expect(value).toMatchObject({ _tag: 'Bilinear', in1Features: 3, in2Features: 4, outFeatures: 2 })
      expect(parameters(value).map(({ path }) => path)).toEqual(['weight', 'bias'])
      expect([value.weight.path, value.weight.shape]).toEqual(['score.weight', [2, 3, 4]])
      expect(value.bias && numbersOf(value.bias)).toEqual([0, 0])
      expect(next.length).toBe(2)
      expect('bias' in rightOf(bilinear(tape, 3, 4, 2, { bias: false })).value).toBe(false)
    })
  })

  it('draws with fanIn = in1 in2 and fanOut = out in2', () => {
    onTape(referenceKernels(), (tape) => {
      const weight = numbersOf(rightOf(bilinear(tape, 10, 20, 30)).value.weight)
      const bound = Math.sqrt(6 / (200 + 600))
      expect(Math.max(...weight.map(Math.abs))).toBeLessThanOrEqual(bound)
      expect(Math.max(...weight)).toBeGreaterThan(0.99 * bound)
    })
  })

  it('is the same for a seed on every kernel set, and draws nothing where there are no numbers', () => {
    const weights = kernelSets.map(({ create }) =>
      onTape(create(), (tape) => numbersOf(rightOf(bilinear(tape, 2, 3, 2)).value.weight), { seed: 5 })
    )
    for (const weight of weights) expect(weight).toEqual(weights[0])
    onTape(shapesKernels(), (tape) => {
      const y = trace(tape, function* (run) {
        const layer = yield* run(bilinear, 1000, 1000, 1000)
        return yield* run(bilinearForward, layer, yield* run(uniform, [5, 1000]), yield* run(uniform, [5, 1000]))
      })
      expect(rightOf(y).value.shape).toEqual([5, 1000])
    })
  })

  it.each([0, -1, 1.5, NaN])('refuses %d features, and an initialiser without a number', (size) => {
    onTape(referenceKernels(), (tape) => {
      const wrong = { _tag: 'InvalidArgument', operation: 'bilinear', path: 'score', value: size }
      const sizes = [
        ['in1Features', [size, 2, 2]],
        ['in2Features', [2, size, 2]],
        ['outFeatures', [2, 2, size]]
      ] as const
      for (const [argument, [a, b, c]] of sizes) {
        const error = refused(tape, (at) => named(at, 'score', (inner) => bilinear(inner, a, b, c)))
        expect(error).toMatchObject({ ...wrong, argument })
      }
      const init = { _tag: 'Constant', value: Infinity } as const
      expect(refused(tape, (at) => bilinear(at, 2, 2, 2, { init }))).toMatchObject({ argument: 'init' })
    })
  })
})

describe('bilinearForward', () => {
  const examples = shapes({ maxRank: 3, maxElements: 8 })
  const sizes = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }))

  it.each(kernelSets)('is x1^T W x2 + b on $name, for any leading axes', ({ create }) => {
    const kernels = create()
    const given = fc.tuple(examples, sizes, fc.boolean()).chain(([leading, [in1, in2, out], bias]) =>
      fc.record({
        x1: anyTensor([...leading, in1], 'float32', 'plain'),
        x2: anyTensor([...leading, in2], 'float32', 'plain'),
        out: fc.constant(out),
        bias: fc.constant(bias)
      })
    )
    fc.assert(
      fc.property(given, ({ x1, x2, out, bias }) => {
        onTape(kernels, (tape) => {
          const [in1, in2] = [x1.shape.at(-1)!, x2.shape.at(-1)!]
          const layer = rightOf(bilinear(tape, in1, in2, out, { bias, init: heNormal }))
          const weight = numbersOf(layer.value.weight)
          const y = rightOf(
            trace(layer.tape, function* (run) {
              return yield* run(bilinearForward, layer.value, yield* run(constant, x1), yield* run(constant, x2))
            })
          ).value
          expect(y.shape).toEqual([...x1.shape.slice(0, -1), out])
          numbersOf(y).forEach((value, place) => {
            const [row, o] = [Math.floor(place / out), place % out]
            let expected = 0
            for (let i = 0; i < in1; i++) {
              for (let j = 0; j < in2; j++) {
                expected += x1.values[row * in1 + i]! * weight[(o * in1 + i) * in2 + j]! * x2.values[row * in2 + j]!
              }
            }
            expect(Math.abs(value - expected)).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected)))
          })
        })
      }),
      { numRuns: runs(40) }
    )
  })

  it('has the right gradients to its parameters and to both inputs', () => {
    const inputs = shapes({ maxRank: 2, maxElements: 3 }).chain((leading) =>
      fc.tuple(tensors({ shape: [...leading, 3] }), tensors({ shape: [...leading, 2] }))
    )
    const check = checkModel((tape) => bilinear(tape, 3, 2, 2), bilinearForward)
    fc.assert(
      fc.property(inputs, ([x1, x2]) => check(x1, x2)),
      { numRuns: runs(8) }
    )
  })

  it.each([
    { first: [2, 4], second: [2, 4] },
    { first: [2, 3], second: [2, 3] },
    { first: [4], second: [2, 3] },
    { first: [2, 3], second: [2, 4] },
    { first: [], second: [] }
  ])('refuses $first and $second for 4 and 3 features', ({ first, second }) => {
    onTape(referenceKernels(), (start) => {
      const { value, tape } = rightOf(
        trace(start, function* (run) {
          const layer = yield* run((at) => bilinear(at, 4, 3, 2, { init: ones }))
          return { layer, x1: yield* run(uniform, first), x2: yield* run(uniform, second) }
        })
      )
      const error = refused(tape, (at) =>
        named(at, 'score', (inner) => bilinearForward(inner, value.layer, value.x1, value.x2))
      )
      expect(error).toMatchObject({ _tag: 'ShapeMismatch', operation: 'bilinearForward', path: 'score' })
      expect(error).toMatchObject({ shapes: [first, second, [2, 4, 3]] })
      expect(error.message).toContain(`[${first.join(', ')}] and [${second.join(', ')}]`)
    })
  })

  it('refuses whole numbers, variables of another tape, and released weights', () => {
    onTape(referenceKernels(), (start) => {
      const { value, tape } = rightOf(
        trace(start, function* (run) {
          const layer = yield* run(bilinear, 1, 1, 1)
          const whole = yield* run((at) => constant(at, [1], { dtype: 'int32' }))
          return { layer, whole, x: yield* run(constant, [1]) }
        })
      )
      const { layer, whole, x } = value
      expect(refused(tape, (at) => bilinearForward(at, layer, whole, whole))._tag).toBe('DtypeError')
      const other = rightOf(constant(startTape(tape.kernels), [1])).value
      expect(refused(tape, (at) => bilinearForward(at, layer, x, other))._tag).toBe('ForeignVariable')
      release([layer.weight])
      expect(refused(tape, (at) => bilinearForward(at, layer, x, x))._tag).toBe('Released')
    })
  })
})
