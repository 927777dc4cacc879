/** Every mistake in every derivative rule is found, and shown by a program of three entries that runs and fails. */
import fc from 'fast-check'
import * as gradfold from 'gradfold'
import { checkProgram, GradientError, programs } from 'gradfold/testing'
import * as testing from 'gradfold/testing'
import { plantedMistakes, type PlantedMistake, withMistake } from '../support/plantedMistakes'

/** What fast-check runs unless told otherwise. */
const ORDINARY = 100

const foundBy = (mistake: PlantedMistake): unknown => {
  const property = fc.property(programs(), (program) => checkProgram(program))
  const { errorInstance } = withMistake(mistake, () =>
    fc.check(property, { numRuns: ORDINARY, seed: 20261122, endOnFailure: true })
  )
  return errorInstance
}

describe('a mistake in a derivative rule', () => {
  it.each(plantedMistakes().map((mistake) => [mistake.name, mistake] as const))('%s', (_, mistake) => {
    const error = foundBy(mistake)
    if (!(error instanceof GradientError)) throw new Error(`not found: ${String(error)}`)
    const { smallest } = error.report
    expect(smallest?.operations).toContain(mistake.primitive.name === 'reluGradient' ? 'relu' : mistake.primitive.name)
    // A condition that was saved wrongly shows only where its two other inputs are not one variable.
    const most = mistake.name === 'select: another input 0' ? 4 : 3
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
