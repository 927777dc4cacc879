/** From a program that is wrong to a small one that still is. */
import type { HostTensor } from '../../kernels/tensor'
import { tensorOf } from '../../tape/variable'
import { Misuse } from '../gradients/misuse'
import { type RunSettings, withRun } from '../gradients/subject'
import { type Node, type Program, pruned, runSteps, type Step, subjectOf } from './program'
import { simplify } from './simplify'

/** Whether a program still shows what was wrong; false for one that cannot run. */
export type IsWrong = (program: Program) => boolean

/**
 * First each step by itself, on the numbers that it was given: a wrong derivative rule shows there. What shows in no single
 * step is cut: nodes become leaves with their numbers, results of steps become the result, as long as it stays wrong. Then shapes
 * and numbers are simplified. Undefined where the program, replayed, is not wrong.
 */
export const minimize = (program: Program, isWrong: IsWrong, settings: RunSettings): Program | undefined => {
  const numbers = nodeNumbers(program, settings)
  if (numbers === undefined) return undefined
  for (const [place, step] of program.steps.entries()) {
    const alone = stepAlone(step, numbers, program.leaves.length + place)
    if (isWrong(alone)) return simplify(alone, isWrong)
    // Two leaves with the same numbers may be at a kink, where one variable in both places is not.
    const shared = withOneLeaf(alone)
    if (shared !== undefined && isWrong(shared)) return simplify(shared, isWrong)
  }
  return isWrong(program) ? simplify(cut(program, isWrong, settings), isWrong) : undefined
}

const nodeNumbers = (program: Program, settings: RunSettings): ReadonlyArray<HostTensor> | undefined => {
  const subject = subjectOf(program)
  try {
    return withRun(
      { ...subject, record: (tape, leaves) => runSteps(program, tape, leaves) },
      program.leaves,
      settings,
      (run) =>
        run.outputs.map((node) => {
          const { shape, dtype } = node
          return { shape, dtype, values: run.tape.kernels.read(tensorOf(node)) }
        })
    )
  } catch (thrown) {
    if (thrown instanceof Misuse) return undefined
    throw thrown
  }
}

const stepAlone = (step: Step, numbers: ReadonlyArray<HostTensor>, place: number): Program => {
  const nodes: Node[] = numbers.map((tensor, i) => (i === place ? step : tensor))
  return pruned(nodes, place)
}

const withOneLeaf = ({ leaves, steps }: Program): Program | undefined => {
  const [first] = leaves
  const isSame = ({ shape, dtype, values }: HostTensor): boolean =>
    dtype === first?.dtype && shape.join() === first.shape.join() && values.join() === first.values.join()
  if (first === undefined || leaves.length < 2 || !leaves.every(isSame)) return undefined
  return { leaves: [first], steps: steps.map((step) => ({ ...step, inputs: step.inputs.map(() => 0) })), output: 1 }
}

const cut = (program: Program, isWrong: IsWrong, settings: RunSettings): Program => {
  let smallest = program
  for (let found = true; found;) {
    found = false
    const numbers = nodeNumbers(smallest, settings)
    if (numbers === undefined) return smallest
    for (const candidate of cuts(smallest, numbers)) {
      if (candidate.steps.length >= smallest.steps.length || !isWrong(candidate)) continue
      smallest = candidate
      found = true
      break
    }
  }
  return smallest
}

/** The largest cuts first. */
const cuts = (program: Program, numbers: ReadonlyArray<HostTensor>): ReadonlyArray<Program> => {
  const nodes: ReadonlyArray<Node> = [...program.leaves, ...program.steps]
  const inner = program.steps.map((_, place) => program.leaves.length + place).filter((node) => node !== program.output)
  const asLeaf = inner.map((node) =>
    pruned(
      nodes.map((kept, place) => (place === node ? numbers[node]! : kept)),
      program.output
    )
  )
  const asOutput = inner.filter((node) => numbers[node]!.dtype === 'float32').map((node) => pruned(nodes, node))
  return [...asLeaf, ...asOutput].sort((one, other) => one.steps.length - other.steps.length)
}
