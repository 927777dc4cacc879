/** What is independent may be recorded in any order: numbers are the same, and gradients up to the order of sums. */
import fc from 'fast-check'
import { type Kernels, type Tape, type Values, type Variable, parameter } from 'gradfold'
import { programs } from 'gradfold/testing'
import { record } from '../../src/tape/record'
import { namedKernels } from '../support/kernelSets'
import { boundsOf } from '../support/lawsBounds'
import { choices, chooser, gradientsOf, lossOf, pairOf, type Program, sumOf, valuesOf } from '../support/lawsPrograms'
import { onTape } from '../support/leaks'
import { rightOf } from '../support/results'
import { runs } from '../support/runs'

/** Which nodes have to be there before a node is recorded. */
type Before = (node: number) => ReadonlyArray<number>

const inputsOf =
  ({ leaves, steps }: Program): Before =>
  (node) =>
    node < leaves.length ? [] : steps[node - leaves.length]!.inputs

/** For each node the steps that use it, once for each time. */
const usersOf = ({ leaves, steps }: Program): ReadonlyArray<ReadonlyArray<number>> => {
  const users: number[][] = [...leaves, ...steps].map(() => [])
  for (const [place, { inputs }] of steps.entries()) {
    for (const input of inputs) users[input]!.push(leaves.length + place)
  }
  return users
}

/** The inputs, and the steps that use one of them earlier, where more than two cotangents are added up. */
const inputsAndRivals = (program: Program): Before => {
  const busy = usersOf(program).filter((users) => users.length > 2)
  return (node) => [
    ...inputsOf(program)(node),
    ...busy.flatMap((users) => (users.includes(node) ? users.filter((user) => user < node) : []))
  ]
}

/** All nodes, leaves too, each after those that have to be there before it. */
const anyOrder = (
  { leaves, steps }: Program,
  before: Before,
  numbers: ReadonlyArray<number>
): ReadonlyArray<number> => {
  const choose = chooser(numbers)
  const pending = new Set([...leaves, ...steps].keys())
  const order: number[] = []
  while (pending.size > 0) {
    const ready = [...pending].filter((node) => !before(node).some((other) => pending.has(other)))
    const next = ready[choose(ready.length)]!
    pending.delete(next)
    order.push(next)
  }
  return order
}

const recordedIn = (empty: Tape, { leaves, steps, output }: Program, order: ReadonlyArray<number>) => {
  const nodes = new Array<Variable>(order.length)
  let tape = empty
  for (const node of order) {
    const step = steps[node - leaves.length]
    const inputs = step?.inputs.map((input) => nodes[input]!) ?? []
    const next = rightOf(
      step === undefined ? parameter(tape, leaves[node]!) : record(tape, step.primitive, inputs, step.attributes)
    )
    nodes[node] = next.value
    tape = next.tape
  }
  return { nodes, values: nodes.map(valuesOf), gradients: gradientsOf(tape, nodes[output]!, nodes) }
}

/** Several losses over shared inputs, recorded as they are and in another order. */
const check = (
  kernels: Kernels,
  before: (program: Program) => Before,
  law: (program: Program, one: ReturnType<typeof recordedIn>, other: ReturnType<typeof recordedIn>) => void
): void =>
  fc.assert(
    fc.property(severalPrograms, choices, (randoms, numbers) => {
      const program = randoms.map(lossOf).reduce((total, loss) => sumOf(pairOf(total, loss)))
      onTape(kernels, (empty) => {
        const inOrder = [...program.leaves, ...program.steps].map((_, node) => node)
        const one = recordedIn(empty, program, inOrder)
        const other = recordedIn(empty, program, anyOrder(program, before(program), numbers))
        law(program, one, other)
      })
    }),
    { numRuns: runs(40) }
  )

const severalPrograms = fc.array(programs({ maxOperations: 5 }), { minLength: 2, maxLength: 5 })

const isFinite = (values: Values): boolean => values.every((value) => Number.isFinite(value))

describe.each(namedKernels())('on %s', (_, kernels) => {
  it('the same steps in any order give the same numbers and the same gradients, to the bit', () => {
    // Of the users of a variable that has more than two, the order stays: it is that in which its cotangents are added.
    check(kernels, inputsAndRivals, (__, one, other) => {
      expect(other.values).toEqual(one.values)
      expect(other.gradients).toEqual(one.gradients)
    })
  })

  it('cotangents that are added up in another order are as near as rounding allows', () => {
    check(kernels, inputsOf, (program, one, other) => {
      expect(other.values).toEqual(one.values)
      const isSame = one.gradients.every((gradient, node) => gradient?.join() === other.gradients[node]?.join())
      if (isSame || !one.values.every(isFinite)) return
      const bounds = boundsOf(kernels, program, one.nodes, one.values)
      one.gradients.forEach((gradient, node) => {
        gradient?.forEach((slope, i) => {
          const bound = bounds[node]![i]!
          expect({ node, i, slope, bound, apart: Math.abs(other.gradients[node]![i]! - slope) <= bound })
            .toMatchObject({ apart: true }) // prettier-ignore
        })
      })
    })
  })
})
