/** Cutting programs down, where what is wrong is whatever a spec says it is. */
import {
  constant,
  exp,
  matmul,
  memory,
  mul,
  neg,
  parameter,
  referenceKernels,
  startTape,
  sum,
  tanh,
  trace,
  type Tape
} from 'gradfold'
import { minimize } from '../../src/testing/programs/minimize'
import { type Program, programOf } from '../../src/testing/programs/program'
import { programText } from '../../src/testing/programs/programText'
import { rightOf } from '../support/results'

const settings = { kernels: referenceKernels(), seed: 0 }

const namesOf = ({ steps }: Program): ReadonlyArray<string> => steps.map(({ primitive }) => primitive.name)

/** sum(neg(tanh(x y) exp(z))) and something beside it, of matrices with numbers that nobody would choose. */
const long = (): Program => {
  const own = settings.kernels.withOwnAllocations()
  try {
    const { tape, value } = rightOf(
      trace(startTape(own), function* (run) {
        const x = yield* run(parameter, [
          [0.123, -4.56, 2.2],
          [7.8, 0.9, -1.5]
        ])
        const y = yield* run(parameter, [[1.25], [0.33], [-0.77]])
        const z = yield* run((tape: Tape) => constant(tape, [[0.11], [0.22]]))
        yield* run(exp, x)
        const product = yield* run(matmul, x, y)
        return yield* run(sum, yield* run(neg, yield* run(mul, yield* run(tanh, product), yield* run(exp, z))))
      })
    )
    return programOf(tape, value)
  } finally {
    own.allocations.releaseAll()
  }
}

describe('a tape as a program', () => {
  it('holds what its output was computed from, and nothing else', () => {
    const program = long()
    expect(namesOf(program)).toEqual(['matmul', 'tanh', 'exp', 'mul', 'neg', 'sum'])
    expect(program.leaves.map(({ shape }) => shape)).toEqual([
      [2, 3],
      [3, 1],
      [2, 1]
    ])
  })
})

describe('minimize', () => {
  it('finds the one step that is wrong by itself, on plain numbers', () => {
    const smallest = minimize(long(), (program) => namesOf(program).includes('exp'), settings)
    expect(smallest && programText(smallest, { seed: 3, order: 2 })).toBe(`import { exp } from 'gradfold'
import { checkGradients } from 'gradfold/testing'

checkGradients(
  (tape, x) => exp(tape, x),
  { orders: [2], seed: 3 }
)(
  { shape: [], values: [1] }
)`)
  })

  it('keeps as many steps as it takes', () => {
    const isWrong = (program: Program): boolean =>
      program.steps.some(({ primitive, inputs }) => {
        const [first] = inputs.map((node) => program.steps[node - program.leaves.length]?.primitive.name)
        return primitive.name === 'mul' && first === 'tanh'
      })
    const smallest = minimize(long(), isWrong, settings)
    expect(smallest && namesOf(smallest)).toEqual(['tanh', 'mul'])
    expect(smallest?.leaves).toHaveLength(1)
    expect(smallest && programText(smallest, { seed: 0, order: 1 })).toContain('yield* run(mul, node1, x)')
  })

  it('keeps the numbers and sizes that matter', () => {
    const isWrong = ({ leaves, steps }: Program): boolean =>
      steps.length > 0 && leaves.some(({ shape, values }) => shape[0] === 2 && values.some((value) => value > 7))
    const smallest = minimize(long(), isWrong, settings)
    expect(smallest?.leaves.map(({ shape, values }) => [shape, Array.from(values)])).toEqual([
      [
        [2, 2],
        [expect.any(Number), expect.any(Number), expect.any(Number), expect.any(Number)]
      ]
    ])
  })

  it('finds nothing in what is not wrong, and leaves nothing behind', () => {
    const before = memory(settings.kernels)
    expect(minimize(long(), () => false, settings)).toBeUndefined()
    expect(memory(settings.kernels)).toEqual(before)
  })
})
