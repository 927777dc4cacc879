/** The same key gives the same numbers: on every kernel set, and whatever else is done around a draw. */
import fc from 'fast-check'
import { pipe } from 'fp-ts/function'
import {
  andThen,
  constant,
  evaluation,
  map,
  named,
  normal,
  parameters,
  permutation,
  referenceKernels,
  relu,
  release,
  renew,
  type Result,
  scope,
  type Tape,
  trace,
  type Traced,
  truncatedNormal,
  uniform,
  type Values,
  type Variable
} from 'gradfold'
import { layers, models, type RandomProgram, programs, shapes } from 'gradfold/testing'
import { namedKernels } from '../support/kernelSets'
import { parametersOn, valuesOf } from '../support/lawsPrograms'
import { onTape } from '../support/leaks'
import { rightOf } from '../support/results'
import { runs } from '../support/runs'

/** What draws, and gives all that it drew. */
interface Draw {
  readonly text: string
  readonly draw: (tape: Tape) => Result<Traced<ReadonlyArray<Variable>>>
}

const only = map((x: Variable): ReadonlyArray<Variable> => [x])

/** Draws of one tensor, each of which takes one key. */
const simpleDraws: fc.Arbitrary<Draw> = fc
  .record({
    kind: fc.constantFrom('uniform', 'normal', 'truncatedNormal', 'permutation'),
    shape: shapes({ maxRank: 3, maxSize: 4 }),
    low: fc.integer({ min: -4, max: 4 }),
    size: fc.integer({ min: 1, max: 8 })
  })
  .map(({ kind, shape, low, size }) => {
    const kinds: Readonly<Record<string, Draw['draw']>> = {
      uniform: (tape) => only(uniform(tape, shape, { low, high: low + size })),
      normal: (tape) => only(normal(tape, shape, { mean: low, std: size })),
      truncatedNormal: (tape) => only(truncatedNormal(tape, shape)),
      permutation: (tape) => only(permutation(tape, 2 * size))
    }
    return { text: `${kind} [${shape.join()}] ${low} ${size}`, draw: kinds[kind]! }
  })

/** The first weights of a layer or a model, by any initialiser. */
const modelDraws: fc.Arbitrary<Draw> = fc.oneof(layers(), models()).map(({ text, create }) => ({
  text,
  draw: (tape) => map((model: unknown) => parameters(model).map(({ variable }) => variable))(create(tape))
}))

const draws = fc.oneof({ weight: 2, arbitrary: simpleDraws }, { weight: 1, arbitrary: modelDraws })

/** Where a draw may be: what is recorded around it, and on which tape. */
const contexts: Readonly<
  Record<string, (tape: Tape, draw: Draw['draw'], other: RandomProgram) => ReturnType<Draw['draw']>>
> = {
  plain: (tape, draw) => draw(tape),
  scope: (tape, draw) => scope(tape, draw),
  scopes: (tape, draw) => scope(tape, (inner) => scope(inner, draw)),
  renew: (tape, draw) => renew(tape, draw),
  evaluation: (tape, draw) => draw(evaluation(tape)),
  named: (tape, draw) => named(tape, 'inner', draw),
  trace: (tape, draw) =>
    trace(tape, function* (run) {
      return yield* run(draw)
    }),
  afterOthers: (tape, draw, { inputs, run }) =>
    pipe(
      parametersOn(tape, inputs),
      andThen((at, leaves) => run(at, ...leaves)),
      andThen((at) => draw(at))
    ),
  afterLeaf: (tape, draw) => pipe(constant(tape, [1, 2]), andThen(relu), andThen((at) => draw(at))), // prettier-ignore
  afterFork: (tape, draw) => {
    release([draw(tape), normal(rightOf(uniform(tape, [3])).tape, [2])])
    return draw(tape)
  },
  afterRefusal: (tape, draw) => {
    const refused = [uniform(tape, [-1]), normal(tape, [2], { std: -1 }), permutation(tape, 0.5)]
    expect(refused.map(({ _tag }) => _tag)).toEqual(['Left', 'Left', 'Left'])
    return draw(tape)
  }
}

interface Placed {
  readonly draw: Draw
  readonly context: string
}

const placed: fc.Arbitrary<Placed> = fc.record({ draw: draws, context: fc.constantFrom(...Object.keys(contexts)) })
const anySeed = fc.oneof(fc.integer(), fc.double())

/** The numbers of the draws, one after the other. */
const drawn = (
  start: Tape,
  all: ReadonlyArray<Placed>,
  other: RandomProgram
): ReadonlyArray<ReadonlyArray<number>[]> => {
  let tape = start
  return all.map(({ draw: { draw }, context }) => {
    const next = rightOf(contexts[context]!(tape, draw, other))
    tape = next.tape
    return next.value.map((x) => Array.from(valuesOf(x)))
  })
}

/** Numbers of a draw that are not alike by chance: 64 bits of the key are in them. */
const probe = (tape: Tape): Values => valuesOf(rightOf(uniform(tape, [4])).value)

describe.each(namedKernels())('on %s', (_, kernels) => {
  it('the same seed gives the numbers that it gives on the reference kernels, in any context', () => {
    fc.assert(
      fc.property(
        anySeed,
        fc.array(placed, { minLength: 1, maxLength: 6 }),
        programs({ maxOperations: 3 }),
        (seed, all, other) => {
          const plain = all.map(({ draw }) => ({ draw, context: 'plain' }))
          const expected = onTape(referenceKernels(), (tape) => drawn(tape, plain, other), { seed })
          expect(onTape(kernels, (tape) => drawn(tape, all, other), { seed })).toEqual(expected)
        }
      ),
      { numRuns: runs(40) }
    )
  })

  it('a draw depends on how many keys were taken before it, and on nothing else that was drawn', () => {
    const before = fc.array(fc.tuple(simpleDraws, simpleDraws), { maxLength: 5 })
    fc.assert(
      fc.property(anySeed, before, simpleDraws, (seed, pairs, last) => {
        onTape(
          kernels,
          (tape) => {
            const after = (which: 0 | 1) => pairs.reduce((at, pair) => rightOf(pair[which].draw(at)).tape, tape)
            const [one, other] = [after(0), after(1)].map((at) => rightOf(last.draw(at)).value.map(valuesOf))
            expect(other).toEqual(one)
          },
          { seed }
        )
      }),
      { numRuns: runs(30) }
    )
  })

  it('branches draw the same, until one has drawn more; then no two draw alike', () => {
    fc.assert(
      fc.property(anySeed, fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 6 }), (seed, common, more) => {
        onTape(
          kernels,
          (tape) => {
            const later = (start: Tape, count: number): ReadonlyArray<Tape> => {
              const tapes = [start]
              for (let i = 0; i < count; i++) tapes.push(rightOf(normal(tapes[i]!, [2])).tape)
              return tapes
            }
            const fork = later(tape, common).at(-1)!
            const branch = rightOf(constant(fork, 1)).tape
            expect(probe(branch)).toEqual(probe(fork))
            const streams = later(branch, more).map((at) => probe(at).join())
            expect(new Set([...streams, ...later(fork, more).map((at) => probe(at).join())]).size).toBe(more + 1)
            const otherSeed = onTape(kernels, probe, { seed: seed === 1 ? 2 : 1 })
            expect(streams).not.toContain(otherSeed.join())
          },
          { seed }
        )
      }),
      { numRuns: runs(20) }
    )
  })
})
