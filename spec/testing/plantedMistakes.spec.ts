/** Every mistake in every derivative rule is found, and shown by a program of three entries that runs and fails. */
import fc from 'fast-check'
import * as gradfold from 'gradfold'
import { checkModel, checkProgram, GradientError, programs, tensors } from 'gradfold/testing'
import * as testing from 'gradfold/testing'
import { plantedMistakes, type PlantedMistake, withMistake } from '../support/plantedMistakes'

/** What fast-check runs unless told otherwise. */
const ORDINARY = 100

const foundBy = <A>(property: fc.IProperty<A>, mistake: PlantedMistake): unknown => {
  const { errorInstance } = withMistake(mistake, () =>
    fc.check(property, { numRuns: ORDINARY, seed: 20261122, endOnFailure: true })
  )
  return errorInstance
}

const inPrograms = fc.property(programs(), (program) => checkProgram(program))

/** What a layer alone records is in no program. */
const inLayer = fc.property(tensors({ shape: fc.constantFrom([2, 2], [3, 1], [2, 2, 2]) }), (x) =>
  checkModel((tape) => gradfold.batchNorm(tape, x.shape.at(-1)!), gradfold.batchNormForward)(x)
)

/** Reference kernels have no use for the output: beside it others keep what they computed on the way. */
const mistakes = plantedMistakes().filter(({ name }) => name !== 'batchNorm: another output')
const ofLayers = mistakes.filter(({ primitive }) => primitive.name === 'batchNorm')
const named = (all: ReadonlyArray<PlantedMistake>) => all.map((mistake) => [mistake.name, mistake] as const)

describe('a mistake in the derivative rule of a layer', () => {
  it.each(named(ofLayers))('%s', (_, mistake) => {
    expect(foundBy(inLayer, mistake)).toBeInstanceOf(GradientError)
  })
})

describe('a mistake in a derivative rule', () => {
  it.each(named(mistakes.filter((mistake) => !ofLayers.includes(mistake))))('%s', (_, mistake) => {
    const error = foundBy(inPrograms, mistake)
    if (!(error instanceof GradientError)) throw new Error(`not found: ${String(error)}`)
    const { smallest } = error.report
    expect(smallest?.operations).toContain(mistake.primitive.name === 'reluGradient' ? 'relu' : mistake.primitive.name)
    // A wrong condition shows only where the two other inputs are not one variable.
    const most = mistake.primitive.name === 'select' ? 4 : 3
    expect((smallest?.inputs.length ?? 9) + (smallest?.operations.length ?? 9)).toBeLessThanOrEqual(most)
    const run = runnable(smallest?.text ?? '')
    expect(() => withMistake(mistake, run)).toThrow(GradientError)
    expect(run).not.toThrow(GradientError)
  })
})

/** The printed program as a function: its imports are the only TypeScript that Node does not know here. */
const runnable = (text: string): (() => void) => {
  const body = text
    .replace(/^import (\{.*\}) from 'gradfold'$/m, 'const $1 = gradfold')
    .replace(/^import (\{.*\}) from 'gradfold\/testing'$/m, 'const $1 = testing')
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- a program that was printed is run
  const program = new Function('gradfold', 'testing', body)
  return () => {
    Reflect.apply(program, undefined, [gradfold, testing])
  }
}
