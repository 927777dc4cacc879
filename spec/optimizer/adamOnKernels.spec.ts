/** Adam by whatever calls a kernel set has for it, against the same updates in float64. */
import {
  adam,
  type AdamSettings,
  type Gradients,
  type Kernels,
  memory,
  type OptimizerState,
  parameter,
  referenceKernels,
  startTape,
  update,
  type Variable
} from 'gradfold'
import { namedKernels } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { rightOf } from '../support/results'

// A global is slow to reach from a spec: a microsecond, for each of a quarter of a million numbers.
const { abs, cos, max } = Math

/** Long enough for the largest of them. */
const wave = Float32Array.from({ length: 512 * 520 + 200 }, (_, j) => cos(j))
const factors = [0.01, 0.1, 1, 10, 100]

/** What numbers of this shape become by so many updates; the gradients change signs and sizes. */
const moved = (
  kernels: Kernels,
  { shape, updates }: { readonly shape: ReadonlyArray<number>; readonly updates: number },
  settings: AdamSettings
): ReadonlyArray<number> =>
  onTape(kernels, (tape) => {
    const size = shape.reduce((a, b) => a * b, 1)
    let { value: x, tape: at } = rightOf(parameter(tape, { shape, values: wave.subarray(0, size) }))
    let state: OptimizerState | undefined
    for (let i = 0; i < updates; i++) {
      const gradient = tape.kernels.upload(shape, 'float32', () =>
        Float32Array.from(wave.subarray(7 * i + 3, 7 * i + 3 + size), (number, j) => number * factors[j % 5]!)
      )
      const gradients: Gradients = new Map([[x, gradient]])
      const before: Variable = x
      const numbers = numbersOf(before)
      const next = rightOf(update(at, adam(settings), { model: x, gradients, ...(state && { state }) }))
      const still = numbersOf(before)
      expect(numbers.every((number, j) => number === still[j])).toBe(true)
      ;({
        tape: at,
        value: { model: x, state }
      } = next)
    }
    return numbersOf(x)
  })

const cases: ReadonlyArray<{ readonly name: string; readonly settings: AdamSettings }> = [
  { name: 'as in the paper', settings: {} },
  { name: 'without memory', settings: { beta1: 0, beta2: 0, learningRate: 0.1 } },
  { name: 'with the shortest memory of one call', settings: { beta1: 0.5, beta2: 0.5, learningRate: 0.1 } },
  { name: 'with little memory of squares', settings: { beta2: 0.3, learningRate: 0.1 } },
  { name: 'with a large eps', settings: { eps: 1, learningRate: 0.5 } },
  { name: 'with a decay that float32 rounds to 1', settings: { beta2: 1 - 1e-9, learningRate: 0.1 } },
  { name: 'with a decay that float32 holds poorly', settings: { beta2: 0.99999, learningRate: 0.1 } }
]
// One that is larger than what TensorFlow's variables go on holding.
const trials = [[], [0], [3, 2], [512, 520]].map((shape) => ({ shape, updates: shape[0] === 512 ? 2 : 20 }))

/** By case and trial: each kernel set is held against the same numbers. */
const inFloat64 = new Map<string, ReadonlyArray<number>>()

const expectedOf = (name: string, trial: (typeof trials)[number], settings: AdamSettings): ReadonlyArray<number> => {
  const key = `${name} ${trial.shape.join()}`
  const known = inFloat64.get(key) ?? moved(referenceKernels(), trial, settings)
  inFloat64.set(key, known)
  return known
}

describe.each(namedKernels())('adam on %s', (_, kernels) => {
  it.each(cases)('$name moves parameters as in float64', ({ name, settings }) => {
    for (const trial of trials) {
      const expected = expectedOf(name, trial, settings)
      const found = moved(kernels, trial, settings)
      const largest = expected.reduce((most, value, i) => max(most, abs(value - found[i]!)), 0)
      expect(found).toHaveLength(expected.length)
      expect(largest).toBeLessThan(2e-6)
    }
  })

  it('of something large leaves no memory taken', () => {
    const before = memory(kernels)
    const tape = startTape(kernels.withOwnAllocations())
    const { value, tape: at } = rightOf(parameter(tape, { shape: [600, 600], values: new Array(360_000).fill(1) }))
    const gradients: Gradients = new Map([[value, tape.kernels.fill([600, 600], 1, 'float32')]])
    rightOf(update(at, adam(), { model: value, gradients }))
    expect(memory(kernels).bytes - before.bytes).toBeGreaterThanOrEqual(4 * 4 * 360_000)
    tape.kernels.allocations.releaseAll()
    expect(memory(kernels)).toEqual(before)
  })
})
