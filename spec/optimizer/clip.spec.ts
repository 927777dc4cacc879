/** clipByValue and clipByGlobalNorm; spec/golden holds both against PyTorch's. */
import fc from 'fast-check'
import {
  backward,
  clipByGlobalNorm,
  clipByValue,
  constant,
  type Gradients,
  memory,
  mul,
  named,
  parameter,
  referenceKernels,
  release,
  sum,
  type Tape,
  trace,
  type Variable
} from 'gradfold'
import { type tensorOf } from '../../src/tape/variable'
import { everyFault } from '../support/everyFault'
import { namedKernels } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { gradientFor, numbersOf } from '../support/numbers'
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'

/** Variables with gradients of these numbers: those of the sum of x g. */
const gradientsOf = (
  tape: Tape,
  given: ReadonlyArray<ReadonlyArray<number>>
): { readonly variables: ReadonlyArray<Variable>; readonly gradients: Gradients } => {
  const variables: Variable[] = []
  const gradients = new Map<Variable, ReturnType<typeof tensorOf>>()
  for (const numbers of given) {
    const { value } = rightOf(
      parameter(
        tape,
        numbers.map(() => 1)
      )
    )
    variables.push(value)
    gradients.set(
      value,
      tape.kernels.upload([numbers.length], 'float32', () => Float64Array.from(numbers))
    )
  }
  return { variables, gradients }
}

const numbersIn = (gradients: Gradients): ReadonlyArray<ReadonlyArray<number>> => [...gradients.values()].map(numbersOf)

// Exact in float32, so that what is not clipped is the same.
const slopes = fc.array(
  fc.array(
    fc.integer({ min: -4096, max: 4096 }).map((n) => n / 256),
    { maxLength: 5 }
  ),
  { maxLength: 4 }
)
const limits = fc.integer({ min: 1, max: 512 }).map((n) => n / 64)

describe.each(namedKernels())('on %s', (_, kernels) => {
  it('clipByValue brings each number within the limit, and leaves those that are', () => {
    fc.assert(
      fc.property(slopes, limits, (given, limit) => {
        onTape(kernels, (tape) => {
          const { gradients } = gradientsOf(tape, given)
          const before = numbersIn(gradients)
          const live = memory(kernels).tensors
          const clipped = rightOf(clipByValue(tape, gradients, limit))
          expect(numbersIn(clipped)).toEqual(
            before.map((numbers) => numbers.map((number) => Math.max(-limit, Math.min(limit, number))))
          )
          expect(numbersIn(gradients)).toEqual(before)
          expect(memory(kernels).tensors - live).toBe(given.length)
          expect(numbersIn(rightOf(clipByValue(tape, clipped, limit)))).toEqual(numbersIn(clipped))
        })
      }),
      { numRuns: runs(20) }
    )
  })

  it('clipByGlobalNorm keeps the direction, and brings the norm to the limit if it is above', () => {
    fc.assert(
      fc.property(slopes, limits, (given, limit) => {
        onTape(kernels, (tape) => {
          const { gradients } = gradientsOf(tape, given)
          const before = numbersIn(gradients)
          const live = memory(kernels).tensors
          const { gradients: clipped, norm } = rightOf(clipByGlobalNorm(tape, gradients, limit))
          const expected = Math.hypot(...before.flat())
          const after = numbersIn(clipped)
          expect(Math.abs(norm - expected)).toBeLessThanOrEqual(1e-5 * (1 + expected))
          expect(memory(kernels).tensors - live).toBe(given.length)
          expect(numbersIn(gradients)).toEqual(before)
          if (norm + 1e-6 <= limit) expect(after).toEqual(before)
          else expect(Math.hypot(...after.flat())).toBeCloseTo(limit, 3)
          const factor = Math.min(1, limit / (norm + 1e-6))
          for (const [i, number] of after.flat().entries()) expect(number).toBeCloseTo(before.flat()[i]! * factor, 3)
        })
      }),
      { numRuns: runs(20) }
    )
  })

  it('what they give outlives the gradients that it came from', () => {
    onTape(kernels, (tape) => {
      const { gradients } = gradientsOf(tape, [[3, 4]])
      const results = [
        rightOf(clipByValue(tape, gradients, 3.5)),
        rightOf(clipByGlobalNorm(tape, gradients, 100)).gradients,
        rightOf(clipByGlobalNorm(tape, gradients, 2.5)).gradients
      ]
      release([...gradients.values()])
      expect(results.slice(0, 2).map(numbersIn)).toEqual([[[3, 3.5]], [[3, 4]]])
      expect(numbersIn(results[2]!)[0]![0]).toBeCloseTo(1.5, 5)
    })
  })
})

