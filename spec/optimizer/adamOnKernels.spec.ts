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

/** What numbers of this shape become by so many updates; the gradients change signs and sizes. */
const moved = (
  kernels: Kernels,
  { shape, updates }: { readonly shape: ReadonlyArray<number>; readonly updates: number },
  settings: AdamSettings
): ReadonlyArray<number> =>
  onTape(kernels, (tape) => {
    const size = shape.reduce((a, b) => a * b, 1)
    let { value: x, tape: at } = rightOf(
      parameter(tape, { shape, values: Array.from({ length: size }, (_, j) => Math.cos(j)) })
    )
    let state: OptimizerState | undefined
    for (let i = 0; i < updates; i++) {
      const slope = (_: unknown, j: number): number => Math.sin(i * 7 + j) * 10 ** ((j % 5) - 2)
      const gradient = tape.kernels.upload(shape, 'float32', () => Float32Array.from({ length: size }, slope))
      const gradients: Gradients = new Map([[x, gradient]])
      const before: Variable = x
      const numbers = numbersOf(before).join()
      const next = rightOf(update(at, adam(settings), { model: x, gradients, ...(state && { state }) }))
      expect(numbersOf(before).join()).toBe(numbers)
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

describe.each(namedKernels())('adam on %s', (_, kernels) => {
  it.each(cases)('$name moves parameters as in float64', ({ settings }) => {
    for (const trial of trials) {
      const expected = moved(referenceKernels(), trial, settings)
      const found = moved(kernels, trial, settings)
      const largest = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0)
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
