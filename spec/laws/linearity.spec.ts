/** A gradient is linear in what it is taken of, and the sum over the ways in which a variable is used. */
import fc from 'fast-check'
import { type HostTensor, type Kernels, mul, type Tape, type Values } from 'gradfold'
import { programs } from 'gradfold/testing'
import { runSteps } from '../../src/testing/programs/program'
import { namedKernels } from '../support/kernelSets'
import { boundsOf, roundingOf } from '../support/lawsBounds'
import {
  gradientsOf,
  lossOf,
  pairOf,
  parametersOn,
  type Program,
  sumOf,
  twoPrograms,
  valuesOf
} from '../support/lawsPrograms'
import { onTape } from '../support/leaks'
import { rightOf } from '../support/results'
import { runs } from '../support/runs'

/** The nodes of a program, and the gradients of its result with respect to each, times a factor. */
const recorded = (empty: Tape, program: Program, factor?: number) => {
  const start = rightOf(parametersOn(empty, program.leaves))
  const { tape, value: nodes } = rightOf(runSteps(program, start.tape, start.value))
  const output = nodes[program.output]!
  const loss = factor === undefined ? { tape, value: output } : rightOf(mul(tape, output, factor))
  return { nodes, values: nodes.map(valuesOf), gradients: gradientsOf(loss.tape, loss.value, nodes) }
}

/** The program with a leaf of its own for each use of a leaf, and of which leaf each of them is a copy. */
const spread = ({ leaves, steps, output }: Program): { readonly apart: Program; readonly origins: number[] } => {
  const origins: number[] = []
  const copies = steps.map(({ inputs }) =>
    inputs.map((node) => (node < leaves.length ? origins.push(node) - 1 : undefined))
  )
  const moved = (node: number): number => node - leaves.length + origins.length
  const apart = {
    leaves: origins.map((leaf): HostTensor => leaves[leaf]!),
    steps: steps.map((step, place) => ({
      ...step,
      inputs: step.inputs.map((node, slot) => copies[place]![slot] ?? moved(node))
    })),
    output: moved(output)
  }
  return { apart, origins }
}

/** The uses of each leaf in the order in which the fold meets them: from the newest step on, and in a step from the first input. */
const usesInFold = ({ leaves, steps }: Program): ReadonlyArray<ReadonlyArray<number>> => {
  const uses: number[][] = leaves.map(() => [])
  let next = 0
  const perStep = steps.map(({ inputs }) => inputs.filter((node) => node < leaves.length).map((leaf) => [leaf, next++]))
  for (const [leaf, use] of perStep.reverse().flat()) uses[leaf!]!.push(use!)
  return uses
}

const plus = (kernels: Kernels, one: Values | undefined, other: Values | undefined): Values | undefined => {
  if (one === undefined || other === undefined) return one ?? other
  return one.map((value, i) => rounded(kernels, value + other[i]!))
}

const rounded = ({ name }: Kernels, value: number): number => (name === 'reference' ? value : Math.fround(value))

const isFinite = (values: Values): boolean => values.every((value) => Number.isFinite(value))

/** All numbers of one are within these distances of those of the other; none flows in both or in neither. */
const expectNear = (
  one: ReadonlyArray<Values | undefined>,
  other: ReadonlyArray<Values | undefined>,
  bounds: ReadonlyArray<Float64Array | undefined>
): void => {
  expect(one.map((gradient) => gradient?.length)).toEqual(other.map((gradient) => gradient?.length))
  one.forEach((gradient, node) =>
    gradient?.forEach((value, i) => {
      const [expected, bound] = [other[node]![i]!, bounds[node]![i]!]
      const near = Math.abs(value - expected) <= bound
      expect({ node, i, value, expected, bound, near }).toMatchObject({ near: true })
    })
  )
}

describe.each(namedKernels())('on %s the gradient', (_, kernels) => {
  it('of a variable is the sum of the gradients of its uses, from the newest to the oldest, to the bit', () => {
    fc.assert(
      fc.property(twoPrograms(), ([f, g]) => {
        const program = sumOf(pairOf(lossOf(f), lossOf(g)))
        onTape(kernels, (empty) => {
          const { gradients } = recorded(empty, program)
          const { apart } = spread(program)
          const { gradients: parts } = recorded(empty, apart)
          const sums = usesInFold(program).map((uses) =>
            uses.map((use) => parts[use]).reduce((total, part) => plus(kernels, total, part), undefined)
          )
          expect(gradients.slice(0, program.leaves.length)).toEqual(sums)
        })
      }),
      { numRuns: runs(40) }
    )
  })

  it('of a sum is the sum of the gradients: to the bit where each adds one term, else as near as rounding allows', () => {
    fc.assert(
      fc.property(twoPrograms(), ([one, other]) => {
        const pair = pairOf(lossOf(one), lossOf(other))
        const { f, g, leaves } = pair
        onTape(kernels, (empty) => {
          const [ofF, ofG, ofSum] = [f, g, sumOf(pair)].map((program) => recorded(empty, program))
          if (![ofF!, ofG!].every(({ values }) => values.every(isFinite))) return
          const { apart, origins } = spread(sumOf(pair))
          const parts = recorded(empty, apart).gradients
          const sums = leaves.map((_leaf, place) => plus(kernels, ofG!.gradients[place], ofF!.gradients[place]))
          // Sums of the same terms in two orders, each with n - 1 additions, are 2 (n - 1) u times the sum of their sizes apart.
          const bounds = leaves.map(({ values }, place) => {
            const terms = origins.flatMap((leaf, use) => (leaf === place && parts[use] ? [parts[use]] : []))
            const share = terms.length > 2 ? 2.02 * (terms.length - 1) * roundingOf(kernels) : 0
            return Float64Array.from(
              values,
              (__, i) => share * terms.reduce((sum, part) => sum + Math.abs(part[i]!), 0)
            )
          })
          expectNear(ofSum!.gradients.slice(0, leaves.length), sums, bounds)
          // What only one of them has inside gets from the sum what it gets alone.
          expect(ofSum!.gradients.slice(leaves.length, leaves.length + f.steps.length)).toEqual(
            ofF!.gradients.slice(leaves.length)
          )
        })
      }),
      { numRuns: runs(40) }
    )
  })

  it('of c f is c times that of f: to the bit where c is a power of two, else as near as rounding allows', () => {
    const sign = fc.constantFrom(1, -1)
    const power = fc.tuple(sign, fc.integer({ min: -6, max: 6 })).map(([s, exponent]) => s * 2 ** exponent)
    const eighths = fc.tuple(sign, fc.integer({ min: 1, max: 80 })).map(([s, count]) => (s * count) / 8)
    fc.assert(
      fc.property(programs(), power, eighths, (random, exact, factor) => {
        const program = lossOf(random)
        onTape(kernels, (empty) => {
          const plain = recorded(empty, program)
          const times = (c: number) =>
            plain.gradients.map((gradient) => gradient && Float64Array.from(gradient, (x) => c * x))
          // Below the normal numbers of float32 a power of two rounds as well.
          const tiny = plain.gradients.map((gradient) => gradient && new Float64Array(gradient.length).fill(2 ** -120))
          expectNear(recorded(empty, program, exact).gradients, times(exact), tiny)
          const bounds = boundsOf(kernels, program, plain.nodes, plain.values, true)
          const scaled = bounds.map((bound) => bound?.map((d) => Math.abs(factor) * d + 2 ** -120))
          expectNear(recorded(empty, program, factor).gradients, times(factor), scaled)
        })
      }),
      { numRuns: runs(25) }
    )
  })
})