describe('both', () => {
  const both = [
    ['clipByValue', clipByValue],
    ['clipByGlobalNorm', clipByGlobalNorm]
  ] as const

  it('leave alone what backward kept besides the parameters: it is of no update', () => {
    onTape(referenceKernels(), (start) => {
      const { value, tape } = rightOf(
        trace(start, function* (run) {
          const x = yield* run(parameter, [3, 4])
          const data = yield* run(constant, [1, 1])
          const product = yield* run(mul, x, data)
          return { x, data, product, loss: yield* run(sum, product) }
        })
      )
      const { x, data, product, loss } = value
      const gradients = rightOf(backward(tape, loss, { keep: [data, product] }))
      const limited = rightOf(clipByValue(tape, gradients, 0.5))
      const { gradients: clipped, norm } = rightOf(clipByGlobalNorm(tape, gradients, 0.5))
      expect(norm).toBeCloseTo(Math.SQRT2, 12)
      expect(gradientFor(limited, x).values).toEqual(Float64Array.of(0.5, 0.5))
      for (const map of [limited, clipped]) {
        expect(gradientFor(map, data).values).toEqual(Float64Array.of(3, 4))
        expect(gradientFor(map, product).values).toEqual(Float64Array.of(1, 1))
      }
    })
  })

  it.each(both)('%s refuses a limit that is not above 0', (operation, clip) => {
    onTape(referenceKernels(), (tape) => {
      const { gradients } = gradientsOf(tape, [[1]])
      for (const limit of [0, -1, NaN]) {
        const before = memory(tape.kernels)
        expect(leftOf(named(tape, 'here', (at) => clipIn(at, gradients, limit, clip)))).toMatchObject({
          _tag: 'InvalidArgument',
          operation,
          argument: 'limit',
          path: 'here',
          message: `${operation} needs limit above 0 (Infinity too), not ${limit}: 0.5 to 5 is usual.`
        })
        expect(memory(tape.kernels)).toEqual(before)
      }
    })
  })

  it.each(both)('%s refuses gradients that were released', (operation, clip) => {
    onTape(referenceKernels(), (tape) => {
      const { gradients } = gradientsOf(tape, [[1], [1, 2]])
      release([...gradients.values()][1])
      expect(leftOf(clip(tape, gradients, 1))).toMatchObject({ _tag: 'Released', operation, shapes: [[2]] })
    })
  })

  it.each(both)('%s leaves nothing where a kernel fails, wherever that is', (operation, clip) => {
    const reports = everyFault(referenceKernels(), {
      prepare: (tape) => ({ value: gradientsOf(tape, [[3, 4], [1]]).gradients, tape }),
      attempt: (tape, gradients) => clip(tape, gradients, 0.5)
    })
    expect(reports.length).toBeGreaterThan(4)
    expect(new Set(reports.map(({ error }) => error.operation))).toEqual(new Set([operation]))
  })
})

const clipIn = (
  tape: Tape,
  gradients: Gradients,
  limit: number,
  clip: typeof clipByValue | typeof clipByGlobalNorm
) => {
  const made = clip(tape, gradients, limit)
  return made._tag === 'Left' ? made : { ...made, right: { value: made.right, tape } }
}
