/** A tape is a value: whatever is done with it, it is what it was, and so are all numbers on it. */
import fc from 'fast-check'
import { isLeft } from 'fp-ts/Either'
import { memory, mul, parameter, read, referenceKernels, release, sum, type Tape, trace, uniform } from 'gradfold'
import { programs, type RandomProgram } from 'gradfold/testing'
import { namedKernels } from '../support/kernelSets'
import { entriesOf, gradientsOf, parametersOn, stateOf } from '../support/lawsPrograms'
import { type Used, uses } from '../support/lawsUses'
import { onTape } from '../support/leaks'
import { rightOf } from '../support/results'
import { runs } from '../support/runs'

/** The program on the tape, and all variables that are on it then. */
const begun = (empty: Tape, program: RandomProgram, other: RandomProgram, place: number): Used => {
  const start = rightOf(parametersOn(empty, program.inputs))
  const { tape, value: output } = rightOf(program.run(start.tape, ...start.value))
  const nodes = entriesOf(tape)
  return { tape, nodes, output, x: nodes[place % nodes.length]!, other }
}

const names = Object.keys(uses)

describe.each(namedKernels())('a tape on %s', (_, kernels) => {
  it('is never changed by anything done with it, nor are the gradients that it gives', () => {
    fc.assert(
      fc.property(
        programs(),
        programs({ maxOperations: 4 }),
        fc.nat({ max: 20 }),
        fc.shuffledSubarray(names, { minLength: 1 }),
        (program, other, place, chosen) => {
          onTape(kernels, (empty) => {
            const used = begun(empty, program, other, place)
            const { tape, nodes, output } = used
            const before = stateOf(tape)
            const gradients = gradientsOf(tape, output, nodes)
            for (const name of chosen) {
              uses[name]!(used)
              expect({ name, ...stateOf(tape) }).toEqual({ name, ...before })
            }
            expect(gradientsOf(tape, output, nodes)).toEqual(gradients)
            expect(stateOf(empty)).toMatchObject({ entries: [], values: [], length: 0 })
          })
        }
      ),
      { numRuns: runs(40) }
    )
  })

  it('is what it was when all that grew from it is released', () => {
    fc.assert(
      fc.property(programs(), programs(), (program, other) => {
        onTape(kernels, (empty) => {
          const { tape, nodes, output } = begun(empty, program, other, 0)
          const before = { state: stateOf(tape), memory: memory(kernels) }
          const start = rightOf(parametersOn(tape, other.inputs))
          const later = rightOf(other.run(start.tape, ...start.value))
          release(entriesOf(later.tape).slice(tape.length))
          expect({ state: stateOf(tape), memory: memory(kernels) }).toEqual(before)
          // The longer tape remembers what it held: its own numbers are gone, those below are not.
          const gone = entriesOf(later.tape).map((entry) => isLeft(read(entry)))
          expect(gone).toEqual(entriesOf(later.tape).map(({ index }) => index >= tape.length))
          const gradients = gradientsOf(tape, output, nodes)
          expect(gradientsOf(later.tape, output, nodes)).toEqual(gradients)
        })
      }),
      { numRuns: runs(40) }
    )
  })
})

/** The Lefts in what a use returned. */
const refusals = (result: unknown): ReadonlyArray<string> =>
  JSON.stringify([result]).match(/(?<="_tag":"Left","left":{"_tag":")\w+/g) ?? []

const expected: Readonly<Record<string, ReadonlyArray<string>>> = {
  look: ['NotScalar'],
  fail: ['InvalidShape', 'DimensionError'],
  failLate: ['InvalidShape'],
  foreign: ['ForeignVariable', 'ForeignVariable'],
  scopeThatFails: ['InvalidShape']
}

describe('of what is done with a tape', () => {
  it.each(Object.keys(uses))('%s succeeds or fails as it is meant to', (name) => {
    onTape(referenceKernels(), (empty) => {
      const { tape, value } = rightOf(
        trace(empty, function* (run) {
          const x = yield* run(parameter, [1, 2])
          return { x, output: yield* run(sum, yield* run(mul, x, yield* run(mul, x, x))) }
        })
      )
      const other: RandomProgram = { inputs: [], operations: ['uniform'], run: (at) => uniform(at, [3]) }
      expect(refusals(uses[name]!({ tape, nodes: entriesOf(tape), ...value, other }))).toEqual(expected[name] ?? [])
    })
  })
})
