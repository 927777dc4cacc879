/** What files make of running tensors: PyTorch's numbers, whichever kernels kept them. */
import {
  adagrad,
  adam,
  adamw,
  type Gradients,
  groups,
  type Kernels,
  type Optimizer,
  type OptimizerState,
  parameter,
  referenceKernels,
  rmsprop,
  sgd,
  type Traced,
  update,
  type Variable
} from 'gradfold'
import { slotsOf } from '../../src/optimizer/slots'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { rightOf } from '../support/results'

interface At {
  readonly x: Variable
  readonly state: OptimizerState | undefined
}

const start = [1, -2]
const slopes = [
  [3, 5],
  [-1, 0.5],
  [2, 2],
  [0.25, -4]
]

/** So many updates more. */
const moved = (optimizer: Optimizer, { value, tape }: Traced<At>, given: typeof slopes): Traced<At> =>
  given.reduce<Traced<At>>(
    ({ value: { x, state }, tape: at }, slope) => {
      const gradient = at.kernels.upload([2], 'float32', () => Float64Array.from(slope))
      const gradients: Gradients = new Map([[x, gradient]])
      const next = rightOf(update(at, optimizer, { model: x, gradients, ...(state && { state }) }))
      return { value: { x: next.value.model, state: next.value.state }, tape: next.tape }
    },
    { value, tape }
  )

/** The parameter, and PyTorch's numbers for its running tensors, after some updates. */
const portable = (kernels: Kernels, optimizer: Optimizer, count: number) =>
  onTape(kernels, (tape) => {
    const x = rightOf(parameter(tape, start))
    const { value } = moved(
      optimizer,
      { value: { x: x.value, state: undefined }, tape: x.tape },
      slopes.slice(0, count)
    )
    const slots = slotsOf(optimizer, kernels, '')
    const kept = value.state?.slots[''] ?? []
    expect(kept).toHaveLength(slots.length)
    return {
      x: numbersOf(value.x),
      slots: slots.map(({ name, factor }, i) => ({ name, numbers: numbersOf(kept[i]!).map((n) => n * factor) }))
    }
  })

/** Those numbers as the state of other kernels, and the updates that are left. */
const resumed = (kernels: Kernels, optimizer: Optimizer, from: ReturnType<typeof portable>, count: number) =>
  onTape(kernels, (tape) => {
    const x = rightOf(parameter(tape, { shape: [2], values: Float64Array.from(from.x) }))
    const running = slotsOf(optimizer, kernels, '').map(({ factor }, i) =>
      tape.kernels.upload([2], 'float32', () => Float64Array.from(from.slots[i]!.numbers, (n) => n / factor))
    )
    const state: OptimizerState = { step: count, slots: { '': running } }
    return numbersOf(moved(optimizer, { value: { x: x.value, state }, tape: x.tape }, slopes.slice(count)).value.x)
  })

const optimizers: ReadonlyArray<readonly [string, Optimizer, ReadonlyArray<string>]> = [
  ['sgd', sgd({ learningRate: 0.5 }), []],
  ['sgd with momentum', sgd({ learningRate: 0.5, momentum: 0.5 }), ['momentum_buffer']],
  ['damped sgd', sgd({ learningRate: 0.5, momentum: 0.5, dampening: 0.25 }), ['momentum_buffer']],
  ['adagrad', adagrad({ learningRate: 0.5 }), ['sum']],
  ['rmsprop', rmsprop({ learningRate: 0.5 }), ['square_avg']],
  ['rmsprop with momentum', rmsprop({ momentum: 0.5 }), ['square_avg', 'momentum_buffer']],
  ['rmsprop with all', rmsprop({ momentum: 0.5, centered: true }), ['square_avg', 'grad_avg', 'momentum_buffer']],
  ['adam', adam({ learningRate: 0.5 }), ['exp_avg', 'exp_avg_sq']],
  ['adam of short memory', adam({ learningRate: 0.5, beta1: 0.25 }), ['exp_avg', 'exp_avg_sq']],
  ['adamw', adamw({ learningRate: 0.5 }), ['exp_avg', 'exp_avg_sq']]
]

const close = (found: ReadonlyArray<number>, expected: ReadonlyArray<number>): void => {
  expect(found).toHaveLength(expected.length)
  for (const [i, number] of expected.entries())
    expect(Math.abs(found[i]! - number)).toBeLessThan(1e-5 * (1 + Math.abs(number)))
}

describe.each(optimizers)('the running tensors of %s', (_, optimizer, names) => {
  it.each(kernelSets)('have the same names and numbers on $name', ({ create }) => {
    const expected = portable(referenceKernels(), optimizer, 2)
    const found = portable(create(), optimizer, 2)
    expect(found.slots.map(({ name }) => name)).toEqual(names)
    found.slots.forEach(({ numbers }, i) => {
      close(numbers, expected.slots[i]!.numbers)
    })
  })

  it.each(kernelSets)('that reference kernels kept go on on $name, and the other way round', ({ create }) => {
    const whole = portable(referenceKernels(), optimizer, 4).x
    close(resumed(create(), optimizer, portable(referenceKernels(), optimizer, 2), 2), whole)
    close(resumed(referenceKernels(), optimizer, portable(create(), optimizer, 2), 2), whole)
  })
})

// Two updates by the gradients 3 and -1.
it.each<readonly [Optimizer, ReadonlyArray<number>]>([
  // v = 3, then 0.5 * 3 - 1 * 0.75
  [sgd({ learningRate: 0.5, momentum: 0.5, dampening: 0.25 }), [0.75]],
  // 9 + 1
  [adagrad(), [10]],
  // 0.5 (0.5 * 9) + 0.5 * 1
  [rmsprop({ alpha: 0.5 }), [2.75]],
  // the mean: 0.5 (0.5 * 3) - 0.5; the buffer: (3 / 1.5) / 2 - 1 / sqrt(2.75 - 0.0625)
  [
    rmsprop({ alpha: 0.5, centered: true, momentum: 0.5, eps: 0 }),
    [2.75, 0.25, 3 / Math.sqrt(4.5 - 2.25) / 2 - 1 / Math.sqrt(2.75 - 0.0625)]
  ],
  // 0.9 * 0.3 - 0.1; 0.999 * 0.009 + 0.001
  [adam(), [0.17, 0.009991]]
])('%p keeps %p, by hand', (optimizer, expected) => {
  close(
    portable(referenceKernels(), optimizer, 2).slots.map(({ numbers }) => numbers[0]!),
    expected
  )
})

it('of groups are those of the optimiser at the path', () => {
  const by = groups([{ path: 'encoder', optimizer: adagrad() }], adam())
  const names = (path: string): ReadonlyArray<string> => slotsOf(by, referenceKernels(), path).map(({ name }) => name)
  expect([names('encoder.0.weight'), names('head.weight')]).toEqual([['sum'], ['exp_avg', 'exp_avg_sq']])
})
