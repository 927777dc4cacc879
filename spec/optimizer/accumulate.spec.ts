/** addGradients and scaleGradients: several backward passes for one update. */
import fc from 'fast-check'
import {
  addGradients,
  backward,
  constant,
  type Gradients,
  memory,
  parameter,
  parameters,
  referenceKernels,
  release,
  scaleGradients,
  sgd,
  square,
  type Tape,
  trace,
  type Traced,
  update,
  type Variable
} from 'gradfold'
import { everyFault } from '../support/everyFault'
import { namedKernels } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { gradientFor, numbersOf } from '../support/numbers'
import { lossOf, type Network, network } from '../support/regression'
import { leftOf, rightOf } from '../support/results'

/** Eight examples; which of them. */
const batchLoss = (tape: Tape, model: Network, from: number, count: number): Gradients => {
  const rows = Array.from({ length: count }, (_, i) => from + i)
  const { value, tape: next } = rightOf(
    trace(tape, function* (run) {
      const x = yield* run(
        constant,
        rows.map((row) => [Math.sin(row), Math.cos(3 * row)])
      )
      const y = yield* run(
        constant,
        rows.map((row) => [row / 4 - 1])
      )
      return yield* run(lossOf, model, { x, y })
    })
  )
  return rightOf(backward(next, value))
}

describe.each(namedKernels())('on %s', (_, kernels) => {
  it('four backward passes make one update, that of the whole batch', () => {
    onTape(kernels, (start) => {
      const { value: model, tape } = rightOf(network(start))
      const whole = batchLoss(tape, model, 0, 8)
      const [first, ...others] = [0, 2, 4, 6].map((from) => batchLoss(tape, model, from, 2))
      const total = others.reduce((sum, next) => rightOf(addGradients(tape, sum, next)), first!)
      const mean = rightOf(scaleGradients(tape, total, 1 / 4))
      const after = [whole, mean].map((gradients) =>
        parameters(rightOf(update(tape, sgd({ learningRate: 0.5 }), { model, gradients })).value.model).flatMap(
          ({ variable }) => numbersOf(variable)
        )
      )
      for (const [i, number] of after[0]!.entries()) expect(after[1]![i]).toBeCloseTo(number, 5)
      expect(after[0]).not.toEqual(parameters(model).flatMap(({ variable }) => numbersOf(variable)))
    })
  })
})

/** Two variables, and maps of gradients of one, of the other, and of both. */
const pair = (
  start: Tape
): Traced<{ readonly x: Variable; readonly y: Variable; readonly maps: ReadonlyArray<Gradients> }> => {
  const { value, tape } = rightOf(
    trace(start, function* (run) {
      const x = yield* run(parameter, 3)
      const y = yield* run(parameter, 5)
      return { x, y, squares: [yield* run(square, x), yield* run(square, y)] }
    })
  )
  return { value: { ...value, maps: value.squares.map((loss) => rightOf(backward(tape, loss))) }, tape }
}

describe('addGradients', () => {
  it('takes what is in one map alone as it is, and keeps both maps', () => {
    onTape(referenceKernels(), (start) => {
      const { value, tape } = pair(start)
      const [first, second] = value.maps
      const live = memory(tape.kernels).tensors
      const sum = rightOf(addGradients(tape, first!, second!))
      expect(memory(tape.kernels).tensors - live).toBe(2)
      const both = rightOf(addGradients(tape, sum, second!))
      release([first, second].map((map) => [...map!.values()]))
      expect([value.x, value.y].map((of) => gradientFor(sum, of).values[0])).toEqual([6, 10])
      expect([value.x, value.y].map((of) => gradientFor(both, of).values[0])).toEqual([6, 20])
    })
  })

  it('commutes', () => {
    onTape(referenceKernels(), (start) => {
      const { value, tape } = pair(start)
      const [first, second] = value.maps
      const sums = [rightOf(addGradients(tape, first!, second!)), rightOf(addGradients(tape, second!, first!))]
      const numbers = sums.map((sum) => [value.x, value.y].map((of) => gradientFor(sum, of).values[0]))
      expect(numbers[0]).toEqual(numbers[1])
    })
  })

  it('refuses what was released, and leaves nothing where a kernel fails', () => {
    onTape(referenceKernels(), (start) => {
      const { value, tape } = pair(start)
      release([...value.maps[1]!.values()])
      expect(leftOf(addGradients(tape, value.maps[0]!, value.maps[1]!))).toMatchObject({
        _tag: 'Released',
        operation: 'addGradients'
      })
    })
    const reports = everyFault(referenceKernels(), {
      prepare: (tape) => {
        const { value, tape: next } = pair(tape)
        return { value: { maps: value.maps }, tape: next }
      },
      attempt: (tape, { maps }) => addGradients(tape, maps[0]!, maps[1]!)
    })
    expect(reports.map(({ error }) => error.operation)).toEqual(['addGradients', 'addGradients'])
  })
})

describe('scaleGradients', () => {
  it('multiplies all of them, and keeps the map', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (factor) => {
        onTape(referenceKernels(), (start) => {
          const { value, tape } = pair(start)
          const scaled = rightOf(scaleGradients(tape, value.maps[0]!, factor))
          expect(gradientFor(scaled, value.x).values[0]).toBe(6 * factor)
          expect(gradientFor(value.maps[0]!, value.x).values[0]).toBe(6)
        })
      }),
      { numRuns: 20 }
    )
  })

  it.each([NaN, Infinity, -Infinity])('refuses the factor %p', (factor) => {
    onTape(referenceKernels(), (start) => {
      const { value, tape } = pair(start)
      expect(leftOf(scaleGradients(tape, value.maps[0]!, factor))).toMatchObject({
        _tag: 'InvalidArgument',
        operation: 'scaleGradients',
        argument: 'factor'
      })
    })
  })

  it('leaves nothing where a kernel fails', () => {
    const reports = everyFault(referenceKernels(), {
      prepare: (tape) => {
        const { value, tape: next } = pair(tape)
        return { value: value.maps[0]!, tape: next }
      },
      attempt: (tape, gradients) => scaleGradients(tape, gradients, 2)
    })
    expect(reports.map(({ operation }) => operation)).toEqual(['fill', 'mul'])
  })
})
