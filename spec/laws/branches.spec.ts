/** Branches of one tape know nothing of each other: each is what it would be alone. */
import fc from 'fast-check'
import {
  backward,
  gradient,
  type Kernels,
  memory,
  mul,
  release,
  type Tape,
  type TensorError,
  type Variable
} from 'gradfold'
import { record } from '../../src/tape/record'
import { namedKernels } from '../support/kernelSets'
import {
  choices,
  chooser,
  entriesOf,
  gradientsOf,
  lossOf,
  type Pair,
  pairOf,
  parametersOn,
  type Program,
  stateOf,
  type Step,
  twoPrograms
} from '../support/lawsPrograms'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'

/** A program on its way: the tape and the nodes that there are. */
interface Branch {
  readonly tape: Tape
  readonly nodes: ReadonlyArray<Variable>
}

const grown = ({ tape, nodes }: Branch, { primitive, attributes, inputs }: Step): Branch => {
  const next = rightOf(
    record(
      tape,
      primitive,
      inputs.map((node) => nodes[node]!),
      attributes
    )
  )
  return { tape: next.tape, nodes: [...nodes, next.value] }
}

/** All that a branch is, and the gradients of its result. */
const pictureOf = ({ tape, nodes }: Branch, { output }: Program) => ({
  ...stateOf(tape),
  gradients: gradientsOf(tape, nodes[output]!, nodes)
})

/** The leaves, and the first steps of f. */
const baseOf = (empty: Tape, { leaves, f }: Pair, common: number): Branch => {
  const { tape, value: nodes } = rightOf(parametersOn(empty, leaves))
  return f.steps.slice(0, common).reduce(grown, { tape, nodes })
}

/** f goes on where its first steps ended; g knows the leaves alone. */
const startsOf = (base: Branch, { leaves }: Pair): readonly [f: Branch, g: Branch] => [
  base,
  { tape: base.tape, nodes: base.nodes.slice(0, leaves.length) }
]

/** What one of them gives where nothing else is recorded. */
const alone = (kernels: Kernels, { pair, common }: Case, which: 0 | 1) =>
  onTape(kernels, (empty) => {
    const start = startsOf(baseOf(empty, pair, common), pair)[which]
    const program = which === 0 ? pair.f : pair.g
    return pictureOf(program.steps.slice(which === 0 ? common : 0).reduce(grown, start), program)
  })

interface Case {
  readonly pair: Pair
  /** How many steps of f are on the tape from which both grow. */
  readonly common: number
  /** Whose turn it is. */
  readonly turns: ReadonlyArray<number>
}

/** Both from one tape, in turns. */
const branched = (empty: Tape, { pair, common, turns }: Case) => {
  const base = baseOf(empty, pair, common)
  const choose = chooser(turns)
  const steps = [pair.f.steps.slice(common), [...pair.g.steps]]
  const branches = [...startsOf(base, pair)]
  while (steps.some(({ length }) => length > 0)) {
    const drawn = choose(2)
    const which = steps[drawn]!.length > 0 ? drawn : 1 - drawn
    branches[which] = grown(branches[which]!, steps[which]!.shift()!)
  }
  return { base, left: branches[0]!, right: branches[1]! }
}

/** What a branch has beyond the tape from which it grew. */
const own = ({ tape }: Branch, base: Branch): ReadonlyArray<Variable> => entriesOf(tape).slice(base.tape.length)

const check = (kernels: Kernels, law: (empty: Tape, anyOne: Case) => void): void =>
  fc.assert(
    fc.property(twoPrograms(), fc.nat({ max: 3 }), choices, ([one, other], common, turns) => {
      const pair = pairOf(lossOf(one), lossOf(other))
      onTape(kernels, (empty) => law(empty, { pair, common, turns }))
    }),
    { numRuns: runs(20) }
  )

describe.each(namedKernels())('two branches of a tape on %s', (_, kernels) => {
  it('are what each is alone, in whatever turns they are recorded, and the tape is what it was', () => {
    check(kernels, (empty, anyOne) => {
      const { pair, common } = anyOne
      const before = onTape(kernels, (other) => stateOf(baseOf(other, pair, common).tape))
      const { base, left, right } = branched(empty, anyOne)
      expect(pictureOf(left, pair.f)).toEqual(alone(kernels, anyOne, 0))
      expect(pictureOf(right, pair.g)).toEqual(alone(kernels, anyOne, 1))
      expect(stateOf(base.tape)).toEqual(before)
    })
  })

  it('do not take variables of each other, nor does the tape from which they grew', () => {
    check(kernels, (empty, anyOne) => {
      const { base, left, right } = branched(empty, anyOne)
      const common = base.nodes[0]!
      const strangers = [
        ...own(left, base).flatMap((x) => [{ tape: right.tape, x }, { tape: base.tape, x }]), // prettier-ignore
        ...own(right, base).map((x) => ({ tape: left.tape, x }))
      ]
      for (const { tape, x } of strangers) {
        const before = { entries: tape.length, memory: memory(kernels) }
        const refused = [mul(tape, common, x), backward(tape, x), gradient(tape, x, common)]
        expect(refused.map((result) => leftOf<TensorError>(result)._tag)).toEqual(refused.map(() => 'ForeignVariable'))
        expect({ entries: tape.length, memory: memory(kernels) }).toEqual(before)
      }
    })
  })

  it('do not need each other: one is released, the other is what it is alone', () => {
    check(kernels, (empty, anyOne) => {
      const { base, left, right } = branched(empty, anyOne)
      const [released, kept, which] = anyOne.turns[0]! % 2 === 0 ? [left, right, 1 as const] : [right, left, 0 as const]
      release(own(released, base))
      expect(pictureOf(kept, which === 0 ? anyOne.pair.f : anyOne.pair.g)).toEqual(alone(kernels, anyOne, which))
    })
  })
})
