/** A kernel that fails at any call of a random program: a Left that says where, all is as before, and it can be run again. */
import fc from 'fast-check'
import { isRight } from 'fp-ts/Either'
import {
  backward,
  evaluate,
  forward,
  gradient,
  item,
  jacobian,
  lift,
  parameters,
  type Result,
  scope,
  sum,
  type Tape,
  toArray,
  trace,
  type Traced
} from 'gradfold'
import { batchOf, lossOf, type Made, madeOf, networkOf, type Plan, plans } from '../support/arbitraryNetworks'
import { everyFault, type Report, withoutRepeats } from '../support/everyFault'
import { namedKernels } from '../support/kernelSets'
import { rightOf } from '../support/results'
import { runs } from '../support/runs'

type Attempt = (plan: Plan) => (tape: Tape, made: Made) => Result<unknown>

const programs: Readonly<Record<string, Attempt>> = {
  'a network made': (plan) => (tape) => scope(tape, (inner) => networkOf(inner, plan)),
  'a loss': (plan) => (tape, made) => scope(tape, (inner) => lossOf(plan)(inner, made.model, made)),
  backward: () => (tape, made) => backward(tape, made.loss),
  'backward that keeps': () => (tape, made) => backward(tape, made.loss, { keep: [made.x, made.loss] }),
  'a gradient':
    () =>
    (tape, { model, loss }) =>
      gradient(tape, loss, model),
  'a gradient of a gradient':
    () =>
    (tape, { model, loss }) =>
      scope(tape, (inner) =>
        trace(inner, function* (run) {
          const first = parameters(yield* run(gradient, loss, model)).map(({ variable }) => variable)
          // The first layer's weight is in the slopes of all losses here.
          return yield* run(gradient, yield* run(sum, first[0]!), model)
        })
      ),
  'a jacobian':
    () =>
    (tape, { model, x }) =>
      scope(tape, (inner) =>
        trace(inner, function* (run) {
          const y = yield* run(forward, model, x)
          return yield* run((at: Tape) => lift(at, jacobian(at, y, parameters(model)[0]!.variable)))
        })
      ),
  'a scope in a scope': (plan) => (tape, made) =>
    scope(tape, (outer) => scope(outer, (inner) => lossOf(plan)(inner, made.model, made))),
  evaluate:
    (plan) =>
    (tape, { model }) =>
      evaluate(
        { value: model, tape },
        { rows: [[1], [2], [3]] },
        (at) =>
          trace(at, function* (run) {
            const batch = yield* run(batchOf, plan)
            return { loss: yield* run(lift<number>, item(yield* run(lossOf(plan), model, batch))) }
          }),
        { batchSize: 2 }
      )
}

const prepared = (plan: Plan) => (tape: Tape): Traced<Made> => rightOf(madeOf(tape, plan)) // prettier-ignore

/** `operation path`, call by call, each once. */
const places = (reports: ReadonlyArray<Report>): ReadonlyArray<string> =>
  withoutRepeats(reports.map(({ error }) => `${error.operation} ${error.path}`))

describe.each(namedKernels())('a failure at any call on %s', (_name, kernels) => {
  it.each(Object.entries(programs))('of %s leaves all as it was', (_program, attempt) => {
    fc.assert(
      fc.property(plans, (plan) => {
        const reports = everyFault(kernels, { prepare: prepared(plan), attempt: attempt(plan) })
        expect(reports.length).toBeGreaterThan(0)
      }),
      { numRuns: runs(3) }
    )
  })

  it('of a loss names the operation and its layer, one after the other as they are on the tape', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const entries: string[] = []
        const reports = everyFault(kernels, {
          prepare: prepared(plan),
          attempt: (tape, made) =>
            scope(tape, (inner) => {
              const result = lossOf(plan)(inner, made.model, made)
              if (isRight(result) && entries.length === 0) {
                const added = toArray(result.right.tape).slice(inner.length)
                entries.push(...added.map(({ operation, path }) => `${operation} ${path}`))
              }
              return result
            })
        })
        expect(places(reports)).toEqual(withoutRepeats(entries))
        expect(places(reports)[0]).toBe('matmul model.0')
      }),
      { numRuns: runs(5) }
    )
  })

  it('of backward names the entry whose derivative it was, from the loss down', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const down: string[] = []
        const reports = everyFault(kernels, {
          prepare: (tape) => {
            const made = rightOf(madeOf(tape, plan))
            const entries = toArray(made.tape).filter(({ inputs, needsGradient }) => inputs.length > 0 && needsGradient)
            down.push(...entries.reverse().map(({ index, operation, path }) => `${operation}, entry ${index} ${path}`))
            return made
          },
          attempt: (tape, { loss }) => backward(tape, loss)
        })
        const [first, ...others] = reports
        expect(first).toMatchObject({ operation: 'fill', error: { operation: 'backward', path: '' } })
        const said = withoutRepeats(
          others.map(({ error: { message, path } }) => `${/^In the derivative of (.*?):/.exec(message)?.[1]} ${path}`)
        )
        // Derivatives that hand on what they are given call no kernel.
        expect(said).toEqual(down.filter((entry) => said.includes(entry)))
        expect(said.some((entry) => entry.endsWith('model.0'))).toBe(true)
      }),
      { numRuns: runs(5) }
    )
  })

  it('of a recorded gradient names the entry, too', () => {
    const plan: Plan = { widths: [2, 2], activation: 'relu', bias: true, scaled: true, loss: 'mseLoss', batch: 2 }
    const reports = everyFault(kernels, {
      prepare: prepared(plan),
      attempt: (tape, { model, loss }) => gradient(tape, loss, model)
    })
    const paths = withoutRepeats(reports.map(({ error }) => error.path))
    expect(paths).toEqual(['', 'loss', 'model.1', 'model.0'])
    expect(reports.at(-1)?.error.message).toMatch(/^In the derivative of matmul, entry \d+: /)
  })
})
