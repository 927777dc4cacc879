/** What the checks say: of right and wrong gradients, of kinks, and of functions that cannot be checked. */
import fc from 'fast-check'
import { type Either, isLeft, isRight } from 'fp-ts/Either'
import {
  abs,
  activation,
  add,
  constant,
  detach,
  exp,
  greater,
  item,
  linear,
  log,
  maximum,
  memory,
  mseLoss,
  mul,
  neg,
  referenceKernels,
  relu,
  sequential,
  forward,
  softmaxCrossEntropy,
  sqrt,
  square,
  sum,
  type Tape,
  trace,
  uniform,
  type Variable
} from 'gradfold'
import {
  checkGradients,
  checkModel,
  checkProgram,
  GradientError,
  type GradientReport,
  inspectGradients,
  inspectModel,
  Misuse,
  models,
  NothingCompared,
  programs,
  tensors
} from 'gradfold/testing'
import { runs } from '../support/runs'

/** What a check throws. */
const thrownBy = (body: () => void): unknown => {
  try {
    body()
  } catch (thrown) {
    return thrown
  }
  return undefined
}

const reportOf = (found: Either<Misuse, GradientReport>): GradientReport => {
  if (isLeft(found)) throw found.left
  return found.right
}

describe('right gradients', () => {
  it('are confirmed for random programs over all operations', () => {
    fc.assert(
      fc.property(programs(), (program) => checkProgram(program)),
      { numRuns: runs(150) }
    )
  })

  it('are confirmed for random models, to every parameter and input', () => {
    fc.assert(
      fc.property(models(), fc.integer({ max: 1000, min: 0 }), ({ create, input }, seed) => {
        const size = input.reduce((product, length) => product * length, 1)
        const values = Float64Array.from({ length: size }, (_, i) => Math.sin(1 + seed + 3 * i))
        checkModel(create, forward, { seed })({ shape: input, values })
      }),
      { numRuns: runs(20) }
    )
  })

  it('are confirmed for a loss with labels and weights beside', () => {
    const loss = (tape: Tape, scores: Variable, labels: Variable) => softmaxCrossEntropy(tape, scores, labels)
    const labels = Int32Array.of(2, 0)
    fc.assert(
      fc.property(tensors({ shape: [2, 3] }), (scores) => checkGradients(loss, { scalar: true })(scores, labels)),
      { numRuns: runs(20) }
    )
  })

  it('count what was compared: each number, to both orders, and the upstream gradient', () => {
    const { right, orders, smallest } = reportOf(inspectGradients(square)([1, 2, 3]))
    expect({ right, smallest }).toEqual({ right: true, smallest: undefined })
    expect(orders.map(({ order, compared, excluded }) => [order, compared, excluded])).toEqual([
      [1, 3, []],
      [2, 6, []]
    ])
  })

  it('of large inputs are compared along two directions each', () => {
    const large = { shape: [20, 10], values: Float64Array.from({ length: 200 }, (_, i) => Math.cos(i)) }
    const [first] = reportOf(inspectGradients(exp, { orders: [1] })(large)).orders
    expect([first?.order, first?.compared]).toEqual([1, 2])
  })

  it('of a model of 10,000 parameters are confirmed', () => {
    const create = (tape: Tape) =>
      sequential(
        tape,
        (at) => linear(at, 60, 120),
        activation('relu'),
        (at) => linear(at, 120, 22),
        activation('tanh')
      )
    const values = Float64Array.from({ length: 8 * 60 }, (_, i) => Math.sin(i))
    const { right, orders } = reportOf(inspectModel(create, forward)({ shape: [8, 60], values }))
    expect(right).toBe(true)
    expect(orders.map(({ compared }) => compared)).toEqual([10, 12])
  })
})

describe('kinks', () => {
  it('are left out where they are, and nowhere else', () => {
    const { right, orders } = reportOf(inspectGradients(relu, { orders: [1] })([-1e-9, 0, 1e-9, 1]))
    expect(right).toBe(true)
    expect(orders[0]?.excluded).toEqual([
      { input: 0, name: 'x', position: 1, reason: 'kink', operation: 'relu', entry: 1 }
    ])
    expect(orders[0]?.compared).toBe(3)
  })

  it.each<readonly [string, (tape: Tape, x: Variable) => ReturnType<typeof relu>, string]>([
    ['abs', abs, 'abs'],
    ['maximum', (tape, x) => maximum(tape, x, 1), 'maximum'],
    [
      'a condition',
      (tape, x) =>
        trace(tape, function* (run) {
          const above = yield* run(greater, x, 1)
          return yield* run(mul, x, yield* run((at) => (isRight(item(above)) ? constant(at, 1) : constant(at, 2))))
        }),
      'greater'
    ]
  ])('of %s is told by the operation', (_, f, operation) => {
    const at = operation === 'abs' ? 0 : 1
    const [first] = reportOf(inspectGradients(f, { orders: [1] })(at)).orders
    expect(first?.excluded).toMatchObject([{ reason: 'kink', operation }])
  })

  it('alone are no confirmation: a property goes on to another example', () => {
    const thrown = thrownBy(() => checkGradients(relu)(0))
    expect(thrown).toBeInstanceOf(NothingCompared)
    expect(String(thrown)).toContain('relu at entry 1 has a kink there')
    expect(fc.PreconditionFailure.isFailure(thrown)).toBe(true)
    const found = fc.check(fc.property(fc.constant(0), checkGradients(relu)), { numRuns: 10 })
    expect(found.failed).toBe(true)
  })

  it('and numbers next to which there are none are told apart', () => {
    const { orders } = reportOf(inspectGradients(log, { orders: [1] })([0.5, 1e-300]))
    expect(orders[0]?.excluded).toMatchObject([{ position: 1, reason: 'notFinite' }])
    expect(thrownBy(() => checkGradients(sqrt)(-1))).toBeInstanceOf(NothingCompared)
    expect(thrownBy(() => checkGradients(exp)({ shape: [0], values: [] }))).toBeInstanceOf(NothingCompared)
  })
})

