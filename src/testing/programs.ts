import fc from 'fast-check'
import { isLeft, right } from 'fp-ts/Either'
import { referenceKernels } from '../kernels/reference/referenceKernels'
import type { HostTensor } from '../kernels/tensor'
import type { Recorder } from './checkGradients'
import { Builder } from './programs/builder'
import { growths } from './programs/growth'
import { type Program, runSteps } from './programs/program'
import { recorderText } from './programs/programText'

/** A random program, and what to run it on. */
export interface RandomProgram {
  readonly inputs: ReadonlyArray<HostTensor>
  /** Records all of its operations on the inputs, and returns the last one. */
  readonly run: Recorder
  /** The names of its operations, in their order. */
  readonly operations: ReadonlyArray<string>
}

/** Settings of programs. */
export interface ProgramSettings {
  /** Which operations it may have; all that take or give float32 by default. */
  readonly operations?: ReadonlyArray<string>
  /** At most so many; 24 by default. */
  readonly maxOperations?: number
}

/**
 * Tapes at random, well-shaped by construction: programs over all operations, with broadcasting, shared variables, reductions,
 * indices and conditions, whose numbers stay moderate. They shrink to fewer operations. float32 results alone.
 * @example
 * import { assert, property } from 'fast-check'
 * import { checkProgram, programs } from 'gradfold/testing'
 * assert(property(programs({ maxOperations: 3 }), (program) => checkProgram(program)), { numRuns: 10 })
 */
export const programs = ({
  operations = [...growths.keys()],
  maxOperations = 24
}: ProgramSettings = {}): fc.Arbitrary<RandomProgram> => {
  const recipe = fc.record({
    name: fc.constantFrom(...operations.flatMap((name) => (often.has(name) ? [name, name, name] : [name]))),
    choices: fc.array(fc.nat({ max: 59 }), { minLength: 8, maxLength: 8 })
  })
  return (
    fc
      // Any number of them alike: short programs would leave most operations out of a hundred runs.
      .array(recipe, { minLength: 1, maxLength: maxOperations, size: 'max' })
      .map((recipes) => grown(recipes))
      .filter((program) => program !== undefined)
      .filter(({ leaves }) => leaves.some(({ dtype }) => dtype === 'float32'))
      .map(asRandomProgram)
  )
}

/** Of those, most mistakes are possible: two inputs, broadcasting, transpositions. */
const often: ReadonlySet<string> = new Set(['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'select', 'matmul'])

const grown = (
  recipes: ReadonlyArray<{ readonly name: string; readonly choices: ReadonlyArray<number> }>
): Program | undefined => {
  const kernels = referenceKernels()
  try {
    const builder = new Builder(kernels)
    for (const { name, choices } of recipes) {
      builder.choose(choices)
      growths.get(name)?.(builder)
    }
    return builder.program()
  } finally {
    kernels.allocations.releaseAll()
  }
}

const asRandomProgram = (program: Program): RandomProgram => {
  const random: RandomProgram = {
    inputs: program.leaves,
    operations: program.steps.map(({ primitive }) => primitive.name),
    run: (tape, ...inputs) => {
      const nodes = runSteps(program, tape, inputs)
      return isLeft(nodes) ? nodes : right({ value: nodes.right.value[program.output]!, tape: nodes.right.tape })
    }
  }
  return Object.defineProperty(random, fc.toStringMethod, {
    value: () => recorderText(program) ?? fc.stringify(program)
  })
}
