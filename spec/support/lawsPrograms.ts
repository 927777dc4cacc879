/** Random programs taken apart, for laws about tapes: cut, put in another order, joined over shared inputs. */
import fc from 'fast-check'
import {
  backward,
  constant,
  gradientOf,
  type HostTensor,
  memory,
  mul,
  parameter,
  read,
  referenceKernels,
  startTape,
  sum,
  type Tape,
  toArray,
  trace,
  type Traced,
  traverse,
  type Values,
  type Variable
} from 'gradfold'
import { programs, type ProgramSettings, type RandomProgram } from 'gradfold/testing'
import { isSome } from 'fp-ts/Option'
import { sizeOf } from '../../src/kernels/shape'
import { addPrimitive } from '../../src/operation/add'
import { contextOf, takeKey, topOf } from '../../src/tape/tape'
import { isBelow, previousOf } from '../../src/tape/variable'
import { hostTensor } from '../../src/testing/generators/hostTensor'
import { type Program, programOf, type Step } from '../../src/testing/programs/program'
import { rightOf } from './results'

export type { Program, Step }

/** Numbers that a property makes decisions by, as many as it wants. */
export const choices: fc.Arbitrary<ReadonlyArray<number>> = fc.array(fc.nat({ max: 59 }), {
  minLength: 1,
  maxLength: 30
})

/** Decisions from choices: a whole number below `count`. They begin again when they are used up. */
export const chooser = (numbers: ReadonlyArray<number>): ((count: number) => number) => {
  let taken = 0
  return (count) => numbers[taken++ % numbers.length]! % count
}

/** Two programs at once. */
export const twoPrograms = (settings: ProgramSettings = {}): fc.Arbitrary<readonly [RandomProgram, RandomProgram]> =>
  fc.tuple(programs(settings), programs(settings))

/** What a generated program records, as a value. */
export const stepsOf = (random: RandomProgram): Program => taken(random, false)

/** The same with one number as its result: the sum of its own times weights that are not constant. */
export const lossOf = (random: RandomProgram): Program => taken(random, true)

const taken = ({ inputs, run }: RandomProgram, asLoss: boolean): Program => {
  const kernels = referenceKernels()
  const start = rightOf(parametersOn(startTape(kernels), inputs))
  const recorded = rightOf(run(start.tape, ...start.value))
  const { tape, value } = asLoss ? weighted(recorded) : recorded
  const program = programOf(tape, value)
  kernels.allocations.releaseAll()
  return program
}

const weighted = ({ tape, value }: Traced<Variable>): Traced<Variable> => {
  const numbers = Array.from({ length: sizeOf(value.shape) }, (_, i) => (i % 2 === 0 ? 1 : -1) * (0.5 + (i % 16) / 16))
  return rightOf(
    trace(tape, function* (at) {
      return yield* at(sum, yield* at(mul, value, yield* at(constant, hostTensor(value.shape, numbers))))
    })
  )
}

/** A parameter of each leaf. */
export const parametersOn = (tape: Tape, leaves: ReadonlyArray<HostTensor>) =>
  traverse(tape, leaves, (at, leaf) => parameter(at, leaf))

/** Two programs over the same leaves. */
export interface Pair {
  readonly leaves: ReadonlyArray<HostTensor>
  readonly f: Program
  readonly g: Program
}

/** Both over the leaves of both, where a leaf of g is one of f, if there is one of its shape that g can take. */
export const pairOf = (f: Program, g: Program): Pair => {
  const leaves = [...f.leaves]
  const free = new Set(f.leaves.keys())
  const places = g.leaves.map((leaf) => {
    const found = [...free].find((place) => canTake(leaf, f.leaves[place]!))
    if (found === undefined) return leaves.push(leaf) - 1
    free.delete(found)
    return found
  })
  return {
    leaves,
    f: over(leaves, f, (leaf) => leaf),
    g: over(leaves, g, (leaf) => places[leaf]!)
  }
}

const canTake = (wanted: HostTensor, other: HostTensor): boolean =>
  wanted.dtype === 'float32' &&
  other.dtype === 'float32' &&
  wanted.shape.join() === other.shape.join() &&
  (isPositive(other) || !isPositive(wanted))

const isPositive = ({ values }: HostTensor): boolean => values.every((value) => value > 0)

/** The program with other leaves, its own at these places among them. */
const over = (leaves: ReadonlyArray<HostTensor>, program: Program, placeOf: (leaf: number) => number): Program => {
  const old = program.leaves.length
  const moved = (node: number): number => (node < old ? placeOf(node) : node - old + leaves.length)
  const steps = program.steps.map((step) => ({ ...step, inputs: step.inputs.map(moved) }))
  return { leaves, steps, output: moved(program.output) }
}

/** First f, then g, then the sum of their results. */
export const sumOf = ({ leaves, f, g }: Pair): Program => {
  const moved = (node: number): number => (node < leaves.length ? node : node + f.steps.length)
  const later = g.steps.map((step) => ({ ...step, inputs: step.inputs.map(moved) }))
  const total: Step = { primitive: addPrimitive, attributes: {}, inputs: [f.output, moved(g.output)] }
  const steps = [...f.steps, ...later, total]
  return { leaves, steps, output: leaves.length + steps.length - 1 }
}

/** A copy of the numbers. */
export const valuesOf = (x: Variable): Values => rightOf(read(x)).values

/** The gradients of one of the nodes with respect to all of them, 1 above by default; undefined where none flows. */
export const gradientsOf = (
  tape: Tape,
  loss: Variable,
  nodes: ReadonlyArray<Variable>,
  above: Values = new Float64Array(sizeOf(loss.shape)).fill(1)
): ReadonlyArray<Values | undefined> => {
  if (!loss.needsGradient) return nodes.map(() => undefined)
  const upstream = rightOf(constant(tape, { shape: loss.shape, values: above }))
  const gradients = rightOf(backward(upstream.tape, loss, { upstream: upstream.value, keep: nodes }))
  return nodes.map((node) => {
    const found = gradientOf(gradients, node)
    return isSome(found) ? rightOf(read(found.value)).values : undefined
  })
}

/** All entries of a tape, oldest first. */
export const entriesOf = (tape: Tape): ReadonlyArray<Variable> => {
  const entries: Variable[] = []
  for (let entry = topOf(tape); entry !== undefined; entry = previousOf(entry)) entries.push(entry)
  return entries.reverse()
}

/** Whether these very variables are on the tape. */
export const areOn = (tape: Tape, variables: ReadonlyArray<Variable>): boolean =>
  variables.every((variable) => isBelow(topOf(tape), variable))

/** All that there is to a tape, with all of its numbers. */
export const stateOf = (tape: Tape) => {
  const { key, draws, path, training } = contextOf(tape)
  return {
    ...{ key, draws, path, training, next: takeKey(tape).value, length: tape.length },
    entries: toArray(tape),
    values: entriesOf(tape).map(valuesOf)
  }
}

/** How many tensors are live, whoever owns them. */
export const live = (tape: Tape): number => memory(tape.kernels).tensors
