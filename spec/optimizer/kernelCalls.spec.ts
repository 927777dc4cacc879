/** How many kernel calls an update makes for each parameter: no more than a program by hand that shares its scalars. */
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
  traverse,
  update
} from 'gradfold'
import { watchedKernels } from '../../src/testing/faultyKernels'
import { onTape } from '../support/leaks'
import { rightOf } from '../support/results'

/** The calls of each of three updates of so many parameters. */
const callsOf = (optimizer: Optimizer, count: number): ReadonlyArray<ReadonlyArray<string>> => {
  const calls: string[] = []
  const watched: Kernels = watchedKernels(referenceKernels(), (operation) => calls.push(operation))
  return onTape(watched, (tape) => {
    let at = rightOf(traverse(tape, Array.from({ length: count }), (inner) => parameter(inner, [1, 2])))
    const gradient = tape.kernels.upload([2], 'float32', () => Float32Array.of(3, 5))
    let state: OptimizerState | undefined
    return [1, 2, 3].map(() => {
      const gradients: Gradients = new Map(at.value.map((variable) => [variable, gradient]))
      calls.splice(0, Infinity)
      const next = rightOf(update(at.tape, optimizer, { model: at.value, gradients, ...(state && { state }) }))
      at = { value: next.value.model, tape: next.tape }
      state = next.value.state
      return [...calls]
    })
  })
}

/** What one parameter more costs in each update. */
const perParameter = (optimizer: Optimizer): ReadonlyArray<number> => {
  const [one, two] = [1, 2].map((count) => callsOf(optimizer, count).map((calls) => calls.length))
  return two!.map((calls, i) => calls - one![i]!)
}

// The first update of what keeps its gradient copies it: reshape, which shares the numbers.
it.each<readonly [string, Optimizer, ReadonlyArray<number>]>([
  ['sgd', sgd({ learningRate: 1 }), [2, 2, 2]],
  ['sgd that decays', sgd({ learningRate: 1, weightDecay: 0.5 }), [4, 4, 4]],
  ['sgd with momentum', sgd({ learningRate: 1, momentum: 0.5 }), [3, 4, 4]],
  ['sgd with dampening', sgd({ learningRate: 1, momentum: 0.5, dampening: 0.5 }), [3, 4, 4]],
  ["Nesterov's sgd", sgd({ learningRate: 1, momentum: 0.5, nesterov: true }), [5, 6, 6]],
  ['adagrad', adagrad(), [6, 7, 7]],
  ['adagrad that begins elsewhere', adagrad({ initialAccumulator: 1 }), [7, 7, 7]],
  ['rmsprop', rmsprop(), [6, 8, 8]],
  ['rmsprop with momentum', rmsprop({ momentum: 0.5 }), [6, 10, 10]],
  ['rmsprop that decays', rmsprop({ weightDecay: 0.5 }), [8, 10, 10]],
  // One more than by hand, which keeps rounding from a root of less than 0.
  ['centred rmsprop', rmsprop({ centered: true }), [11, 14, 14]],
  ['adam', adam(), [7, 10, 10]],
  ['adam that decays', adam({ weightDecay: 0.5 }), [8, 12, 12]],
  ['adamw', adamw(), [8, 11, 11]],
  ['adamw without decay', adamw({ weightDecay: 0 }), [7, 10, 10]]
])('%s', (_, optimizer, expected) => {
  expect(perParameter(optimizer)).toEqual(expected)
})

it('rmsprop makes the calls of a program by hand, and no others', () => {
  const step = ['mul', 'square', 'add', 'sqrt', 'add', 'div', 'mul', 'sub']
  const [first, second] = callsOf(rmsprop(), 2)
  const computed = (calls: ReadonlyArray<string>): ReadonlyArray<string> =>
    calls.filter((call) => call !== 'fill').sort()
  expect(computed(second!)).toEqual([...step, ...step].sort())
  expect(computed(first!)).toEqual(
    ['div', 'mul', 'square', 'sqrt', 'add', 'sub'].flatMap((call) => [call, call]).sort()
  )
  // alpha, eps, the rate
  expect(second!.filter((call) => call === 'fill')).toHaveLength(3)
})

it('scalars are shared by the parameters, and by groups', () => {
  const fills = (optimizer: Optimizer): number => callsOf(optimizer, 4)[1]!.filter((call) => call === 'fill').length
  expect(fills(adam())).toBe(4)
  expect(fills(groups([{ path: '0', optimizer: sgd({ learningRate: 0.5 }) }], sgd({ learningRate: 0.5 })))).toBe(1)
  expect(fills(groups([{ path: '0', optimizer: sgd({ learningRate: 0.5 }) }], sgd({ learningRate: 0.25 })))).toBe(2)
})
