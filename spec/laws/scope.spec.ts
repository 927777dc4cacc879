/** A scope leaves what was there before; new is what it returns, and nothing else. */
import fc from 'fast-check'
import { isLeft } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import {
  andThen,
  type Kernels,
  of,
  read,
  relu,
  release,
  renew,
  reshape,
  type Result,
  scope,
  type Tape,
  type TensorError,
  toArray,
  type Traced,
  uniform,
  type Variable
} from 'gradfold'
import { runSteps } from '../../src/testing/programs/program'
import { namedKernels } from '../support/kernelSets'
import {
  areOn,
  choices,
  chooser,
  entriesOf,
  live,
  pairOf,
  parametersOn,
  type Program,
  stateOf,
  stepsOf,
  twoPrograms,
  valuesOf
} from '../support/lawsPrograms'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'

type Nodes = ReadonlyArray<Variable>

interface Case {
  /** The tape outside. */
  readonly tape: Tape
  /** What is on it. */
  readonly old: Nodes
  /** What runs inside, over the first of these. */
  readonly program: Program
  readonly choose: (count: number) => number
}

/** A program on the tape, and another over the same leaves. */
const check = (kernels: Kernels, law: (anyOne: Case) => void): void =>
  fc.assert(
    fc.property(twoPrograms(), choices, ([one, other], numbers) => {
      const { leaves, f, g } = pairOf(stepsOf(one), stepsOf(other))
      onTape(kernels, (empty) => {
        const start = rightOf(parametersOn(empty, leaves))
        const { tape, value } = rightOf(runSteps(f, start.tape, start.value))
        law({ tape, old: value, program: g, choose: chooser(numbers) })
      })
    }),
    { numRuns: runs(30) }
  )

/** All nodes of the program, after a draw. */
const recorded = (at: Tape, { program, old }: Case): Result<Traced<Nodes>> =>
  pipe(
    uniform(at, [3]),
    andThen((next) => runSteps(program, next, old.slice(0, program.leaves.length)))
  )

/** The program in scopes within scopes, cut at random; each gives all nodes back. */
const inScopes = (
  at: Tape,
  program: Program,
  start: Nodes,
  choose: Case['choose'],
  depth = 0
): Result<Traced<Nodes>> => {
  const { steps } = program
  if (steps.length === 0) return of(at, start)
  const count = 1 + choose(steps.length)
  const first = { ...program, steps: steps.slice(0, count) }
  const head =
    depth < 4 && choose(3) > 0
      ? scope(at, (inner) => inScopes(inner, first, start, choose, depth + 1))
      : runSteps(first, at, start)
  const rest = { ...program, steps: steps.slice(count) }
  return andThen((next: Tape, nodes: Nodes) => inScopes(next, rest, nodes, choose, depth))(head)
}

/** The numbers of all nodes and the next key, where there is no scope. */
const plainly = (anyOne: Case) => {
  const { tape, value } = rightOf(recorded(anyOne.tape, anyOne))
  const seen = { values: value.map(valuesOf), next: stateOf(tape).next }
  release(entriesOf(tape).slice(anyOne.tape.length))
  return seen
}

