/** Random programs: all operations, right shapes, moderate numbers, and a text that is the program. */
import fc from 'fast-check'
import * as gradfold from 'gradfold'
import { type HostTensor, parameter, constant, read, referenceKernels, toArray, traverse } from 'gradfold'
import { programs, type RandomProgram, type Recorder } from 'gradfold/testing'
import { growths } from '../../src/testing/programs/growth'
import { onTape } from '../support/leaks'
import { primitiveCases } from '../support/primitiveCases'
import { rightOf } from '../support/results'
import { runs } from '../support/runs'

/** What no program of variables alone is made of, and why. */
const absent: Readonly<Record<string, string>> = {
  detach: 'its gradient is cut on purpose',
  fill: 'a leaf',
  uniform: 'a leaf',
  normal: 'a leaf',
  truncatedNormal: 'a leaf',
  permutation: 'a leaf',
  reluGradient: 'only derivatives record it',
  batchNorm: 'only a layer records it',
  runningMoment: 'only a layer records it'
}

/** The tape and the numbers that a recorder leaves. */
const recordedBy = (run: Recorder, inputs: ReadonlyArray<HostTensor>): unknown =>
  onTape(referenceKernels(), (start) => {
    const { value, tape } = rightOf(
      traverse(start, inputs, (at, input) => (input.dtype === 'float32' ? parameter(at, input) : constant(at, input)))
    )
    const recorded = rightOf(run(tape, ...value))
    const { shape, dtype, values } = rightOf(read(recorded.value))
    expect(values.every((number) => Math.abs(number) <= 1000)).toBe(true)
    expect(dtype).toBe('float32')
    return { entries: toArray(recorded.tape), shape, values: Array.from(values) }
  })

/** The printed function, compiled: it is JavaScript but for the names that it takes from gradfold. */
const printed = (program: RandomProgram): Recorder => {
  const [text] = fc.stringify(program).split('\non ')
  const names = Object.keys(gradfold).join(', ')
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- a program that was printed is run
  const make = new Function('gradfold', `const { ${names} } = gradfold; return ${text?.trim()}`)
  const made: unknown = Reflect.apply(make, undefined, [gradfold])
  if (!isRecorder(made)) throw new Error(`no function: ${text}`)
  return made
}

const isRecorder = (made: unknown): made is Recorder => typeof made === 'function'

describe('programs', () => {
  it('may have every operation', () => {
    expect([...growths.keys(), ...Object.keys(absent)].sort()).toEqual(Object.keys(primitiveCases).sort())
  })

  it('do have every operation among a few thousand', () => {
    const seen = new Set(fc.sample(programs(), { numRuns: 3000, seed: 4 }).flatMap(({ operations }) => operations))
    expect([...growths.keys()].filter((name) => !seen.has(name))).toEqual([])
  })

  it('have the operations that are asked for, at most so many, and those alone', () => {
    fc.assert(
      fc.property(programs({ operations: ['mul', 'sum'], maxOperations: 3 }), ({ operations }) => {
        expect(operations.every((name) => name === 'mul' || name === 'sum')).toBe(true)
        expect(operations.length).toBeLessThanOrEqual(3)
      }),
      { numRuns: runs(30) }
    )
  })

  it('run, on moderate numbers, and their text is themselves', () => {
    fc.assert(
      fc.property(programs(), (program) => {
        expect(recordedBy(printed(program), program.inputs)).toEqual(recordedBy(program.run, program.inputs))
      }),
      { numRuns: runs(200) }
    )
  })

  it('shrink to the operation that matters', () => {
    const { counterexample } = fc.check(
      fc.property(programs(), ({ operations }) => !operations.includes('tanh')),
      { numRuns: 1000, seed: 2 }
    )
    expect(counterexample?.[0].operations).toEqual(['tanh'])
  })
})
