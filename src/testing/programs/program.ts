/** A tape as a value that can be cut, changed and run again. */
import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import type { HostTensor } from '../../kernels/tensor'
import type { Primitive } from '../../tape/primitive'
import { record } from '../../tape/record'
import type { Tape, Traced } from '../../tape/tape'
import { inputCount, inputsOf, tensorOf, type Variable } from '../../tape/variable'
import type { Subject } from '../gradients/subject'
import { reachedFrom } from '../gradients/walk'

/** One operation; inputs are nodes: the leaves in their order, then the steps in theirs. */
export interface Step {
  readonly primitive: Primitive<unknown>
  readonly attributes: unknown
  readonly inputs: ReadonlyArray<number>
}

/** Leaves with their numbers, what is computed from them, and which node is the result. */
export interface Program {
  readonly leaves: ReadonlyArray<HostTensor>
  readonly steps: ReadonlyArray<Step>
  readonly output: number
}

/** One of them. */
export type Node = HostTensor | Step

const isStep = (node: Node): node is Step => 'primitive' in node

/** A letter for each leaf: x, y, z, then a to w. */
export const leafName = (place: number): string => {
  const letters = 'xyzabcdefghijklmnopqrstuvw'
  const round = Math.floor(place / letters.length)
  return `${letters[place % letters.length]}${round === 0 ? '' : round}`
}

/** The program as something to check. */
export const subjectOf = (program: Program): Subject => ({
  names: program.leaves.map((_, place) => leafName(place)),
  record: (tape, leaves) => {
    const nodes = runSteps(program, tape, leaves)
    return isLeft(nodes) ? nodes : right({ value: [nodes.right.value[program.output]!], tape: nodes.right.tape })
  }
})

/** All nodes. */
export const runSteps = (
  { steps }: Program,
  start: Tape,
  leaves: ReadonlyArray<Variable>
): Result<Traced<ReadonlyArray<Variable>>> => {
  const nodes = [...leaves]
  let tape = start
  for (const { primitive, attributes, inputs } of steps) {
    const next = record(
      tape,
      primitive,
      inputs.map((node) => nodes[node]!),
      attributes
    )
    if (isLeft(next)) return next
    nodes.push(next.right.value)
    tape = next.right.tape
  }
  return right({ value: nodes, tape })
}

/** What the output was computed from. Entries without inputs, drawn or filled, become leaves with their numbers. */
export const programOf = (tape: Tape, output: Variable): Program => {
  const reached = [...reachedFrom(output)].sort((one, other) => one.index - other.index)
  const leaves = reached.filter((entry) => inputCount(entry) === 0)
  const computed = reached.filter((entry) => inputCount(entry) > 0)
  const places = new Map([...leaves, ...computed].map((entry, place) => [entry, place]))
  const placeOf = (entry: Variable): number => places.get(entry)!
  return {
    leaves: leaves.map((leaf) => ({
      shape: leaf.shape,
      dtype: leaf.dtype,
      values: tape.kernels.read(tensorOf(leaf))
    })),
    steps: computed.map((entry) => ({
      primitive: entry.primitive,
      attributes: entry.attributes,
      inputs: inputsOf(entry).map(placeOf)
    })),
    output: placeOf(output)
  }
}

/** What the output needs of these nodes, renumbered: leaves first. */
export const pruned = (nodes: ReadonlyArray<Node>, output: number): Program => {
  const needed = new Set<number>()
  const visit = (place: number): void => {
    if (needed.has(place)) return
    needed.add(place)
    const node = nodes[place]!
    if (isStep(node)) node.inputs.forEach(visit)
  }
  visit(output)
  const kept = [...needed].sort((one, other) => one - other)
  const leaves = kept.filter((place) => !isStep(nodes[place]!))
  const steps = kept.filter((place) => isStep(nodes[place]!))
  const places = new Map([...leaves, ...steps].map((old, place) => [old, place]))
  return {
    leaves: leaves.flatMap((place) => {
      const node = nodes[place]!
      return isStep(node) ? [] : [node]
    }),
    steps: steps.flatMap((place) => {
      const node = nodes[place]!
      return isStep(node) ? [{ ...node, inputs: node.inputs.map((input) => places.get(input)!) }] : []
    }),
    output: places.get(output)!
  }
}