describe.each(namedKernels())('a scope on %s', (_, kernels) => {
  it('leaves what was there; what it returns is new, with the numbers and the key that are without it', () => {
    check(kernels, (anyOne) => {
      const { tape, old, choose } = anyOne
      const plain = plainly(anyOne)
      const before = { state: stateOf(tape), live: live(tape) }
      const inner: Variable[] = []
      // Some of the new and of the old, some of them twice.
      const places = Array.from({ length: choose(6) }, () => choose(anyOne.program.leaves.length + 8))
      const { value: chosen, tape: after } = rightOf(
        scope(tape, (at) =>
          andThen((last: Tape, nodes: Nodes) => {
            inner.push(...entriesOf(last).slice(tape.length))
            return of(
              last,
              places.map((place) => nodes[place % nodes.length]!)
            )
          })(recorded(at, anyOne))
        )
      )
      const added = entriesOf(after).slice(tape.length)
      expect({ state: stateOf(tape), live: live(tape) - added.length }).toEqual(before)
      expect(toArray(after).slice(0, tape.length)).toEqual(before.state.entries)
      expect(stateOf(after).next).toEqual(plain.next)
      expect(chosen.map(valuesOf)).toEqual(places.map((place) => plain.values[place % plain.values.length]))
      // Each is on the tape: it was there, or it is new and was asked for.
      expect(areOn(after, chosen)).toBe(true)
      expect(new Set(chosen.filter((x) => !old.includes(x))).size).toBe(added.length)
      // What was made inside is of no use outside, and holds no numbers unless they are those of what is new.
      const tags = inner.map((x) => leftOf<TensorError>(relu(after, x))._tag)
      expect(tags).toEqual(inner.map(() => 'ForeignVariable'))
      expect(inner.filter((x) => !isLeft(read(x)))).toHaveLength(added.length)
    })
  })
  it('may be anywhere in a program, within others: the numbers are the same, and each node is one tensor', () => {
    check(kernels, (anyOne) => {
      const { tape, program, choose } = anyOne
      const plain = plainly(anyOne)
      const before = { state: stateOf(tape), live: live(tape) }
      const start = anyOne.old.slice(0, program.leaves.length)
      const { value, tape: after } = rightOf(inScopes(tape, program, start, choose))
      expect(value.map(valuesOf)).toEqual(plain.values)
      expect({ state: stateOf(tape), live: live(tape) - program.steps.length }).toEqual(before)
      expect(after.length).toBe(tape.length + program.steps.length)
      expect(areOn(after, value)).toBe(true)
      expect(value.slice(start.length).map(({ index }) => index)).toEqual(
        program.steps.map((_step, i) => tape.length + i)
      )
    })
  })

  it('that fails, or throws, anywhere in a program leaves nothing', () => {
    check(kernels, (anyOne) => {
      const { tape, program, choose } = anyOne
      const before = { state: stateOf(tape), live: live(tape) }
      const start = anyOne.old.slice(0, program.leaves.length)
      const defect = new Error('a defect of the program')
      const steps = program.steps.slice(0, choose(program.steps.length + 1))
      const stopped = (ending: (at: Tape, x: Variable) => Result<Traced<Variable>>) =>
        scope(tape, (at) =>
          pipe(
            inScopes(at, { ...program, steps }, start, choose),
            andThen((last, nodes) => scope(last, (inner) => ending(inner, nodes.at(-1)!)))
          )
        )
      expect(leftOf<TensorError>(stopped((at, x) => reshape(at, x, [7, 11])))._tag).toBe('InvalidShape')
      expect({ state: stateOf(tape), live: live(tape) }).toEqual(before)
      const throwing = () => stopped(() => { throw defect }) // prettier-ignore
      expect(throwing).toThrow(defect)
      expect({ state: stateOf(tape), live: live(tape) }).toEqual(before)
    })
  })

  it('whose result is renewed holds that result alone; the old tape is what it was', () => {
    check(kernels, (anyOne) => {
      const { tape, old } = anyOne
      const plain = plainly(anyOne)
      const before = { state: stateOf(tape), live: live(tape) }
      const { value, tape: after } = rightOf(renew(tape, (at) => recorded(at, anyOne)))
      expect(value.map(valuesOf)).toEqual(plain.values)
      expect(stateOf(after)).toMatchObject({ length: new Set(value).size, next: plain.next })
      expect(areOn(after, value)).toBe(true)
      // The leaves are on both tapes, in one tensor each.
      expect({ state: stateOf(tape), live: live(tape) - anyOne.program.steps.length }).toEqual(before)
      release(value, old)
      expect({ state: stateOf(tape), live: live(tape) }).toEqual(before)
    })
  })
})
