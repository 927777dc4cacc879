/** However a program is written, the same entries are recorded: `trace`, `pipe` with `andThen`, `fold`, `traverse`, or a loop. */
import fc from 'fast-check'
import { isLeft, isRight } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import {
  andThen,
  fold,
  type HostTensor,
  type Kernels,
  map,
  memory,
  named,
  normal,
  of,
  parameter,
  renew,
  reshape,
  type Result,
  scope,
  type Tape,
  trace,
  type Traced,
  traverse,
  type Variable
} from 'gradfold'
import { programs } from 'gradfold/testing'
import { record } from '../../src/tape/record'
import { namedKernels } from '../support/kernelSets'
import { choices, chooser, stateOf, type Step, stepsOf } from '../support/lawsPrograms'
import { onTape } from '../support/leaks'
import { runs } from '../support/runs'

type Nodes = ReadonlyArray<Variable>

/** A part of a program: it records something, and hands on the nodes, mostly with one more. */
type Part = (tape: Tape, nodes: Nodes) => Result<Traced<Nodes>>

const partOf =
  ({ primitive, attributes, inputs }: Step): Part =>
  (tape, nodes) =>
    pipe(
      record(
        tape,
        primitive,
        inputs.map((node) => nodes[node]!),
        attributes
      ),
      map((node) => [...nodes, node])
    )

/** Takes a key and leaves no entry. */
const spends: Part = (tape, nodes) => scope(tape, (inner) => map(() => nodes)(normal(inner, [2])))

/** What else a program does around its steps; `fails` stops it. */
const others: Readonly<Record<string, (part: Part) => ReadonlyArray<Part>>> = {
  plain: (part) => [part],
  draws: (part) => [(tape, nodes) => pipe(normal(tape, [2]), andThen((at) => part(at, nodes)))], // prettier-ignore
  spends: (part) => [spends, part, spends],
  inside: (part) => [(tape, nodes) => scope(tape, (inner) => part(inner, nodes))],
  renewed: (part) => [(tape, nodes) => renew(tape, (inner) => part(inner, nodes))],
  named: (part) => [(tape, nodes) => named(tape, 'inner', (inner) => part(inner, nodes))],
  fails: () => [(tape, nodes) => map<Variable, Nodes>((node) => [node])(reshape(tape, nodes[0]!, [7, 11]))]
}
const kinds = [...Array<string>(6).fill('plain'), 'fails', ...Object.keys(others)]

/** The ways to write a program down. */
const loop = (tape: Tape, parts: ReadonlyArray<Part>, nodes: Nodes): Result<Traced<Nodes>> => {
  let at: Traced<Nodes> = { tape, value: nodes }
  for (const part of parts) {
    const next = part(at.tape, at.value)
    if (isLeft(next)) return next
    at = next.right
  }
  return of(at.tape, at.value)
}

const traced = (tape: Tape, parts: ReadonlyArray<Part>, start: Nodes): Result<Traced<Nodes>> =>
  trace(tape, function* (run) {
    let nodes = start
    for (const part of parts) nodes = yield* run(part, nodes)
    return nodes
  })

/** Each part is a trace of its own, at random in pieces. */
const nestedBy =
  (numbers: ReadonlyArray<number>) =>
  (tape: Tape, parts: ReadonlyArray<Part>, nodes: Nodes): Result<Traced<Nodes>> => {
    if (parts.length < 2) return traced(tape, parts, nodes)
    const cut = 1 + chooser(numbers)(parts.length - 1)
    const whole = nestedBy([...numbers.slice(1), numbers[0]!])
    return trace(tape, function* (run) {
      const middle = yield* run(whole, parts.slice(0, cut), nodes)
      return yield* run(whole, parts.slice(cut), middle)
    })
  }

const waysBy = (numbers: ReadonlyArray<number>): Readonly<Record<string, typeof loop>> => ({
  loop,
  trace: traced,
  'traces in traces': nestedBy(numbers),
  pipe: (tape, parts, nodes) => parts.reduce((result, part) => pipe(result, andThen(part)), of(tape, nodes)),
  'pipe of pipes': (tape, parts, nodes) =>
    parts.reduceRight<Part>((rest, part) => (at, before) => pipe(part(at, before), andThen(rest)), of)(tape, nodes),
  fold: (tape, parts, nodes) => fold(tape, parts, nodes, (at, before, part) => part(at, before)),
  traverse: (tape, parts, nodes) => {
    let last = nodes
    const each = traverse(tape, parts, (at, part) => map((after: Nodes) => (last = after))(part(at, last)))
    return map(() => last)(each)
  }
})

/** The leaves by a loop, and by what there is for it. */
const leavesBy: Readonly<Record<string, (tape: Tape, leaves: ReadonlyArray<HostTensor>) => Result<Traced<Nodes>>>> = {
  loop: (tape, leaves) => loop(tape, leaves.map((leaf): Part => (at, nodes) => map((node: Variable) => [...nodes, node])(parameter(at, leaf))), []), // prettier-ignore
  traverse: (tape, leaves) => traverse(tape, leaves, (at, leaf) => parameter(at, leaf)),
  fold: (tape, leaves) => fold<HostTensor, Nodes>(tape, leaves, [], (at, nodes, leaf) => map((node: Variable) => [...nodes, node])(parameter(at, leaf))), // prettier-ignore
  trace: (tape, leaves) =>
    trace(tape, function* (run) {
      const nodes: Variable[] = []
      for (const leaf of leaves) nodes.push(yield* run(parameter, leaf))
      return nodes
    })
}

/** All that there is to compare. */
const pictureOf = (kernels: Kernels, result: Result<Traced<Nodes>>): unknown =>
  isLeft(result)
    ? { error: result.left, memory: memory(kernels) }
    : {
        ...stateOf(result.right.tape),
        nodes: result.right.value.map(({ index }) => index),
        memory: memory(kernels)
      }

describe.each(namedKernels())('one program on %s', (_, kernels) => {
  it('is the same tape with the same numbers in whatever way it is written, and fails where it fails', () => {
    fc.assert(
      fc.property(
        programs(),
        fc.array(fc.constantFrom(...kinds), { minLength: 24, maxLength: 24 }),
        choices,
        (random, between, numbers) => {
          const { leaves, steps } = stepsOf(random)
          const parts = steps.flatMap((step, place) => others[between[place]!]!(partOf(step)))
          const ways = waysBy(numbers)
          const pictures = Object.keys(ways).map((name) =>
            onTape(kernels, (empty) => {
              const start = leavesBy['loop']!(empty, leaves)
              return pictureOf(kernels, andThen((at: Tape, nodes: Nodes) => ways[name]!(at, parts, nodes))(start))
            })
          )
          for (const picture of pictures.slice(1)) expect(picture).toEqual(pictures[0])
        }
      ),
      { numRuns: runs(40) }
    )
  })

  it('has the same leaves by a loop, a traverse, a fold and a trace', () => {
    fc.assert(
      fc.property(programs(), ({ inputs }) => {
        const pictures = Object.values(leavesBy).map((way) =>
          onTape(kernels, (empty) => {
            const leaves = way(empty, inputs)
            expect(isRight(leaves)).toBe(true)
            return pictureOf(kernels, leaves)
          })
        )
        for (const picture of pictures.slice(1)) expect(picture).toEqual(pictures[0])
      }),
      { numRuns: runs(10) }
    )
  })
})
