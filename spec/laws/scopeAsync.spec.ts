/** Scopes that wait for each other in any order are what each is alone. */
import fc from 'fast-check'
import { isLeft } from 'fp-ts/Either'
import { type Kernels, of, reshape, type Result, scopeAsync, type Tape, type Traced, uniform, type Variable } from 'gradfold' // prettier-ignore
import { type RandomProgram } from 'gradfold/testing'
import { runSteps } from '../../src/testing/programs/program'
import { namedKernels } from '../support/kernelSets'
import { live, pairOf, parametersOn, type Program, stateOf, stepsOf, twoPrograms, valuesOf } from '../support/lawsPrograms' // prettier-ignore
import { onTapeAsync } from '../support/leaksAsync'
import { rightOf } from '../support/results'
import { runs } from '../support/runs'

type Nodes = ReadonlyArray<Variable>

/** A program that waits before each step, in a scope; it gives its last node, or fails where that is asked for. */
const waiting = (
  tape: Tape,
  program: Program,
  leaves: Nodes,
  wait: () => Promise<void>,
  fails: boolean
): Promise<Result<Traced<Variable>>> =>
  scopeAsync(tape, async (inner) => {
    let at: Traced<Nodes> = { tape: rightOf(uniform(inner, [3])).tape, value: leaves }
    for (const step of program.steps) {
      await wait()
      at = rightOf(runSteps({ ...program, steps: [step] }, at.tape, at.value))
    }
    await wait()
    const last = at.value[program.output]!
    return fails ? reshape(at.tape, last, [7, 11]) : of(at.tape, last)
  })

/** What a scope gave, its place on the tape apart. */
const seen = (result: Result<Traced<Variable>>, tape: Tape): unknown =>
  isLeft(result)
    ? result.left
    : { values: valuesOf(result.right.value), added: result.right.tape.length - tape.length, next: stateOf(result.right.tape).next } // prettier-ignore

/** Both scopes on one tape, and what was there before and after. */
const both = (
  kernels: Kernels,
  randoms: readonly [RandomProgram, RandomProgram],
  fails: boolean,
  run: (tape: Tape, works: ReadonlyArray<(wait: () => Promise<void>) => Promise<Result<Traced<Variable>>>>) => Promise<ReadonlyArray<Result<Traced<Variable>>>> // prettier-ignore
): Promise<unknown> =>
  onTapeAsync(kernels, async (empty) => {
    const { leaves, f, g } = pairOf(stepsOf(randoms[0]), stepsOf(randoms[1]))
    const { tape, value } = rightOf(parametersOn(empty, leaves))
    const before = { state: stateOf(tape), live: live(tape) }
    const results = await run(tape, [
      (wait) => waiting(tape, f, value, wait, false),
      (wait) => waiting(tape, g, value, wait, fails)
    ])
    const kept = results.filter((result) => !isLeft(result)).length
    expect({ state: stateOf(tape), live: live(tape) - kept }).toEqual(before)
    return results.map((result) => seen(result, tape))
  })

describe.each(namedKernels())('two scopes that wait on %s', (_, kernels) => {
  it('give what each gives alone, in whatever turns they go on, and leave what was there', async () => {
    await fc.assert(
      fc.asyncProperty(twoPrograms(), fc.boolean(), fc.scheduler(), async (randoms, fails, scheduler) => {
        const inTurns = await both(kernels, randoms, fails, async (__, works) => {
          const all = works.map((work, place) => work(() => scheduler.schedule(Promise.resolve(), `${place}`)))
          await scheduler.waitFor(Promise.all(all))
          return Promise.all(all)
        })
        const oneByOne = await both(kernels, randoms, fails, async (__, [f, g]) => [
          await f!(() => Promise.resolve()),
          await g!(() => Promise.resolve())
        ])
        expect(inTurns).toEqual(oneByOne)
      }),
      { numRuns: runs(20) }
    )
  })
})
