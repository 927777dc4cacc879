import fc from 'fast-check'
import {
  forward,
  type Layer,
  type Maker,
  memory,
  normal,
  parameterCount,
  parameters,
  read,
  referenceKernels,
  type Shape,
  type Tape,
  trace
} from 'gradfold'
import { type LayerExample, type LayerLimits, layers, models } from 'gradfold/testing'
import { activationCalls } from '../../../src/testing/generators/layerPlan'
import { kernelSets } from '../../support/kernelSets'
import { onTape } from '../../support/leaks'
import { numbersOf } from '../../support/numbers'
import { rightOf } from '../../support/results'
import { runs } from '../../support/runs'
import { evaluated } from './evaluated'
import { seeds, shrunk } from './shrunk'

const both: ReadonlyArray<readonly [string, (limits?: LayerLimits) => fc.Arbitrary<LayerExample>]> = [
  ['layers', layers],
  ['models', models]
]

interface Printed {
  readonly create: Maker
  readonly input: Shape
}

const isPrinted = (value: unknown): value is Printed =>
  typeof value === 'object' && value !== null && 'create' in value && 'input' in value

/** The numbers of the parameters, and of the output for an input drawn after them. */
const outcome = (tape: Tape, { create, input }: Printed): ReadonlyArray<ReadonlyArray<number>> =>
  rightOf(
    trace(tape, function* (run) {
      const layer = yield* run(create)
      const y = yield* run(forward, layer, yield* run(normal, input))
      return [...parameters(layer).map(({ variable }) => numbersOf(variable)), numbersOf(y)]
    })
  ).value

describe.each(both)('%s', (_name, generate) => {
  describe.each(kernelSets)('on $name', ({ create: createKernels }) => {
    const kernels = createKernels()

    it('take their input, give what they say, and leave nothing behind', () => {
      fc.assert(
        fc.property(generate(), ({ create, input, inFeatures, outFeatures, parameters: count }) => {
          expect(input.at(-1)).toBe(inFeatures)
          onTape(kernels, (tape) => {
            const { layer, y } = rightOf(
              trace(tape, function* (run) {
                const made = yield* run(create)
                return { layer: made, y: yield* run(forward, made, yield* run(normal, input)) }
              })
            ).value
            expect(rightOf(read(y))).toMatchObject({ shape: [...input.slice(0, -1), outFeatures], dtype: 'float32' })
            expect(parameterCount(layer)).toBe(count)
          })
        }),
        { numRuns: runs(100) }
      )
    })

    afterAll(() => {
      expect(memory(kernels)).toEqual({ tensors: 0, bytes: 0 })
    })
  })

  it('keep their limits', () => {
    const limits = fc.record({
      maxFeatures: fc.integer({ min: 1, max: 40 }),
      maxDepth: fc.integer({ min: 1, max: 9 }),
      maxParameters: fc.nat({ max: 200 })
    })
    fc.assert(
      fc.property(limits, fc.integer(), (all, seed) => {
        for (const example of fc.sample(generate(all), { seed, numRuns: 20 })) {
          const { parameters: count, inFeatures, outFeatures, create } = example
          expect(count).toBeLessThanOrEqual(all.maxParameters)
          expect(Math.max(inFeatures, outFeatures)).toBeLessThanOrEqual(all.maxFeatures)
          onTape(referenceKernels(), (tape) => {
            expect(depth(rightOf(create(tape)).value)).toBeLessThanOrEqual(all.maxDepth)
          })
        }
      }),
      { numRuns: runs(20) }
    )
  })

  it('print themselves as a program that makes the same parameters and computes the same', () => {
    fc.assert(
      fc.property(generate(), fc.integer(), (example, seed) => {
        const printed = evaluated(fc.stringify(example))
        if (!isPrinted(printed)) throw new Error(`${fc.stringify(example)} is no layer with its input`)
        const [again, first] = [printed, example].map((of) =>
          onTape(referenceKernels(), (tape) => outcome(tape, of), { seed })
        )
        expect(again).toEqual(first)
      }),
      { numRuns: runs(50) }
    )
  })

  it('are of every kind, with every setting, for one example, for none, and for batches', () => {
    const all = fc.sample(generate(), 1000)
    const text = all.map((example) => example.text).join('\n')
    const functions = Object.keys(activationCalls).map((call) => `activation(${call})`)
    const others = [
      'prelu(',
      'layerNorm(',
      'rmsNorm(',
      'swiglu(',
      'residual(',
      "join: 'add'",
      "join: 'mul'",
      'parallel('
    ]
    const initializers = ['xavierNormal', 'heUniform', 'heNormal', 'lecunUniform', 'lecunNormal', 'zeros', 'ones']
    const settings = initializers.map((name) => `init: ${name}`)
    for (const wanted of [...functions, ...others, ...settings, 'bias: false', "custom('Scale'", 'sequential(']) {
      expect(text).toContain(wanted)
    }
    expect(text).toMatch(/linear\(tape, \d, \d\)/)
    const ranks = new Set(all.map(({ input }) => input.length))
    expect([...ranks].toSorted()).toEqual([1, 2, 3])
    expect(all.some(({ input }) => input.includes(0))).toBe(true)
    expect(all.some(({ outFeatures }) => outFeatures > 3)).toBe(true)
  })
})

/** How many layers the sequential has that has most. */
const depth = (layer: Layer): number =>
  layer._tag === 'Sequential' ? Math.max(layer.layers.length, ...layer.layers.map(depth)) : 1

describe.each(seeds)('from seed %i', (seed) => {
  const text = (of: fc.Arbitrary<LayerExample>, fails: (example: LayerExample) => boolean): string =>
    fc.stringify(shrunk(of, fails, seed))

  it('layers shrink to the simplest one', () => {
    expect(text(layers(), () => true)).toBe('{ create: (tape: Tape) => linear(tape, 1, 1), input: [1] }')
    const isRelu = (example: LayerExample): boolean => example.text === "of(tape, activation('relu'))"
    expect(text(layers(), isRelu)).toBe("{ create: (tape: Tape) => of(tape, activation('relu')), input: [1] }")
    const hasNoBias = (example: LayerExample): boolean => /^linear.*bias: false/.test(example.text)
    expect(text(layers(), hasNoBias)).toBe(
      '{ create: (tape: Tape) => linear(tape, 1, 1, { bias: false }), input: [1] }'
    )
  })

  it('models shrink to a single layer, or to those that matter', () => {
    const one = '{ create: (tape: Tape) => sequential(tape, (tape) => linear(tape, 1, 1)), input: [1] }'
    expect(text(models(), () => true)).toBe(one)
    const two =
      "{ create: (tape: Tape) => sequential(tape, (tape) => linear(tape, 1, 3), activation('relu')), input: [1] }"
    expect(
      text(
        models(),
        (example) => example.outFeatures === 3 && / linear\([^()]*\), activation\('relu'\)\)$/.test(example.text)
      )
    ).toBe(two)
  })
})