describe('a gradient that is cut', () => {
  it('by detach is wrong, and detach is what is printed', () => {
    const f = (tape: Tape, x: Variable) =>
      trace(tape, function* (run) {
        return yield* run(mul, yield* run(square, x), yield* run(detach, x))
      })
    const thrown = thrownBy(() => checkGradients(f)(1.5))
    if (!(thrown instanceof GradientError)) throw new Error(String(thrown))
    expect(thrown.report.smallest?.operations).toEqual(['detach'])
    expect(thrown.message).toMatch(/with respect to x, at number 0, is 4.5, but central differences say 6.75/)
  })

  it('by a number that was taken off the tape and recorded again is told so', () => {
    const f = (tape: Tape, x: Variable) =>
      trace(tape, function* (run) {
        const read = item(x)
        return yield* run(mul, x, yield* run(constant, isRight(read) ? read.right : 0))
      })
    const thrown = thrownBy(() => checkGradients(f)(2))
    expect(thrown).toBeInstanceOf(GradientError)
    expect(String(thrown)).toContain('taken off the tape and recorded again')
  })
})

describe('what is no wrong gradient', () => {
  const kindOf = (found: Either<Misuse, GradientReport>): string => (isLeft(found) ? found.left.kind : 'none')
  const against = (count: number) => (tape: Tape, x: Variable) =>
    trace(tape, function* (run) {
      return yield* run(
        mseLoss,
        x,
        yield* run(
          constant,
          Array.from({ length: count }, (_, i) => i)
        )
      )
    })

  it('is told apart', () => {
    let calls = 0
    const counting = (tape: Tape, x: Variable) => add(tape, x, calls++)
    const noise = (tape: Tape, x: Variable) =>
      trace(tape, function* (run) {
        return yield* run(mul, x, yield* run(uniform, [2]))
      })
    const other = (tape: Tape) => constant(tape, 1)
    const failing = against(3)
    const throwing = (): never => {
      throw new RangeError('no')
    }
    const comparing = (tape: Tape, x: Variable) => greater(tape, x, 0)
    expect([
      kindOf(inspectGradients(counting)([1, 2])),
      kindOf(inspectGradients(noise)([1, 2])),
      kindOf(inspectGradients(noise, { random: true })([1, 2])),
      kindOf(inspectGradients(other)([1, 2])),
      kindOf(inspectGradients(failing)([1, 2])),
      kindOf(inspectGradients(throwing)([1, 2])),
      kindOf(inspectGradients(comparing)([1, 2])),
      kindOf(inspectGradients(neg, { scalar: true })([1, 2])),
      kindOf(inspectGradients((tape, x) => sum(tape, x), { scalar: true })([1, 2])),
      kindOf(inspectGradients(neg)(Int32Array.of(1, 2))),
      kindOf(inspectGradients(neg)([[1], [2, 3]]))
    ]).toEqual([
      'NotPure',
      'DrawsAtRandom',
      'none',
      'ReadsNoInput',
      'Failed',
      'Failed',
      'NotDifferentiable',
      'NotScalar',
      'none',
      'InvalidInput',
      'InvalidInput'
    ])
  })

  it('says what happened and what to do', () => {
    const thrown = thrownBy(() => checkGradients((tape, x) => add(tape, x, Math.random()))(1))
    expect(thrown).toBeInstanceOf(Misuse)
    expect(String(thrown)).toMatch(/Two runs .* differ, first at entry 1, fill .* Take random numbers from the tape/)
    const failed = thrownBy(() => checkGradients(against(2))(1))
    expect(String(failed)).toMatch(/returned a Left with ShapeMismatch: /)
  })
})

describe('a check', () => {
  it('leaves no tensors of its own, whatever it finds', () => {
    const kernels = referenceKernels()
    const before = memory(kernels)
    thrownBy(() => checkGradients(relu)([0, 1]))
    thrownBy(() => checkGradients((tape, x) => detach(tape, x))([1]))
    expect(memory(kernels)).toEqual(before)
  })
})
